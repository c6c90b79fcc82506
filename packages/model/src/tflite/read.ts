import { checkOptionNames, EdgeError, type NamesOf } from '@edge/errors'
import { checkBytes } from '../arguments.js'
import { readFlatBuffer } from '../flatbuffer/read.js'
import { modelName } from '../source-name.js'
import {
  TFLITE_PLAN,
  type TfliteBuffer,
  type TfliteModel,
  type TfliteOperator,
  type TfliteSubGraph,
} from './model.js'
import { sharedList } from './shared.js'

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

const OPTIONS: NamesOf<ReadTfliteOptions> = { source: true, unknownFields: true }

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
  checkBytes(bytes, 'a TFLite model')
  checkOptionNames(options, OPTIONS, 'readTflite')
  const { unknownFields = 'refuse' } = options
  const source = modelName(options.source ?? 'the TFLite model')
  // The plan that reads is made of the schema that the type is derived from.
  const model = readFlatBuffer(bytes, TFLITE_PLAN, { source, unknownFields }) as TfliteModel
  return withOutsideData(model, bytes, source)
}

/** Whether an offset leads to bytes after the FlatBuffer: 0 and 1 are placeholders. */
export function isOutside(offset: bigint): boolean {
  return offset > 1n
}

/** Fills in the data that lie after the FlatBuffer. Nearly all models keep everything inside, and stay as they were read. */
function withOutsideData(model: TfliteModel, bytes: Uint8Array, source: string): TfliteModel {
  const outside = new OutsideParts(bytes, source)
  const buffers = sharedList((entry: TfliteBuffer) => {
    if (entry.data !== undefined || !isOutside(entry.offset)) return entry
    const place = (): string => `buffers[${model.buffers?.indexOf(entry)}]`
    return { ...entry, data: outside.cut(entry.offset, entry.size, place) }
  })
  const operators = sharedList((entry: TfliteOperator) => {
    const { customOptions, largeCustomOptionsOffset: offset, largeCustomOptionsSize: size } = entry
    if (customOptions !== undefined || !isOutside(offset)) return entry
    return { ...entry, customOptions: outside.cut(offset, size, () => placeOf(model, entry)) }
  })
  const graphs = sharedList((graph: TfliteSubGraph) => {
    const changed = graph.operators && operators(graph.operators)
    return changed === graph.operators ? graph : { ...graph, operators: changed }
  })
  return {
    ...model,
    buffers: model.buffers && buffers(model.buffers),
    subgraphs: model.subgraphs && graphs(model.subgraphs),
  }
}

function placeOf({ subgraphs = [] }: TfliteModel, operator: TfliteOperator): string {
  const graph = subgraphs.findIndex(({ operators }) => operators?.includes(operator))
  return `subgraphs[${graph}].operators[${subgraphs[graph]?.operators?.indexOf(operator)}]`
}

/** Cuts data out of a file, the same bytes once. */
class OutsideParts {
  readonly #bytes: Uint8Array
  readonly #source: string
  readonly #known = new Map<string, Uint8Array>()
  /** As in the FlatBuffer, all parts together may not be larger than twice the file. */
  #budget: number

  constructor(bytes: Uint8Array, source: string) {
    this.#bytes = bytes
    this.#source = source
    this.#budget = 2 * bytes.length
  }

  cut(offset: bigint, size: bigint, place: () => string): Uint8Array {
    const { length } = this.#bytes
    const key = `${offset} ${size}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (offset + size > BigInt(length)) {
      throw this.#corrupt(place(), `data inside ${length} bytes`, `${size} bytes at byte ${offset}`)
    }
    this.#budget -= Number(size)
    if (this.#budget < 0)
      throw this.#corrupt(place(), 'parts that do not overlap', 'parts larger than the file together')
    const part = new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + Number(offset), Number(size))
    this.#known.set(key, part)
    return part
  }

  #corrupt(place: string, expected: string, found: string): EdgeError {
    return new EdgeError('MODEL_INVALID', {
      summary: `${this.#source} is truncated or corrupt at ${place}`,
      expected,
      found,
      remedy: 'Copy or download the file again.',
    })
  }
}
