import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { findManifest, labelFile } from '@edge/model'
import { UsageError } from './failure.js'

/**
 * Refuses a place for the engine where something lies that the engine is made of, `--force` or not: the model, files with its weights, its
 * manifest and labels.
 *
 * @param calibrationCache - where ranges are read from or kept.
 * @throws UsageError.
 */
export async function refuseInputs(
  output: string,
  model: string,
  calibrationCache: string | undefined,
): Promise<void> {
  const place = await placeOf(output)
  if (calibrationCache !== undefined && (await placeOf(calibrationCache)) === place) {
    throw new UsageError(`--output and --calibration-cache are the same file, ${output}`)
  }
  if (!existsSync(output)) return
  const beside = dirname(model)
  const manifests = [
    join(beside, `${basename(model, extname(model))}.model.json`),
    join(beside, 'model.json'),
  ]
  await refuse(output, place, 'the model itself', [model])
  await refuse(output, place, 'the model’s manifest', manifests)
  await refuse(output, place, 'the model’s labels', await labelsOf(model))
  await refuse(output, place, 'a file with the model’s weights', await weightsOf(model))
}

async function refuse(output: string, place: string, what: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if ((await placeOf(file)) !== place) continue
    throw new UsageError(`--output wants a place for the engine, and ${output} is ${what}`)
  }
}

/** Where links lead. */
async function placeOf(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path))
}

// What cannot be read is told of by whoever needs it.
async function labelsOf(model: string): Promise<readonly string[]> {
  const manifest = await findManifest(model).catch(() => undefined)
  const labels = manifest === undefined ? undefined : labelFile(manifest)
  return labels === undefined ? [] : [labels]
}

async function weightsOf(path: string): Promise<readonly string[]> {
  const { externalLocations, readOnnxFile } = await import('@edge/model/onnx')
  const file = await readOnnxFile(path).catch(() => undefined)
  if (file === undefined) return []
  return externalLocations(file.model).map((location) => join(file.directory, location))
}
