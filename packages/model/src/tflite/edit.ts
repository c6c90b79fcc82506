import { appendAssociatedFiles, readAssociatedFiles } from '../metadata/associated-files.js'
import type { TfliteModel } from './model.js'
import { readTflite } from './read.js'
import { writeTflite } from './write.js'

/**
 * Changes a .tflite file, and keeps the files behind it: those of TFLite Metadata, such as labels.
 *
 * @param bytes - the whole file.
 * @param edit - makes the new model out of the old one, whose objects it must not change.
 * @returns the new file.
 * @throws EdgeError as {@link readTflite} and {@link writeTflite}, and what `edit` throws.
 *
 * @example
 * ```ts
 * const features = editTflite(bytes, (model) => exposeTensors(model, ['block_5/add']))
 * ```
 */
export function editTflite(bytes: Uint8Array, edit: (model: TfliteModel) => TfliteModel): Uint8Array {
  const files = readAssociatedFiles(bytes)
  return appendAssociatedFiles(writeTflite(edit(readTflite(bytes))), files)
}
