import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Case, SuiteFile } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { benchModels } from '../scripts/setup/bench-models.js'
import { onnxClassicPath, onnxClassics } from '../scripts/setup/onnx-classics.js'
import { efficientnetDirectory, photographsDirectory } from '../scripts/setup/paths.js'
import { fp32Onnx, int8Onnx } from './peers/int8-onnx.js'
import { wallpaperCrops } from './pictures/wallpapers.js'

// What suites write before the name of something that set-up brings.
const MODELS = 'models:'
const PHOTOGRAPHS = 'photographs:'

/** Each name's directory, or files that are made when they are asked for. */
const photographs: ReadonlyMap<string, () => Promise<readonly string[]>> = new Map([
  ['samples', async () => [photographsDirectory]],
  ['12-megapixels', wallpaperCrops],
])
/** ONNX models, and EfficientNet-Lite0 in forms that benchmarks of one number format do not name. */
const others: ReadonlyMap<string, () => Promise<string>> = new Map([
  ...onnxClassics.map((classic): [string, () => Promise<string>] => [
    `${classic.name}.onnx`,
    async () => onnxClassicPath(classic),
  ]),
  [
    'efficientnet_lite0_fp32.tflite',
    async () => join(efficientnetDirectory, 'efficientnet_lite0_fp32.tflite'),
  ],
  ['efficientnet_lite0_fp32.onnx', async () => fp32Onnx],
  ['efficientnet_lite0_int8.onnx', int8Onnx],
])

const PICTURE = /\.(?:avif|gif|jpe?g|png|tiff?|webp)$/i

/**
 * Path of a case's model.
 *
 * @throws EdgeError `FILE_NOT_FOUND` for one that set-up does not bring.
 */
export async function modelPath(
  { directory }: Pick<SuiteFile, 'directory'>,
  { model }: Case,
): Promise<string> {
  if (!model.file.startsWith(MODELS)) return resolve(directory, model.file)
  const name = model.file.slice(MODELS.length)
  const made = benchModels.get(name)
  if (made !== undefined) return made
  const making = others.get(name)
  if (making !== undefined) return await brought(`the model ${name}`, making)
  throw new EdgeError('FILE_NOT_FOUND', {
    summary: `set-up brings no model ${name}`,
    expected: [...benchModels.keys(), ...others.keys()].join(', '),
  })
}

/**
 * Paths of a suite's pictures; of a directory, those whose names say that they are some.
 *
 * @throws EdgeError `FILE_NOT_FOUND`.
 */
export async function pictures(
  { directory }: Pick<SuiteFile, 'directory'>,
  named: string | readonly string[] | undefined,
): Promise<string[]> {
  const names = named === undefined ? [] : typeof named === 'string' ? [named] : named
  const paths = await Promise.all(names.map((name) => placesOf(name, directory)))
  return paths.flat().flatMap(picturesAt)
}

async function placesOf(name: string, directory: string): Promise<readonly string[]> {
  if (!name.startsWith(PHOTOGRAPHS)) return [resolve(directory, name)]
  const making = photographs.get(name.slice(PHOTOGRAPHS.length))
  if (making === undefined) throw noPictures(name)
  return await brought(`the photographs ${name}`, making)
}

function picturesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw noPictures(path)
  if (!found.isDirectory()) return [path]
  return readdirSync(path)
    .filter((entry) => PICTURE.test(entry))
    .sort()
    .map((entry) => join(path, entry))
}

function noPictures(name: string): EdgeError {
  return new EdgeError('FILE_NOT_FOUND', {
    summary: `there are no pictures ${name}`,
    expected: `files, a directory, or ${[...photographs.keys()].map((known) => PHOTOGRAPHS + known).join(', ')}`,
    remedy: 'pnpm run setup brings the photographs.',
  })
}

/** What set-up makes when it is first asked for, and may fail to: without a network, say. */
async function brought<T>(what: string, making: () => Promise<T>): Promise<T> {
  try {
    return await making()
  } catch (cause) {
    throw new EdgeError('FILE_NOT_FOUND', {
      summary: `${what} could not be made`,
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Run `pnpm run setup`, which says more.',
      cause,
    })
  }
}
