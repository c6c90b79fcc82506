import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  onnxruntimeEnvironment,
  onnxruntimeEnvironmentStep,
} from '../../scripts/setup/onnxruntime-environment.js'
import { cacheDirectory, photographsDirectory } from '../../scripts/setup/paths.js'
import { photosStep } from '../../scripts/setup/photos.js'
import { pythonStep, runPython } from '../../scripts/setup/python.js'
import { inRepository } from '../../scripts/setup/stamp.js'
import { runSteps, type Step } from '../../scripts/setup/step.js'
import { testModelsStep, variantsDirectory } from '../../scripts/setup/test-models.js'
import { runPythonIn } from '../../scripts/setup/virtual-environment.js'
import { inWorkDirectory } from '../../scripts/setup/work-directory.js'

/** EfficientNet-Lite0 in float32, for onnxruntime: NHWC, normalised. */
export const fp32Onnx = join(variantsDirectory, 'efficientnet_lite0_fp32.onnx')

const int8Model = join(cacheDirectory, 'benchmarks', 'models', 'efficientnet_lite0_int8.onnx')
const scripts = inRepository('benchmarks', 'peers')
const modelScripts = inRepository('scripts', 'models', 'efficientnet-lite')

async function make(): Promise<string> {
  await mkdir(dirname(int8Model), { recursive: true })
  return await inWorkDirectory(async (directory) => {
    const pictures = join(directory, 'pictures.npy')
    await runPython([join(scripts, 'int8_calibration.py'), modelScripts, photographsDirectory, pictures])
    const quantize = [join(scripts, 'quantize_int8.py'), fp32Onnx, pictures, int8Model]
    return (await runPythonIn(onnxruntimeEnvironment, quantize)).trim()
  })
}

const step: Step = {
  name: 'int8-onnx',
  after: [pythonStep, photosStep, testModelsStep, onnxruntimeEnvironmentStep],
  tools: ['python'],
  plan: async () => ({
    key: [],
    inputs: [
      fp32Onnx,
      join(scripts, 'int8_calibration.py'),
      join(scripts, 'quantize_int8.py'),
      join(modelScripts, 'photographs.py'),
    ],
    outputs: [int8Model],
  }),
  make,
}

/**
 * EfficientNet-Lite0 in int8, as onnxruntime is fastest with it: a file that takes pixels as they are, [1, 224, 224, 3] in uint8. Made
 * once, by onnxruntime's own quantizer, from the crops that ours is calibrated on.
 */
export async function int8Onnx(): Promise<string> {
  await runSteps([step])
  return int8Model
}
