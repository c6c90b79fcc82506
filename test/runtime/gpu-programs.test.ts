/** `pnpm test:gpu` and `pnpm bench:gpu`, on the doubles of TensorRT and of the driver: that they judge, and what they do without a GPU. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { latencyOf } from '../../benchmarks/gpu/latency.js'
import { doubling, floats, model, node, value } from '../../packages/runtime/test/onnx-models.js'
import { repositoryRoot, tensorrtLibraryDirectory } from '../../scripts/setup/paths.js'
import { seeingModel } from './gpu-picture-sessions.js'

const doubles = join(repositoryRoot, 'native', 'build', 'double')
const cudaDouble = join(doubles, 'cuda', 'libcuda.so.1')
const realTensorrt = join(tensorrtLibraryDirectory, 'libnvinfer.so.10')
const majors = [10, 11] as const

const onDoubles = (major: 10 | 11): Readonly<Record<string, string>> => ({
  EDGE_CUDA_LIBRARY: cudaDouble,
  EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', String(major), `libnvinfer.so.${major}`),
})

let directory = ''
let tiny = ''
let wide = ''
let seeing = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gpu-programs-'))
  tiny = join(directory, 'tiny.onnx')
  const content = model({
    input: [value('data', [1, 2])],
    output: [value('scores', [1, 3])],
    initializer: [floats('weights', [2, 3], [1, 2, 3, 4, 5, 6]), floats('bias', [3], [0.5, 0, -0.5])],
    node: [node('MatMul', ['data', 'weights'], ['product']), node('Add', ['product', 'bias'], ['scores'])],
  })
  writeFileSync(tiny, content)
  wide = join(directory, 'wide.onnx')
  writeFileSync(wide, doubling([1, 16384]))
  seeing = join(directory, 'seeing.onnx')
  writeFileSync(seeing, seeingModel([1, 3, 20, 28], 'float32'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Asked {
  readonly runs?: number
  readonly model?: string
  readonly args?: readonly string[]
  /** A module that is loaded first. */
  readonly first?: string
}

function run(program: 'test' | 'bench', libraries: Readonly<Record<string, string>>, asked: Asked = {}) {
  const script = join(repositoryRoot, 'benchmarks', 'gpu', `${program}.ts`)
  const imports = ['tsx', ...(asked.first === undefined ? [] : [asked.first])]
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...imports.flatMap((module) => ['--import', module]),
      ...[script, '--model', asked.model ?? tiny, '--runs', String(asked.runs ?? 50), '--out', directory],
      ...(asked.args ?? []),
    ],
    {
      cwd: repositoryRoot,
      encoding: 'utf8',
      env: { ...process.env, EDGE_ENGINE_CACHE: join(directory, 'engines'), ...libraries },
      timeout: 60_000,
    },
  )
  return { status, stdout, stderr }
}

const results = (name: string): string => readFileSync(join(directory, `${name}.json`), 'utf8')
const child = (name: string): string => join(import.meta.dirname, 'children', name)
const aboutDoubles = {
  provedOn: expect.stringContaining('test doubles'),
  gpu: expect.objectContaining({ computeCapability: '9.0' }),
}

describe.each(majors)('on the doubles of TensorRT %s', { timeout: 60_000 }, (major) => {
  const libraries = onDoubles(major)
  beforeEach(({ skip }) =>
    skip(!existsSync(libraries.EDGE_TENSORRT_LIBRARY ?? ''), 'the doubles are not built'),
  )

  it('test:gpu holds the outputs against onnxruntime, and keeps what it found and on what', () => {
    const runs = process.env.EDGE_TEST_TIER === 'full' ? 10_000 : 50
    const { status, stdout, stderr } = run('test', libraries, { runs })
    expect(stderr).toBe('')
    expect(stdout).toContain('held    fp32 without TF32 against onnxruntime')
    expect(stdout).toContain('held    CUDA graphs on and off: equal')
    expect(stdout).toMatch(/(stated {2}fp16: the same first class)/)
    expect(stdout).toContain('not run frames on the GPU: the model takes no picture')
    expect(stdout).toContain(`held    memory over ${runs} runs`)
    expect(stdout).toContain(`held    the GPU's memory over ${runs} runs: 0.0 MB more of 4`)
    expect(status).toBe(0)
    const kept = results('gpu-test')
    expect(JSON.parse(kept)).toMatchObject({
      failures: 0,
      runs,
      device: { ...aboutDoubles, tensorrt: expect.stringMatching(new RegExp(`^${major}\\.`)) },
      claims: expect.arrayContaining([
        { model: 'tiny', what: 'CUDA graphs on and off', verdict: 'held', found: 'equal' },
      ]),
    })
    expect(kept).not.toContain(repositoryRoot)
    expect(kept).not.toContain(tmpdir())
  })

  it('bench:gpu holds a run against a C++ loop and the GPU, with a graph and without', () => {
    const { status, stderr } = run('bench', libraries)
    expect(stderr).toBe('')
    // The doubles' calls take longer than a driver's, and there is next to nothing to compute.
    expect([0, 1]).toContain(status)
    const kept = results('gpu')
    const { claims, ...rest } = JSON.parse(kept)
    const way = { model: 'tiny', transfer: 'copied', latency: { loopMs: { confidence: 0.95 } } }
    expect(rest).toMatchObject({
      device: aboutDoubles,
      bars: { ratio: 1.03, beyondUs: 60 },
      results: [
        { ...way, graph: true },
        { ...way, graph: false },
      ],
    })
    for (const name of ['copied, CUDA graph', 'copied, no graph']) {
      const what = `${name}: the same outputs as the C++ loop`
      expect(claims).toContainEqual({ model: 'tiny', what, verdict: 'held', found: '0.0e+0' })
    }
    expect(kept).not.toContain(repositoryRoot)
    expect(kept).not.toContain(tmpdir())
  })
})

describe('frames of a camera', { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => skip(!existsSync(cudaDouble), 'the doubles are not built'))

  it('are for the model on the GPU what they are on the processor', () => {
    const { status, stdout, stderr } = run('test', onDoubles(10), { model: seeing })
    expect(stderr).toBe('')
    for (const format of ['RGB', 'NV12'])
      expect(stdout).toContain(`held    ${format} frames on the GPU and on the processor: equal`)
    expect(status).toBe(0)
  })

  it('are timed by both in turns', () => {
    const { stdout, stderr } = run('bench', onDoubles(10), { model: seeing, runs: 2 })
    expect(stderr).toBe('')
    for (const format of ['RGB', 'NV12'])
      expect(stdout).toMatch(
        new RegExp(`stated {2}${format} frames of 1920 × 1080 to answers.*ms against.*×`),
      )
  })
})

describe.each(['test', 'bench'] as const)('pnpm %s:gpu, asked for no run', (program) => {
  it('says how it is called', () => {
    const { status, stdout, stderr } = run(program, {}, { args: ['--help'] })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`pnpm ${program}:gpu [--model FILE.onnx]`)
  })

  it('says what is wrong with a flag', () => {
    const { status, stderr } = run(program, {}, { args: ['--speed'] })
    expect({ status, stderr }).toEqual({ status: 2, stderr: "Unknown option '--speed'\nSee --help.\n" })
  })
})

describe('what does not hold', { timeout: 60_000 }, () => {
  const libraries = onDoubles(10)
  beforeEach(({ skip }) => skip(!existsSync(cudaDouble), 'the doubles are not built'))

  it('test:gpu finds memory of the GPU that runs do not give back', () => {
    const { status, stdout } = run('test', libraries, { model: wide, first: child('leaking-runs.mjs') })
    expect(stdout).toMatch(/FAILED {2}the GPU's memory over 50 runs: 6.6 MB more of 4/)
    expect(status).toBe(1)
  })

  it('bench:gpu finds that the C++ loop computes something else', () => {
    const { status, stdout } = run('bench', libraries, {
      first: child('other-inputs.mjs'),
      args: ['--transfer', 'mapped'],
    })
    expect(stdout).toContain('FAILED  mapped, CUDA graph: the same outputs as the C++ loop')
    expect(status).toBe(1)
  })

  it('what was got on doubles is not kept in the repository', () => {
    const { status, stderr } = run('test', libraries, { args: ['--keep'] })
    expect(stderr).toContain('Results of test doubles are not kept')
    expect(status).toBe(1)
  })
})

describe('the bars', () => {
  const times = (ms: number) => Array.from({ length: 5 }, (_, i) => ms * (1 + i / 1000))
  const rounds = (hostMs: number, gpuMs = hostMs) =>
    Array.from({ length: 20 }, () => ({ hostMs: times(hostMs), gpuMs: times(gpuMs) }))
  const loop = Array.from({ length: 20 }, () => times(1))

  it.each([
    [1.02, 1.05, true, true],
    [1.04, 1.05, false, true],
    [1.02, 1.07, true, false],
  ])('runSync() of %s ms and run() of %s ms, a loop and a GPU of 1 ms', (sync, run, ratio, beyond) => {
    const { withinRatio, withinBeyond } = latencyOf({ run: rounds(run, 1), runSync: rounds(sync), loop })
    expect({ withinRatio, withinBeyond }).toEqual({ withinRatio: ratio, withinBeyond: beyond })
  })
})

describe('without a GPU', { timeout: 60_000 }, () => {
  it.each(['test', 'bench'] as const)('%s:gpu says so, and ends with a code of its own', (program) => {
    const { status, stdout } = run(program, { EDGE_CUDA_LIBRARY: '/nonexistent/libcuda.so.1' })
    expect(status).toBe(77)
    expect(stdout).toMatch(/^No GPU: nothing was run, and nothing is proved/)
  })
})

describe("NVIDIA's own library", { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => {
    skip(!existsSync(realTensorrt), 'pnpm run setup --only tensorrt-library fetches it')
    skip(existsSync('/dev/nvidiactl'), 'there is a GPU')
  })

  const open = (driver: Readonly<Record<string, string>>) => {
    const script = `
        import { Session } from '@edge/runtime'
        import { describeGpus } from '@edge/runtime/engines'
        const { tensorrt } = describeGpus()
        console.log(tensorrt.version ?? tensorrt.problem.message)
        for (let i = 0; i < 3; i += 1)
          await Session.open(${JSON.stringify(tiny)}, { backend: 'tensorrt' }).catch((error) => console.log(error.code))`
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      {
        cwd: join(repositoryRoot, 'benchmarks'),
        encoding: 'utf8',
        env: {
          ...process.env,
          EDGE_ENGINE_CACHE: join(directory, 'engines'),
          EDGE_TENSORRT_LIBRARY: realTensorrt,
          ...driver,
        },
      },
    )
    return { status, lines: stdout.trim().split('\n'), stderr }
  }

  it.each([
    ['without a driver', { EDGE_CUDA_LIBRARY: '/nonexistent/libcuda.so.1' }],
    ['with a driver that has no device', { EDGE_CUDA_LIBRARY: cudaDouble, EDGE_CUDA_DOUBLE: 'devices=0' }],
    ['with a driver that TensorRT itself finds none of', { EDGE_CUDA_LIBRARY: cudaDouble }],
  ])('%s tells its version and refuses each model by one error', (_, driver) => {
    const { status, lines, stderr } = open(driver)
    expect(stderr).toBe('')
    expect(lines).toEqual([
      expect.stringContaining('10.15.1.29'),
      ...Array.from({ length: 3 }, () => 'DEVICE_UNAVAILABLE'),
    ])
    expect(status).toBe(0)
  })
})
