/** A second signal while TensorRT, here its double, is in a step that takes long. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edgeTrt } from './cli.js'
import { writeColours } from './colours-model.js'

const doubles = fileURLToPath(new URL('../../../native/build/double/', import.meta.url))
const STEP_MS = 4000

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  await writeColours(directory)
})
afterAll(() => rm(directory, { recursive: true }))

it.each([
  ['build', 'SIGINT', () => ['build', at('colours.onnx'), '-o', at('build/never.engine')], /^\..*\.tmp$/],
  [
    'classify',
    'SIGTERM',
    () => ['classify', at('green.png'), '--model', at('colours.onnx'), '--backend', 'tensorrt'],
    /\.lock$/,
  ],
] as const)('ends %s at once by %s, and leaves no file', async (name, signal, args, own) => {
  await mkdir(at(name), { mode: 0o700 })
  let secondAt = Number.NaN
  const ended = await edgeTrt(args(), {
    env: {
      EDGE_CUDA_LIBRARY: join(doubles, 'cuda', 'libcuda.so.1'),
      EDGE_TENSORRT_LIBRARY: join(doubles, 'tensorrt', '10', 'libnvinfer.so.10'),
      EDGE_TENSORRT_DOUBLE_STEP_MS: String(STEP_MS),
      EDGE_ENGINE_CACHE: at(name),
    },
    meanwhile: (child) => {
      const looking = setInterval(() => {
        if (!readdirSync(at(name)).some((file) => own.test(file))) return
        clearInterval(looking)
        // Once the build has begun; and later than what counts as the same signal, passed on.
        setTimeout(() => child.kill(signal), 700)
        setTimeout(() => {
          secondAt = performance.now()
          child.kill(signal)
        }, 1400)
      }, 20)
      child.on('exit', () => clearInterval(looking))
    },
  })
  expect(performance.now() - secondAt).toBeLessThan(1000)
  expect(ended).toMatchObject({ code: null, signal })
  // The cache's measured times are whole, and may stay.
  expect(readdirSync(at(name)).filter((file) => /\.(?:tmp|engine|lock.*)$/.test(file))).toEqual([])
  expect(existsSync(at('build/never.engine'))).toBe(false)
})
