import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { efficientnetDirectory, photographsDirectory } from '../../../scripts/setup/paths.js'
import { readResults } from '../src/result/file.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const tiny = (name: string): string => join(root, '.cache', 'models', 'tiny', `${name}.tflite`)
const out = mkdtempSync(join(tmpdir(), 'edge-bench-'))
afterAll(() => rmSync(out, { recursive: true }))

/** `pnpm bench` */
function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'benchmarks', 'bench.ts'), ...args],
    { cwd: root, encoding: 'utf8' },
  )
  return { code: status, stdout, stderr }
}

describe('pnpm bench', () => {
  it('lists the suites', () => {
    const { code, stdout } = bench()
    expect(code).toBe(0)
    const names = stdout
      .split('\n\n')[0]
      ?.split('\n')
      .map((line) => line.split(' ')[0])
    const files = readdirSync(join(root, 'benchmarks', 'suites')).filter((name) => name.endsWith('.yaml'))
    expect(names?.sort()).toEqual(files.map((name) => name.replace('.yaml', '')).sort())
  })

  it('runs one, with models of the command line, and says what failed', async () => {
    const models = [tiny('add_float32'), tiny('scalars'), join(out, 'gone.tflite')]
    const asked = ['--rounds', '6', '--seconds', '0.02', '--seed', '5', '--out', out]
    const { code, stdout, stderr } = bench('variants', ...models, ...asked)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/scalars\/tflite\/t1 +add_float32\/tflite\/t1/)
    expect(stdout).toContain('FILE_NOT_FOUND')
    expect(readdirSync(out).sort()).toEqual(
      ['csv', 'html', 'json', 'junit.xml', 'md'].map((ending) => `variants.${ending}`),
    )
    const result = await readResults(join(out, 'variants.json'))
    expect(result).toMatchObject({ complete: true, settings: { suite: 'variants', seed: 5, rounds: 6 } })
    expect(result.models.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'FILE_NOT_FOUND'])

    // It came to its end: there is nothing to go on with.
    const again = bench('variants', ...models, ...asked, '--resume')
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('came to its end')
  })

  it('tells models of one name apart, and how often each is right about pictures whose class is known', async () => {
    const at = (...parts: string[]): string => join(out, ...parts)
    for (const folder of ['one', 'other']) symlinkSync(efficientnetDirectory, at(folder))
    const model = 'efficientnet_lite0_int8.tflite'
    const [photograph] = readdirSync(photographsDirectory).filter((name) => name.endsWith('.jpg'))
    writeFileSync(at('classes.tsv'), `${photograph}\t90\n`)
    const asked = ['--images', photographsDirectory, '--labels', at('classes.tsv'), '--out', at('labelled')]
    const few = ['--runs', '1', '--rounds', '1', '--seconds', '0.01']
    const { stderr } = bench('variants', at('one', model), at('other', model), ...asked, ...few)
    expect(stderr).toBe('')
    const { models } = await readResults(at('labelled', 'variants.json'))
    expect(models.map(({ model: name, error }) => [name, error])).toEqual([
      ['efficientnet_lite0_int8', undefined],
      ['efficientnet_lite0_int8-2', undefined],
    ])
    for (const { accuracy } of models) expect(accuracy?.top1?.of).toBe(1)

    writeFileSync(at('classes.tsv'), 'nothing.jpg\t90\n')
    const refused = bench('variants', at('one', model), ...asked, ...few)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('says the class of none of the pictures')
  })

  it('is stopped by Ctrl-C, which package managers pass on once more, and keeps what was measured', async () => {
    const folder = join(out, 'stopped')
    const program = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', join(root, 'benchmarks', 'bench.ts'), 'variants', tiny('scalars')],
        ...['--rounds', '1000', '--seconds', '100', '--out', folder],
      ],
      { cwd: root, stdio: 'ignore' },
    )
    const ended = once(program, 'close')
    while (!existsSync(join(folder, 'variants.json'))) await sleep(20)
    program.kill('SIGINT')
    await sleep(20)
    program.kill('SIGINT')
    expect(await ended).toEqual([130, null])
    expect(readdirSync(folder)).toHaveLength(5)
    const { complete, models } = await readResults(join(folder, 'variants.json'))
    expect(complete).toBe(false)
    expect(models[0]?.samplesMs.length).toBeGreaterThan(0)
  })

  it.runIf(process.env.EDGE_TEST_TIER === 'full')('fails where a bar is not met', async () => {
    const { code, stdout } = bench('overhead', '--runs', '1', '--rounds', '1', '--out', out)
    // Of one round there is no ratio.
    expect(stdout).toMatch(/lite0_int8\/tflite\/t1 +– +at most 1\.02 +not measured/)
    const { models } = await readResults(join(out, 'overhead.json'))
    expect(models.map(({ samplesMs, error }) => [samplesMs.length, error])).toEqual(
      Array(8).fill([1, undefined]),
    )
    expect(code).toBe(1)
  })

  it.each([
    [['nothing'], 1, /there is no suite nothing; .*, throughput, variants/],
    [['../benchmarks/variants.yaml'], 1, /there is no suite at .*\/benchmarks\/variants\.yaml; .*, variants/],
    [['variants', tiny('scalars'), '--rounds', 'x'], 2, /--rounds/],
    [['variants', '--markdown'], 2, /^\nUnknown option '--markdown'\nSee --help\.\n$/],
    [['variants'], 2, /takes its models from the command line/],
    [['variants', tiny('scalars'), '--keep', '--out', out], 2, /two places/],
    [['variants', tiny('scalars'), '--out', join(root, 'package.json', 'x')], 1, /no files can be made in/],
  ])('refuses %j', (args, exitCode, message) => {
    const { code, stdout, stderr } = bench(...args)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toMatch(message)
    // A sentence, no stack.
    expect(stderr).not.toContain('    at ')
  })
})
