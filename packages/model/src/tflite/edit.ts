import { EdgeError } from '@edge/errors'
import { describe } from '../arguments.js'
import { appendAssociatedFiles, readAssociatedFiles } from '../metadata/associated-files.js'
import type { TfliteModel } from './model.js'
import { readTflite } from './read.js'
import { writeTflite } from './write.js'

// What it says is checked where it is written.
function isModel(value: unknown): value is TfliteModel {
  return typeof value === 'object' && value !== null && 'subgraphs' in value
}

/**
 * Changes a .tflite file, and keeps the files behind it: those of TFLite Metadata, such as labels.
 *
 * @param bytes - the whole file.
 * @param edit - makes the new model out of the old one, whose objects it must not change.
 * @returns the new file.
 * @throws EdgeError as {@link readTflite} and {@link writeTflite}, and what `edit` throws; `INVALID_ARGUMENT` where it
 *   returns no model.
 *
 * @example
 * ```ts
 * const features = editTflite(bytes, (model) => exposeTensors(model, ['block_5/add']))
 * ```
 */
export function editTflite(bytes: Uint8Array, edit: (model: TfliteModel) => TfliteModel): Uint8Array {
  if (typeof edit !== 'function') {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the edit of the TFLite model is not a function',
      expected: 'a function that makes a new model out of the old one',
      found: describe(edit),
    })
  }
  const files = readAssociatedFiles(bytes)
  const edited: unknown = edit(readTflite(bytes))
  if (!isModel(edited)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'the edit of the TFLite model returned no model',
      expected: 'the new model, such as { ...model, description }',
      found: describe(edited),
      remedy: 'Return it from the function; one that is async cannot be used here.',
    })
  }
  return appendAssociatedFiles(writeTflite(edited), files)
}
