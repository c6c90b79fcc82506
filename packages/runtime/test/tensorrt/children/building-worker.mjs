// Builds an engine, in steps that would take long, until it is terminated.
import { parentPort } from 'node:worker_threads'
import { loadAddon } from '@edge/native'

const addon = loadAddon()
const library = (name) => [{ path: process.env[name] ?? '', origin: name }]
addon.buildEngine({
  libraries: { tensorrt: library('EDGE_TENSORRT_LIBRARY'), cuda: library('EDGE_CUDA_LIBRARY') },
  device: 0,
  model: new Uint8Array(Buffer.from(process.env.EDGE_TEST_MODEL ?? '', 'base64')),
  precision: 'int8',
  tf32: true,
  profiles: [],
  versionCompatible: false,
  hardwareCompatibility: 'none',
  refittable: false,
  detailedProfiling: false,
  // Nobody gives it batches: the build waits for them.
  calibration: { method: 'entropy' },
})
setTimeout(() => parentPort?.postMessage('building'), 200)
