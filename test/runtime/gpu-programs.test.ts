/** `pnpm test:gpu` and `pnpm bench:gpu`, on the doubles of TensorRT and of the driver: that they judge, and what they do without a GPU. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { floats, model, node, value } from '../../packages/runtime/test/onnx-models.js'
import { repositoryRoot, tensorrtLibraryDirectory } from '../../scripts/setup/paths.js'

const doubles = join(repositoryRoot, 'native', 'build', 'double')
const cudaDouble = join(doubles, 'cuda', 'libcuda.so.1')
const tensorrtDouble = join(doubles, 'tensorrt', '10', 'libnvinfer.so.10')
const realTensorrt = join(tensorrtLibraryDirectory, 'libnvinfer.so.10')

let directory = ''
let tiny = ''

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
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function run(program: 'test' | 'bench', libraries: Readonly<Record<string, string>>) {
  const script = join(repositoryRoot, 'benchmarks', 'gpu', `${program}.ts`)
  const args = ['--import', 'tsx', script, '--model', tiny, '--runs', '50', '--out', directory]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repositoryRoot,
    encoding: 'utf8',
    env: { ...process.env, EDGE_ENGINE_CACHE: join(directory, 'engines'), ...libraries },
    timeout: 60_000,
  })
  return { status, stdout, stderr }
}

const results = (name: string): unknown => JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'))
const onDoubles = { EDGE_CUDA_LIBRARY: cudaDouble, EDGE_TENSORRT_LIBRARY: tensorrtDouble }

describe('on the doubles', { timeout: 60_000 }, () => {
  beforeEach(({ skip }) => skip(!existsSync(tensorrtDouble), 'the doubles are not built'))

  it('test:gpu holds the outputs against onnxruntime, and keeps what it found', () => {
    const { status, stdout, stderr } = run('test', onDoubles)
    expect(stderr).toBe('')
    expect(stdout).toContain('held    fp32 without TF32 against onnxruntime')
    expect(stdout).toContain('held    CUDA graphs on and off: equal')
    expect(stdout).toContain('stated  fp16')
    expect(stdout).toContain('memory over 50 runs')
    expect(status).toBe(0)
    expect(results('gpu-test')).toMatchObject({ failures: 0, runs: 50 })
  })

  it('bench:gpu says what a run costs beyond the GPU', () => {
    const { status } = run('bench', onDoubles)
    // Whether it is within the bar depends on what else this machine does.
    expect([0, 1]).toContain(status)
    expect(results('gpu')).toMatchObject({ rows: [{ model: 'tiny', runs: 50 }] })
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
        console.log(tensorrt.version)
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
    expect(lines).toEqual(['10.15.1.29', ...Array.from({ length: 3 }, () => 'DEVICE_UNAVAILABLE')])
    expect(status).toBe(0)
  })
})
