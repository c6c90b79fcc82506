import { EdgeError } from '@edge/errors'
import { checkModel } from '../arguments.js'
import { writeFlatBuffer } from '../flatbuffer/write.js'
import {
  TFLITE_PLAN,
  type TfliteBuffer,
  type TfliteModel,
  type TfliteOperator,
  type TfliteSubGraph,
} from './model.js'
import { isOutside } from './read.js'
import { sharedList } from './shared.js'

/** TensorFlow Lite wants the data of buffers at multiples of this. */
const DATA_ALIGNMENT = 16
/** Offsets inside a FlatBuffer are signed 32-bit numbers. */
const MAX_FLATBUFFER_BYTES = 2 ** 31 - 1
/** What everything but data takes, guessed for memory's sake. */
const STRUCTURE_BYTES = 256 * 1024

/**
 * Writes a .tflite file: a FlatBuffer with the identifier `TFL3`, the data of buffers at multiples of 16 bytes, and after it the data of
 * those buffers and custom options that {@link readTflite} found there (`offset` greater than 1).
 *
 * Reading the result gives an equal model; bytes may differ from those of another writer.
 *
 * @returns the file, as a view that may be part of a larger ArrayBuffer.
 * @throws EdgeError `MODEL_UNSUPPORTED` where more than 2 GB would have to lie inside the FlatBuffer; `INVALID_ARGUMENT` for a value
 *   that its field cannot hold.
 */
export function writeTflite(model: TfliteModel): Uint8Array {
  checkModel(model, 'subgraphs', 'readTflite')
  const expectedBytes = checkSize(model)
  const outside = new OutsideData()
  // Offsets are not known before the FlatBuffer's size is, and that does not depend on their values.
  const draft = serialize(withOffsets(model, outside), expectedBytes)
  if (outside.parts.length === 0) return draft
  const begin = aligned(draft.length)
  const inside = serialize(withOffsets(model, new OutsideData(begin)), expectedBytes)
  const file = new Uint8Array(begin + outside.size)
  file.set(inside)
  for (const { at, data } of outside.parts) file.set(data, begin + at)
  return file
}

function serialize(model: TfliteModel, expectedBytes: number): Uint8Array {
  return writeFlatBuffer(model, TFLITE_PLAN, { source: 'the TFLite model', expectedBytes })
}

/** Collects what goes after the FlatBuffer, and says where each part will be. */
class OutsideData {
  readonly parts: { readonly at: number; readonly data: Uint8Array }[] = []
  size = 0
  readonly #begin: number
  readonly #known = new Map<ArrayBufferLike, Map<string, bigint>>()

  /** @param begin - where the first part lies; in a draft any number that is not a placeholder. */
  constructor(begin = DATA_ALIGNMENT) {
    this.#begin = begin
  }

  /** @returns where the data will be; the same for the same bytes. */
  add(data: Uint8Array): bigint {
    const key = `${data.byteOffset} ${data.length}`
    const known = this.#known.get(data.buffer) ?? new Map<string, bigint>()
    this.#known.set(data.buffer, known)
    const before = known.get(key)
    if (before !== undefined) return before
    const at = aligned(this.size)
    this.parts.push({ at, data })
    this.size = at + data.length
    const offset = BigInt(this.#begin + at)
    known.set(key, offset)
    return offset
  }
}

function withOffsets(model: TfliteModel, outside: OutsideData): TfliteModel {
  const buffers = sharedList((buffer: TfliteBuffer) => {
    const { data, offset } = buffer
    if (data === undefined || !isOutside(offset)) return buffer
    return { data: undefined, offset: outside.add(data), size: BigInt(data.length) }
  })
  const operators = sharedList((operator: TfliteOperator) => {
    const { customOptions: data, largeCustomOptionsOffset: offset } = operator
    if (data === undefined || !isOutside(offset)) return operator
    return {
      ...operator,
      customOptions: undefined,
      largeCustomOptionsOffset: outside.add(data),
      largeCustomOptionsSize: BigInt(data.length),
    }
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

function checkSize({ buffers = [] }: TfliteModel): number {
  let bytes = STRUCTURE_BYTES
  // What is one object in several buffers is written once.
  const inside = new Set(buffers.map(({ data, offset }) => (isOutside(offset) ? undefined : data)))
  for (const data of inside) {
    if (data !== undefined) bytes += data.length + DATA_ALIGNMENT
  }
  if (bytes > MAX_FLATBUFFER_BYTES) {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: 'the TFLite model is too large to be one FlatBuffer',
      expected: `at most ${MAX_FLATBUFFER_BYTES} bytes in buffers that lie inside it`,
      found: `${bytes} bytes`,
      remedy: 'Set the offset of large buffers to 2, so that they are written after the FlatBuffer.',
    })
  }
  return bytes
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / DATA_ALIGNMENT) * DATA_ALIGNMENT
}
