import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { displayPath, photographsDirectory, repositoryRoot } from './paths.js'
import { readPins } from './pins.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'

/** Files of a folder whose names end so, in order. */
export async function filesIn(directory: string, ending: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(ending))
  return names.sort().map((name) => join(directory, name))
}

/** The package that carries the default model, and the labels of all of them. */
export const modelPackageDirectory = join(repositoryRoot, 'packages', 'models', 'efficientnet-lite0')

/** The 1000 classes of ImageNet, one a line. */
export const imagenetLabels = join(modelPackageDirectory, 'labels.txt')

/** Python that makes the models of the family. */
export const liteScripts = inRepository('scripts', 'models', 'efficientnet-lite')

/** The networks of the family that set-up makes. */
export type LiteNetwork = 'lite0' | 'lite1' | 'lite2'

/** File names of the models that are made. */
export function liteFiles(network: LiteNetwork): { readonly int8: string; readonly fp32: string } {
  return { int8: `efficientnet_${network}_int8.tflite`, fp32: `efficientnet_${network}_fp32.tflite` }
}

/** Golden outputs of both models, and how far from them an answer may be. */
export function liteGolden(network: LiteNetwork): string {
  return inRepository('test', 'golden', `efficientnet-${network}`)
}

/** Names of the files that {@link makeLite} leaves: both models, and the photographs as the network takes them. */
export function liteOutputs(network: LiteNetwork): string[] {
  const pictures = readPins().photographs.map(({ file }) => `inputs/${file.replace(/\.\w+$/, '')}.png`)
  return [...Object.values(liteFiles(network)), ...pictures]
}

/**
 * Makes a network of the family from its weights, in float32 and in int8, and checks both against the golden outputs; with
 * `record`, which only someone who changed the model on purpose sets, the golden outputs are written anew instead.
 */
export async function makeLite(
  network: LiteNetwork,
  { weights, out, record = false }: { weights: string; out: string; record?: boolean },
): Promise<string> {
  const golden = liteGolden(network)
  await runPython([
    join(liteScripts, 'make.py'),
    ...['--network', network],
    ...['--weights', weights],
    ...['--photographs', photographsDirectory],
    ...['--labels', imagenetLabels],
    ...['--golden', golden],
    ...['--out', out],
    ...(record ? ['--record'] : []),
  ])
  const verdict = record ? `recorded in ${displayPath(golden)}` : 'match the golden outputs'
  return `${Object.values(liteFiles(network)).join(', ')} ${verdict}`
}
