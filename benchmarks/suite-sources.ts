import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Case, SuiteFile } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { benchModels } from '../scripts/setup/bench-models.js'
import { onnxClassicPath, onnxClassics } from '../scripts/setup/onnx-classics.js'
import { efficientnetDirectory, photographsDirectory } from '../scripts/setup/paths.js'
import { variantsDirectory } from '../scripts/setup/test-models.js'

// What suites write before the name of something that set-up brings.
const MODELS = 'models:'
const PHOTOGRAPHS = 'photographs:'

const photographs: Readonly<Record<string, string>> = { samples: photographsDirectory }
/** ONNX models, and EfficientNet-Lite0 in forms that benchmarks of one number format do not name. */
const others: ReadonlyMap<string, string> = new Map([
  ...onnxClassics.map((classic) => [`${classic.name}.onnx`, onnxClassicPath(classic)] as const),
  ['efficientnet_lite0_fp32.tflite', join(efficientnetDirectory, 'efficientnet_lite0_fp32.tflite')],
  ['efficientnet_lite0_fp32.onnx', join(variantsDirectory, 'efficientnet_lite0_fp32.onnx')],
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
  const known = benchModels.get(name) ?? others.get(name)
  if (known !== undefined) return known
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
export function pictures(
  { directory }: Pick<SuiteFile, 'directory'>,
  named: string | readonly string[] | undefined,
): string[] {
  const names = named === undefined ? [] : typeof named === 'string' ? [named] : named
  return names.flatMap((name) => {
    const path = name.startsWith(PHOTOGRAPHS)
      ? photographs[name.slice(PHOTOGRAPHS.length)]
      : resolve(directory, name)
    const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
    if (path === undefined || found === undefined) {
      throw new EdgeError('FILE_NOT_FOUND', {
        summary: `there are no pictures ${name}`,
        remedy: 'pnpm run setup brings the photographs.',
      })
    }
    if (!found.isDirectory()) return [path]
    return readdirSync(path)
      .filter((entry) => PICTURE.test(entry))
      .sort()
      .map((entry) => join(path, entry))
  })
}
