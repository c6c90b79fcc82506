import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  onnxruntimeEnvironment,
  onnxruntimeEnvironmentStep,
} from '../../scripts/setup/onnxruntime-environment.js'
import { cacheDirectory, efficientnetDirectory } from '../../scripts/setup/paths.js'
import { inRepository } from '../../scripts/setup/stamp.js'
import type { Step } from '../../scripts/setup/step.js'
import { testModelsStep } from '../../scripts/setup/test-models.js'
import { runPythonIn } from '../../scripts/setup/virtual-environment.js'
import { fp32Onnx } from './int8-onnx.js'

/** EfficientNet-Lite0 in float32, as transformers.js wants a model: a folder with its .onnx and what says how to use it. */
export const transformersModelDirectory = join(
  cacheDirectory,
  'benchmarks',
  'transformers',
  'efficientnet-lite0',
)

const script = inRepository('benchmarks', 'peers', 'transformers_model.py')
const manifest = join(efficientnetDirectory, 'model.json')

/** Makes that folder. */
export const transformersModelStep: Step = {
  name: 'transformers-model',
  after: [testModelsStep, onnxruntimeEnvironmentStep],
  tools: ['python'],
  plan: async () => ({
    key: [],
    inputs: [script, fp32Onnx, manifest, join(efficientnetDirectory, 'labels.txt')],
    outputs: ['config.json', 'preprocessor_config.json', join('onnx', 'model.onnx')].map((file) =>
      join(transformersModelDirectory, file),
    ),
  }),
  make: async () => {
    await mkdir(dirname(transformersModelDirectory), { recursive: true })
    const args = [script, fp32Onnx, manifest, transformersModelDirectory]
    return (await runPythonIn(onnxruntimeEnvironment, args)).trim()
  },
}
