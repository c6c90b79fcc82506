/** What `edge-trt doctor` says of TensorRT and the GPU's driver, here their doubles. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson } from './cli.js'

const double = (path: string) =>
  fileURLToPath(new URL(`../../../native/build/double/${path}`, import.meta.url))
const driver = { EDGE_CUDA_LIBRARY: double('cuda/libcuda.so.1') }
const tensorrt = { EDGE_TENSORRT_LIBRARY: double('tensorrt/10/libnvinfer.so.10') }

it('tries whether TensorRT works with the driver that is there', async () => {
  // TensorRT then says what it says where the driver is older than its CUDA: error 35.
  const env = { ...driver, ...tensorrt, EDGE_TENSORRT_DOUBLE_GPU: 'none' }
  const { stdout } = await edgeTrt(['doctor'], { env })
  expect(stdout).toMatch(/^✓ GPU 0 /m)
  expect(stdout).toMatch(/^✗ backend tensorrt +DEVICE_UNAVAILABLE\n {2}See TensorRT below\.$/m)
  expect(stdout).toMatch(
    /^✗ TensorRT +DEVICE_UNAVAILABLE\n {2}TensorRT 10\.16\..* error: 35.* update the driver/m,
  )
  const { document } = await edgeTrtJson(['doctor'], { env })
  const backend = document.backends.find(({ name }: { name: string }) => name === 'tensorrt')
  expect(backend).toMatchObject({ available: false, problem: { code: 'DEVICE_UNAVAILABLE' } })
})

it('says once what is wrong with TensorRT', async () => {
  const env = { ...driver, EDGE_TENSORRT_LIBRARY: '/nonexistent/libnvinfer.so.10' }
  const { stdout } = await edgeTrt(['doctor'], { env })
  expect(stdout).toMatch(/^✗ backend tensorrt +LIBRARY_NOT_FOUND\n {2}See TensorRT below\.$/m)
  expect(stdout.match(/could not be loaded/g)).toHaveLength(1)
})

it('misses libraries that the environment names, GPU or not, and tells the version of one that loads', async () => {
  const missing = {
    EDGE_CUDA_LIBRARY: '/nonexistent/libcuda.so.1',
    EDGE_TENSORRT_LIBRARY: '/nonexistent/libnvinfer.so.10',
  }
  const without = await edgeTrt(['doctor'], { env: missing })
  expect(without.stdout).toMatch(/^– backend tensorrt +there is no GPU/m)
  expect(without.stdout).toMatch(/^✗ GPU driver +\w+\n {2}.*EDGE_CUDA_LIBRARY/m)
  expect(without.stdout).toMatch(/^✗ TensorRT +LIBRARY_NOT_FOUND\n {2}.*EDGE_TENSORRT_LIBRARY/m)
  const { stdout } = await edgeTrt(['doctor'], { env: { ...tensorrt, EDGE_CUDA_LIBRARY: '' } })
  expect(stdout).toMatch(/^✓ TensorRT +10\.16\./m)
  expect(stdout).not.toContain('GPU driver')
})
