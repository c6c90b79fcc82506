import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesIn, liteScripts } from './efficientnet-lite.js'
import { objectsMember, parseObject, stringMember } from './json-value.js'
import { fetchWeights, modelFiles, modelsStep } from './models.js'
import { onnxModulesDirectory, onnxModulesStep, onnxRequirements } from './onnx-modules.js'
import { cacheDirectory, displayPath, efficientnetDirectory } from './paths.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'

/** Models of a few operators: one for each dtype, kind of graph, and reason to be refused. */
export const tinyModelsDirectory = join(cacheDirectory, 'models', 'tiny')

/** The default model with other weights, and as ONNX. */
export const variantsDirectory = join(cacheDirectory, 'models', 'efficientnet-lite0-variants')

/** File names of the variants. */
const variantFiles = [
  'efficientnet_lite0_fp16.tflite',
  'efficientnet_lite0_dynamic_range.tflite',
  'efficientnet_lite0_fp32.onnx',
]

/** What Python's TFLite answers to all of them. */
export const runtimeGoldenDirectory = inRepository('test', 'golden', 'runtime')

const scripts = inRepository('scripts', 'models', 'test-models')

/**
 * Makes the models that only tests run, and checks Python's answers against the golden ones; with `record`, which only someone
 * who changed a model on purpose sets, the golden ones are written anew instead.
 */
export async function makeTestModels(options: { record?: boolean } = {}): Promise<string> {
  await runPython([
    join(scripts, 'make.py'),
    ...['--modules', onnxModulesDirectory],
    ...['--weights', await fetchWeights()],
    ...['--lite0', efficientnetDirectory],
    ...['--golden', runtimeGoldenDirectory],
    ...['--tiny', tinyModelsDirectory],
    ...['--variants', variantsDirectory],
    ...(options.record === true ? ['--record'] : []),
  ])
  const { length } = await filesIn(tinyModelsDirectory, '.tflite')
  const verdict =
    options.record === true
      ? `recorded in ${displayPath(runtimeGoldenDirectory)}`
      : 'match the golden outputs'
  return `${length} tiny models and ${variantFiles.length} variants of EfficientNet-Lite0 ${verdict}`
}

/** The files that are made: the tiny models are those that the golden outputs name. */
async function outputFiles(): Promise<string[]> {
  const files = variantFiles.map((file) => join(variantsDirectory, file))
  for (const path of await filesIn(runtimeGoldenDirectory, '.json')) {
    const golden = parseObject(await readFile(path, 'utf8'), displayPath(path))
    if (golden.cases === undefined) continue
    for (const record of objectsMember(golden, 'cases', displayPath(path)))
      files.push(join(tinyModelsDirectory, stringMember(record, 'model', displayPath(path))))
  }
  return files
}

/** Models for tests. */
export const testModelsStep: Step = {
  name: 'test-models',
  after: [modelsStep, onnxModulesStep],
  tools: ['python'],
  plan: async () => ({
    key: [],
    inputs: [
      ...(await filesIn(scripts, '.py')),
      ...(await filesIn(liteScripts, '.py')),
      ...(await filesIn(runtimeGoldenDirectory, '.json')),
      ...Object.values(modelFiles).map((file) => join(efficientnetDirectory, file)),
      onnxRequirements,
    ],
    outputs: await outputFiles(),
  }),
  make: () => makeTestModels(),
}
