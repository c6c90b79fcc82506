import { EdgeError } from '@edge/errors'
import { readFlatBuffer } from '../flatbuffer/read.js'
import { TFLITE_PLAN, type TfliteBuffer, type TfliteModel, type TfliteOperator } from './model.js'

/** How {@link readTflite} reads. */
export interface ReadTfliteOptions {
  /** What to call the model in messages; "the TFLite model" if left out. */
  readonly source?: string
  /**
   * What to do with fields that this version does not know: `refuse`, the default, because writing the model would lose them, or
   * `ignore`.
   */
  readonly unknownFields?: 'refuse' | 'ignore'
}

/**
 * Reads a .tflite file.
 *
 * Nothing is copied that need not be: weights are views into `bytes`, which must not change while the model is used. Memory beyond that
 * is in proportion to the rest of the file. What the model *means* is not checked here: see {@link validateTflite}. Files that lie
 * after the model (TFLite Metadata's associated files) are not part of it: see `readAssociatedFiles`.
 *
 * @param bytes - the whole file.
 * @throws EdgeError `MODEL_INVALID` for a file that is truncated or corrupt; `MODEL_UNSUPPORTED` for fields that this version does not
 *   know.
 *
 * @example
 * ```ts
 * const model = readTflite(await readFile('model.tflite'))
 * console.log(model.subgraphs?.[0]?.operators?.length)
 * ```
 */
export function readTflite(bytes: Uint8Array, options: ReadTfliteOptions = {}): TfliteModel {
  const { source = 'the TFLite model', unknownFields = 'refuse' } = options
  // The plan that reads is made of the schema that the type is derived from.
  const model = readFlatBuffer(bytes, TFLITE_PLAN, { source, unknownFields }) as TfliteModel
  return withOutsideData(model, bytes, source)
}

/** Whether an offset leads to bytes after the FlatBuffer: 0 and 1 are placeholders. */
export function isOutside(offset: bigint): boolean {
  return offset > 1n
}

function withOutsideData(model: TfliteModel, bytes: Uint8Array, source: string): TfliteModel {
  const cut = (offset: bigint, size: bigint, place: string): Uint8Array => {
    if (offset + size > BigInt(bytes.length)) {
      throw new EdgeError('MODEL_INVALID', {
        summary: `${source} is truncated or corrupt at ${place}`,
        expected: `data inside ${bytes.length} bytes`,
        found: `${size} bytes at byte ${offset}`,
        remedy: 'Copy or download the file again.',
      })
    }
    const begin = Number(offset)
    return new Uint8Array(bytes.buffer, bytes.byteOffset + begin, Number(size))
  }
  const buffer = (entry: TfliteBuffer, index: number): TfliteBuffer =>
    entry.data === undefined && isOutside(entry.offset)
      ? { ...entry, data: cut(entry.offset, entry.size, `buffers[${index}]`) }
      : entry
  const operator = (entry: TfliteOperator, place: string): TfliteOperator =>
    entry.customOptions === undefined && isOutside(entry.largeCustomOptionsOffset)
      ? {
          ...entry,
          customOptions: cut(entry.largeCustomOptionsOffset, entry.largeCustomOptionsSize, place),
        }
      : entry
  const { buffers = [], subgraphs = [] } = model
  // Nearly all models keep everything inside and stay as they were read.
  const outside =
    buffers.some(({ offset }) => isOutside(offset)) ||
    subgraphs.some(({ operators = [] }) =>
      operators.some(({ largeCustomOptionsOffset }) => isOutside(largeCustomOptionsOffset)),
    )
  if (!outside) return model
  return {
    ...model,
    buffers: buffers.map(buffer),
    subgraphs: subgraphs.map((graph, g) => ({
      ...graph,
      operators: graph.operators?.map((entry, o) => operator(entry, `subgraphs[${g}].operators[${o}]`)),
    })),
  }
}
