import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modelPath } from '@edge/model-efficientnet-lite0'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure, signalledAtOnce } from './cli.js'

let directory: string
const at = (name: string) => join(directory, name)
const json = (args: readonly string[]) => edgeTrtJson(['classify', ...args])

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  const picture = sharp({
    create: { width: 300, height: 200, channels: 3, background: { r: 200, g: 120, b: 40 } },
  })
  await picture.clone().png().toFile(at('a.png'))
  await picture.clone().jpeg().toFile(at('b.jpg'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('a wrong command line', () => {
  it.each([
    ['--top', '0'],
    ['--top', '-3'],
    ['--top', 'NaN'],
    ['--top', '1.5'],
    ['--top', '99999999999999999999'],
    ['--top', ''],
    ['--threads', '0'],
    ['--threads', '257'],
    ['--threads', 'all'],
    ['--preset', 'imagenet'],
    ['--output-kind', 'softmax'],
    ['--label-offset', 'one'],
    ['--model', ''],
  ])('has %s %j', async (flag, value) => {
    const ended = await json([at('a.png'), flag, value])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(flag)
    expect(ended.document).toMatchObject({ results: [], errors: [{ code: 'INVALID_ARGUMENT' }] })
  })

  it.each([
    [['inspect']],
    [['inspect', '']],
    [['inspect', 'a', 'b']],
    [['classify']],
    [['classify', 'a.png', '--tpo', '3']],
    [['clasify', 'a.png']],
    [['--foo']],
  ])('is %j', async (args) => {
    const ended = await edgeTrt(args)
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stdout).toBe('')
  })

  it.each([['1001'], ['100000']])('asks for %s classes of a thousand', async (top) => {
    const ended = await json([at('a.png'), at('b.jpg'), '--top', top])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toMatch(new RegExp(`--top wants a whole number from 1 to 1000, .* not ${top}$`, 'm'))
    expect(ended.document).toMatchObject({
      model: modelPath(),
      results: [],
      errors: [{ source: 'command line' }],
    })
  })

  it.each([
    [['clasify', 'x'], "unknown command 'clasify' (Did you mean classify?). See edge-trt --help."],
    [
      ['classify', 'a.png', '--topp', '3'],
      "unknown option '--topp' (Did you mean --top?). See edge-trt classify --help.",
    ],
    [['doctor', 'extra'], 'Expected 0 arguments but got 1. See edge-trt doctor --help.'],
    [
      ['bench', '--model', 'a.tflite', '--md', 'a.md'],
      "unknown option '--md' (Did you mean --markdown?). See edge-trt bench --help.",
    ],
    [['bench', 'compare', 'a.json'], "missing required argument 'after'. See edge-trt bench compare --help."],
  ])('%j is told in one sentence after another', async (args, text) => {
    const { stderr } = await edgeTrt(args)
    expect(stderr.trimEnd().endsWith(text), stderr).toBe(true)
  })

  it.each([
    [['--json'], ['model', 'backend', 'results', 'errors']],
    [
      ['--json', '--foo'],
      ['model', 'backend', 'results', 'errors'],
    ],
    [
      ['clasify', 'x', '--json'],
      ['model', 'backend', 'results', 'errors'],
    ],
    [
      ['classify', '--json'],
      ['model', 'backend', 'results', 'errors'],
    ],
    [
      ['classify', 'a.png', '--backend', 'abacus', '--json'],
      ['model', 'backend', 'results', 'errors'],
    ],
    [['doctor', '--json', '--foo'], ['errors']],
    [['doctor', 'extra', '--json'], ['errors']],
    [
      ['inspect', '--json'],
      ['model', 'errors'],
    ],
    [
      ['inspect', 'm.tflite', '--layers', '-1', '--json'],
      ['model', 'errors'],
    ],
  ])('%j gives one document all the same', async (args, members) => {
    const { code, stdout } = await edgeTrt(args)
    expect(code).toBe(2)
    const document = JSON.parse(stdout)
    expect(Object.keys(document)).toEqual(members)
    expect(document.errors).toMatchObject([{ code: expect.any(String), message: expect.any(String) }])
  })

  it('gives no document where --json is the name of a picture', async () => {
    const { code, stdout } = await edgeTrt(['classify', '--tpo', '--', '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('is empty: shows how it is done', async () => {
    const { code, stderr } = await edgeTrt([])
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: edge-trt')
    expect(stderr).not.toContain('error [')
  })
})

describe('stopping', () => {
  const many = () => Array<string>(3000).fill(at('b.jpg'))

  it('ends in order at Ctrl-C, also when it arrives twice', async () => {
    const ended = await edgeTrt(['classify', ...many(), '--json'], {
      meanwhile: (child) => {
        // Standard output says nothing before the end; the model is loaded and pictures are under way by then.
        setTimeout(() => {
          child.kill('SIGINT')
          child.kill('SIGINT')
        }, 1500)
      },
    })
    expect(ended).toMatchObject({ code: 130, signal: null, stderr: '' })
    const { results, errors } = JSON.parse(ended.stdout)
    expect(results.length).toBeLessThan(3000)
    expect(errors).toMatchObject([{ code: 'ABORTED' }])
  })

  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('ends in order at %s, and says so', async (name, code, said) => {
    const text = await edgeTrt(['classify', ...many()], {
      meanwhile: (child) => child.stdout?.once('data', () => child.kill(name)),
    })
    expect(text).toMatchObject({ code, signal: null })
    expect(text.stderr).toMatch(new RegExp(`^${said} after \\d+ of 3000 pictures\n$`))
    const document = await edgeTrt(['classify', ...many(), '--json'], {
      meanwhile: (child) => {
        setTimeout(() => child.kill(name), 1500)
      },
    })
    expect(document).toMatchObject({ code, signal: null, stderr: '' })
    expect(JSON.parse(document.stdout).errors).toMatchObject([
      { code: 'ABORTED', message: expect.stringContaining(said) },
    ])
  })

  it('ends in order at a signal that comes before anything is loaded', async () => {
    const ended = await edgeTrt(['classify', at('b.jpg'), '--json'], {
      env: signalledAtOnce,
    })
    expect(ended).toMatchObject({ code: 143, signal: null, stderr: '' })
    expect(JSON.parse(ended.stdout)).toMatchObject({ results: [], errors: [{ code: 'ABORTED' }] })
  })

  it('listens for signals before it loads any package', async () => {
    const dist = new URL('../dist/', import.meta.url)
    const imported = new Set<string>()
    const follow = async (file: string): Promise<void> => {
      const text = await readFile(new URL(file, dist), 'utf8')
      for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];/gm)) {
        if (imported.has(specifier)) continue
        imported.add(specifier)
        if (specifier.startsWith('.')) await follow(specifier)
      }
    }
    await follow('cli.js')
    expect([...imported].filter((specifier) => !/^\.|^node:/.test(specifier))).toEqual([])
    expect(imported.size).toBeGreaterThan(0)
  })

  it('ends quietly when its reader goes away', async () => {
    const ended = await edgeTrt(['classify', ...many()], {
      meanwhile: ({ stdout }) => stdout?.once('data', () => stdout.destroy()),
    })
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  })
})

describe('edge-trt', () => {
  it('says its version and how it is used', async () => {
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await edgeTrt(['--version'])).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
    for (const args of [
      ['--help'],
      ['classify', '--help'],
      ['inspect', '--help'],
      ['doctor', '--help'],
      ['help', 'classify'],
    ]) {
      expect(await edgeTrt(args)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Usage: edge-trt'),
        stderr: '',
      })
    }
    for (const args of [['--help'], ['classify', '--help']]) {
      expect((await edgeTrt(args)).stdout).toContain('Examples:\n  $ edge-trt classify cat.jpg')
    }
    expect((await edgeTrt(['inspect', '--help'])).stdout).toContain('Examples:\n  $ edge-trt inspect ')
  })

  it('shows stacks only when asked', async () => {
    const { stderr } = await edgeTrt(['classify', at('missing.png')], { env: { EDGE_TRT_DEBUG: '1' } })
    expect(stderr).toMatch(/\n {4}at /)
  })
})
