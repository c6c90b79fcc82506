import { join } from 'node:path'
import { cacheDirectory } from './paths.js'
import { inRepository } from './stamp.js'
import { virtualEnvironmentStep } from './virtual-environment.js'

/** The virtual environment with Python's onnxruntime, which answers for comparison. */
export const onnxruntimeEnvironment = join(cacheDirectory, 'python', 'onnx')

/** Makes that environment. */
export const onnxruntimeEnvironmentStep = virtualEnvironmentStep(
  'onnx',
  onnxruntimeEnvironment,
  inRepository('scripts', 'onnx-tests', 'requirements.txt'),
)
