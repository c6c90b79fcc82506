/** The command line with the doubles of TensorRT and of the GPU's driver. */
import { existsSync, readdirSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure, type RunOptions } from './cli.js'
import { COLOURS_MANIFEST, colours } from './colours-model.js'

const doubles = fileURLToPath(new URL('../../../native/build/double/', import.meta.url))

let directory: string
const at = (name: string) => join(directory, name)

/** On a machine with a GPU and TensorRT 10. */
function env(more: Readonly<Record<string, string>> = {}): NonNullable<RunOptions['env']> {
  return {
    EDGE_CUDA_LIBRARY: join(doubles, 'cuda', 'libcuda.so.1'),
    EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'),
    EDGE_ENGINE_CACHE: at('cache'),
    ...more,
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await mkdir(at('photos'))
  for (const [name, background] of Object.entries({ red: '#f00', green: '#0f0', blue: '#00f' })) {
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toFile(at(`photos/${name}.png`))
  }
  await writeFile(at('colours.onnx'), colours())
  await writeFile(at('open.onnx'), colours('batch'))
  await writeFile(at('model.json'), JSON.stringify(COLOURS_MANIFEST))
})
afterAll(() => rm(directory, { recursive: true }))

const classify = (model: string, ...flags: string[]) =>
  edgeTrtJson(['classify', at('photos/green.png'), '--model', at(model), '--top', '1', ...flags], {
    env: env(),
  })

describe('edge-trt build', () => {
  it('writes an engine, which classifies, and which inspect knows', async () => {
    const built = await edgeTrt(['build', at('colours.onnx'), '--precision', 'fp16'], { env: env() })
    expect(built).toMatchObject({ code: 0, stderr: '' })
    expect(built.stdout).toMatch(/colours\.engine: .*B, fp16\nbuilt in .* for TensorRT 10\.16\.\S+ on .+\n$/)
    const { code, document } = await classify('colours.engine')
    expect(code).toBe(0)
    expect(document).toMatchObject({ backend: 'tensorrt', results: [{ classes: [{ label: 'green' }] }] })
    const inspected = await edgeTrtJson(['inspect', at('colours.engine')])
    expect(inspected.document).toMatchObject({
      format: 'engine',
      version: expect.stringMatching(/^10\.16\./),
      bytes: (await stat(at('colours.engine'))).size,
      errors: [],
    })
    expect((await edgeTrt(['inspect', at('colours.engine')])).stdout).toContain('engine of TensorRT 10.16.')
  })

  it('is told from an engine of which nothing is known, and which nothing else reads', async () => {
    await writeFile(at('strange.engine'), Buffer.alloc(5000, 'ftrt\u0000\u0001'))
    const { code, document } = await edgeTrtJson(['inspect', at('strange.engine')])
    expect({ code, document }).toMatchObject({ code: 0, document: { format: 'engine', version: null } })
    const { stdout } = await edgeTrt(['inspect', at('strange.engine')])
    expect(stdout).toContain('of an unknown version')
    const picture = ['--image', at('photos/red.png')]
    const labelled = await edgeTrt(['label-image', '--graph', at('strange.engine'), ...picture])
    expectFailure(labelled, 1, 'MODEL_UNSUPPORTED')
  })

  it('leaves what is there alone, unless it is told to', async () => {
    await writeFile(at('there.engine'), 'mine')
    const args = ['build', at('colours.onnx'), '-o', at('there.engine')]
    const refused = await edgeTrt(args, { env: env() })
    expectFailure(refused, 1, 'FILE_UNWRITABLE')
    expect(refused.stderr).toContain('--force')
    expect(await readFile(at('there.engine'), 'utf8')).toBe('mine')
    const forced = await edgeTrtJson([...args, '--force'], { env: env() })
    expect(forced.document).toMatchObject({ engine: at('there.engine'), precision: 'fp32', errors: [] })
    expect((await stat(at('there.engine'))).size).toBe(forced.document.bytes)
  })

  it('calibrates with pictures in batches, and by what it kept of that', async () => {
    const args = ['build', at('open.onnx'), '--precision', 'int8', '--opt-shapes', 'image:2x1x1x3']
    const ranges = ['--calibration-cache', at('ranges')]
    const output = ['-o', at('int8.engine'), '--force']
    const first = await edgeTrtJson([...args, ...ranges, ...output, '--calibrate', at('photos')], {
      env: env(),
    })
    // Of three pictures, the third makes no whole batch.
    expect(first.document).toMatchObject({ calibration: { pictures: 2, batches: 1 }, errors: [] })
    expect((await stat(at('ranges'))).size).toBeGreaterThan(0)
    const second = await edgeTrtJson([...args, ...ranges, ...output], { env: env() })
    expect(second.document).toMatchObject({ calibration: { pictures: 0, batches: 0 }, errors: [] })
  })

  it('calibrates by a method, whose ranges no other takes', async () => {
    const args = ['build', at('colours.onnx'), '--precision', 'int8', '-o', at('int8.engine'), '--force']
    const build = (...flags: string[]) =>
      edgeTrt([...args, '--calibration-cache', at('extremes'), ...flags], { env: env() })
    const method = ['--calibration-method', 'min-max']
    expect(await build('--calibrate', at('photos'), ...method)).toMatchObject({ code: 0 })
    expect(await readFile(at('extremes'), 'latin1')).toMatch(/^TRT-\d+-MinMax/)
    expect(await build(...method)).toMatchObject({ code: 0, stderr: '' })
    const other = await build()
    expectFailure(other, 1, 'ENGINE_BUILD_FAILED')
    expect(other.stderr).toContain('by which method they were found: --calibration-method.')
    await writeFile(at('extremes'), '')
    const empty = await build()
    expectFailure(empty, 1, 'FILE_UNREADABLE')
    expect(empty.stderr).toContain('Delete it, and calibrate anew')
  })

  it('makes engines for newer versions, which classify where they are trusted', async () => {
    const args = ['build', at('colours.onnx'), '--version-compatible', '-o', at('colours.engine'), '--force']
    expect(await edgeTrt(args, { env: env() })).toMatchObject({ code: 0 })
    const picture = ['classify', at('photos/green.png'), '--model', at('colours.engine')]
    expectFailure(await edgeTrt(picture, { env: env() }), 1, 'ENGINE_INCOMPATIBLE')
    const trusted = await edgeTrt([...picture, '--allow-host-code'], { env: env() })
    expect(trusted).toMatchObject({ code: 0, stderr: '' })
    expect(trusted.stdout).toContain('green')
  })

  it('ends at Ctrl-C, and leaves nothing', async () => {
    const steps = { EDGE_TENSORRT_DOUBLE_STEP_MS: '300' }
    const begin = performance.now()
    const ended = await edgeTrt(['build', at('colours.onnx'), '-o', at('never.engine')], {
      env: env(steps),
      meanwhile: (child) => {
        const waiting = setInterval(() => {
          // Its place is taken before it builds.
          if (!readdirSync(directory).some((name) => name.endsWith('.tmp'))) return
          clearInterval(waiting)
          setTimeout(() => child.kill('SIGINT'), 300)
        }, 20)
      },
    })
    expect(ended).toMatchObject({ code: 130, stdout: '' })
    expect(ended.stderr).toMatch(/^interrupted after .*nothing written\n$/)
    expect(performance.now() - begin).toBeLessThan(8000)
    expect(existsSync(at('never.engine'))).toBe(false)
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it.each([
    [['--precision', 'fp4'], '--precision'],
    [['--workspace', '0'], '--workspace'],
    [['--min-shapes', '1x3x224x224'], '--min-shapes'],
    [['--min-shapes', 'image:1x1x1x3'], '--opt-shapes'],
    [['--calibrate', 'photos'], '--precision int8'],
    [['--precision', 'int8', '--calibration-method', 'min-max'], '--calibrate'],
    [['--precision', 'int8', '--calibration-cache', '/nonexistent'], '--calibrate'],
  ])('refuses %j', async (flags, said) => {
    const ended = await edgeTrtJson(['build', at('colours.onnx'), ...flags], { env: env() })
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(said)
    expect(ended.document).toMatchObject({ engine: null, errors: [{ code: 'INVALID_ARGUMENT' }] })
  })

  it('says what is missing where there is no GPU', async () => {
    const nothing = env({ EDGE_CUDA_LIBRARY: '/nonexistent/libcuda.so.1' })
    const ended = await edgeTrt(['build', at('colours.onnx'), '-o', at('never.engine')], { env: nothing })
    expectFailure(ended, 1, 'DEVICE_UNAVAILABLE')
  })
})

describe('edge-trt engines', () => {
  const engines = (...args: string[]) => edgeTrtJson(['engines', ...args], { env: env() })

  it('says what the cache has, why it has not, and clears it', async () => {
    const { document } = await classify('colours.onnx', '--backend', 'tensorrt', '--precision', 'fp16')
    expect(document).toMatchObject({ backend: 'tensorrt', results: [{ classes: [{ label: 'green' }] }] })
    await writeFile(at(`cache/${'0'.repeat(64)}.engine`), 'nothing', { mode: 0o600 })
    const listed = await engines('list')
    expect(listed.document).toMatchObject({
      directory: at('cache'),
      engines: [{ model: 'colours.onnx', facts: { precision: 'fp16' } }],
      damaged: [{ problem: expect.any(String) }],
      timings: { files: 1, bytes: expect.any(Number) },
      errors: [],
    })
    const { stdout } = await edgeTrt(['engines', 'list'], { env: env() })
    expect(stdout).toMatch(/1 engine, /)
    expect(stdout).toMatch(/^ {2}times that builds measured, /m)
    expect(stdout).toMatch(/^ {2}colours\.onnx +fp16 +10\.16/m)
    expect(stdout).toMatch(/^✗ .*0000\.engine: /m)

    expect((await engines('why', at('colours.onnx'), '--precision', 'fp16')).document).toMatchObject({
      cached: true,
      why: null,
    })
    expect((await engines('why', at('colours.onnx'))).document).toMatchObject({
      cached: false,
      why: expect.stringContaining('precision was fp16 and is fp32'),
    })

    expect((await engines('clear', '--damaged')).document).toMatchObject({ engines: 1 })
    expect((await engines('clear', '--model', 'other.onnx')).document).toMatchObject({ engines: 0 })
    expect((await engines('clear')).document).toMatchObject({ engines: 1, errors: [] })
    expect((await engines('list')).document).toMatchObject({
      engines: [],
      damaged: [],
      timings: { files: 0 },
    })
    expect(readdirSync(at('cache'))).toEqual([])
  })
})

describe('a warning about an engine', () => {
  const unsafe = async () => {
    await mkdir(at('shared'), { recursive: true })
    await chmod(at('shared'), 0o777)
    return { env: env({ EDGE_ENGINE_CACHE: at('shared') }) }
  }
  const kept = /the directory of the engine cache can be written by others/
  const shapes = /image \[1, 1, 1, 3\]: 1 for each dimension/

  it('goes to standard error of classify, and into its document', async () => {
    const args = ['classify', at('photos/green.png'), '--backend', 'tensorrt', '--model', at('open.onnx')]
    const { code, stderr, document } = await edgeTrtJson(args, await unsafe())
    expect(code).toBe(0)
    const warnings = [expect.stringMatching(kept), expect.stringMatching(shapes)]
    expect(stderr.trimEnd().split('\n')).toEqual(warnings)
    expect(stderr).toMatch(/^warning: .*\nwarning: /)
    expect(document.warnings).toEqual(warnings)
  })

  it('goes to standard error of watch', async () => {
    const args = [
      'watch',
      at('photos'),
      '--existing',
      '--json',
      '--backend',
      'tensorrt',
      '--model',
      at('open.onnx'),
    ]
    const { stderr, stdout } = await edgeTrt(args, {
      ...(await unsafe()),
      meanwhile: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    })
    expect(stderr).toMatch(/^warning: .*\nwarning: .*\nwatching /)
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('"classes"'))).toEqual([])
  })

  it('goes to standard error of label-image', async () => {
    const args = ['label-image', '--image', at('photos/green.png'), '--graph', at('open.onnx')]
    const { code, stderr } = await edgeTrt(args, await unsafe())
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: /) })
    expect(stderr).toMatch(kept)
  })
})

describe('edge-trt doctor', () => {
  it('says part by part what a machine with a GPU has', async () => {
    const { code, stdout } = await edgeTrt(['doctor'], { env: env() })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ backend tensorrt +10\.16/m)
    expect(stdout).toMatch(/^✓ GPU 0 +.*compute capability/m)
    expect(stdout).toMatch(/^✓ GPU driver +CUDA /m)
    expect(stdout).toMatch(/^✓ TensorRT +10\.16/m)
    expect(stdout).toMatch(/^✓ ONNX parser +\/.*\/tensorrt\/10\/libnvonnxparser\.so\.10$/m)
  })

  it('says where the ONNX parser was looked for where it is missing', async () => {
    const alone = at('libnvinfer.so.10')
    await copyFile(join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'), alone)
    const { document } = await edgeTrtJson(['doctor'], { env: env({ EDGE_TENSORRT_LIBRARY: alone }) })
    expect(document.gpu).toMatchObject({
      tensorrt: { path: alone },
      parser: { problem: { message: expect.stringContaining(at('libnvonnxparser.so.10')) } },
    })
  })
})

it('compares models that a GPU runs, of which none is tried in a child process first', async () => {
  const models = [at('colours.onnx'), at('colours.onnx')]
  const fast = ['--runs', '3', '--seconds', '0', '--rounds', '1', '--no-sensors', '--layers', '0']
  const args = ['compare', ...models, '--images', at('photos'), '--layer-pictures', '0', ...fast]
  const { code, document } = await edgeTrtJson(args, { env: env() })
  expect(document.models.map((model: object) => Reflect.get(model, 'error'))).toEqual([undefined, undefined])
  expect(code).toBe(0)
})

it('builds an engine before it measures it', async () => {
  const args = ['bench', '--model', at('colours.onnx'), '--backend', 'tensorrt']
  const fast = ['--runs', '5', '--seconds', '0', '--rounds', '1', '--no-sensors', '--json', at('built.json')]
  const slow = { EDGE_ENGINE_CACHE: at('bench-cache'), EDGE_TENSORRT_DOUBLE_STEP_MS: '300' }
  const { code, stderr } = await edgeTrt([...args, ...fast], { env: env(slow) })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const listed = await edgeTrtJson(['engines', 'list'], { env: env(slow) })
  const { models } = JSON.parse(await readFile(at('built.json'), 'utf8'))
  // Of the second process, which found the engine in the cache.
  expect(models[0].loadMs).toBeLessThan(listed.document.engines[0].buildMs)
})

it('measures engines, in a precision', async () => {
  const args = ['bench', '--model', at('colours.onnx'), '--backend', 'tensorrt', '--precision', 'fp16']
  const fast = ['--runs', '5', '--seconds', '0', '--rounds', '1', '--no-sensors', '--json', at('bench.json')]
  const { code, stderr } = await edgeTrt([...args, ...fast], { env: env() })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const { models } = JSON.parse(await readFile(at('bench.json'), 'utf8'))
  expect(models[0]).toMatchObject({ backend: 'tensorrt', precision: 'fp16' })
})
