import { EdgeError } from '@edge/errors'
import protobuf from 'protobufjs/minimal.js'
import { checkBytes } from '../arguments.js'
import { type PlannedField, planOf } from './field-plan.js'
import type { NumericScalar } from './field-types.js'
import { emptyList, isNumeric, MAX_DEPTH, MAX_PARTS, MAX_STRINGS } from './message.js'
import { type NumberList, numberList } from './number-lists.js'
import type { ModelProto, OnnxMessage, OnnxMessageName, TensorProto } from './schema.js'
import { BLOCK, FIXED32, FIXED64, VARINT, wireTypeOf } from './wire-types.js'

/**
 * Reads the bytes of an .onnx file. Only the encoding is checked; {@link validateOnnx} checks what it says.
 *
 * Strings are decoded and lists of numbers become typed arrays; raw data are views onto `bytes`, which must not change as long as
 * the model is used. Time is linear in the file's size, and memory bounded by a small multiple of it and what a million messages
 * take: files with more, or with more than two million strings, are refused. Fields that are not known are kept, and written back by
 * {@link writeOnnx}.
 *
 * @param bytes - the whole file.
 * @param name - what to call it in messages. Default: its size.
 * @throws EdgeError `MODEL_INVALID`, naming the field and the byte.
 *
 * @example
 * ```ts
 * const model = readOnnx(await readFile('resnet18.onnx'))
 * console.log(model.graph?.node.length)
 * ```
 */
export function readOnnx(bytes: Uint8Array, name = `(${bytes?.length} bytes in memory)`): ModelProto {
  checkBytes(bytes, 'an ONNX model')
  return new MessageReader(bytes, name).read('ModelProto')
}

/**
 * Reads a tensor that is stored by itself, as ONNX's own test data are (`input_0.pb`).
 *
 * @throws EdgeError `MODEL_INVALID`, as {@link readOnnx}.
 */
export function readOnnxTensor(
  bytes: Uint8Array,
  name = `(a tensor of ${bytes?.length} bytes in memory)`,
): TensorProto {
  checkBytes(bytes, 'an ONNX tensor')
  return new MessageReader(bytes, name).read('TensorProto')
}

class MessageReader {
  readonly #bytes: Uint8Array
  readonly #reader: protobuf.Reader
  readonly #path: string[] = []
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #depth = 0
  #parts = 0
  #strings = 0

  constructor(
    bytes: Uint8Array,
    private readonly source: string,
  ) {
    // A Buffer's subarrays would be Buffers, whose slice() is another function than an array's.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#reader = new protobuf.Reader(this.#bytes)
  }

  read<N extends OnnxMessageName>(name: N): OnnxMessage<N> {
    try {
      const message: unknown = this.#message(name, this.#bytes.length)
      // Every field was read as the schema says, and the type follows from the same schema.
      return message as OnnxMessage<N>
    } catch (error) {
      // protobufjs throws these two where the bytes end too early, or a number does not end.
      const isFormat = error instanceof RangeError || Object(error).constructor === Error
      if (!(error instanceof Error) || error instanceof EdgeError || !isFormat) throw error
      throw this.#invalid('a whole field', error.message, error)
    }
  }

  #message(name: OnnxMessageName, end: number): Record<string, unknown> {
    if (++this.#depth > MAX_DEPTH)
      throw this.#invalid(`at most ${MAX_DEPTH} messages inside each other`, 'more')
    this.#countPart()
    const plan = planOf(name)
    const message: Record<string, unknown> = {}
    for (const list of plan.lists) message[list.name] = emptyList(list)
    const numbers = new Map<PlannedField, NumberList>()
    const unknown: Uint8Array[] = []
    const reader = this.#reader
    while (reader.pos < end) {
      const start = reader.pos
      const tag = reader.tag()
      const planned = plan.byId.get(tag >>> 3)
      if (planned === undefined) {
        this.#skip(tag, end)
        this.#countPart()
        unknown.push(this.#bytes.subarray(start, reader.pos))
      } else {
        this.#field(message, planned, tag & 7, end, numbers)
        // Left in place when something throws: it says where.
        this.#path.pop()
      }
      if (reader.pos > end) throw this.#invalid(`an end at byte ${end}`, `a field up to byte ${reader.pos}`)
    }
    for (const [planned, list] of numbers) message[planned.name] = list.finish()
    if (unknown.length > 0) message.unknownFields = unknown
    this.#depth--
    return message
  }

  #field(
    message: Record<string, unknown>,
    planned: PlannedField,
    wire: number,
    end: number,
    numbers: Map<PlannedField, NumberList>,
  ): void {
    const { name, field } = planned
    this.#path.push(name)
    if (field.cardinality === 'one') {
      if (planned.message !== undefined && message[name] !== undefined) {
        // Libraries merge the two, not all in one way: what was checked would not be what runs.
        throw this.#invalid('one value', 'a second one')
      }
      for (const rival of planned.excludes) delete message[rival]
      message[name] = this.#value(planned, wire, end)
    } else if (isNumeric(field.type)) {
      let list = numbers.get(planned)
      if (list === undefined) {
        list = numberList(field.type)
        numbers.set(planned, list)
      }
      if (wire === BLOCK) this.#numbers(list, field.type, end)
      else list.add(this.#number(field.type, wire))
    } else {
      const present = message[name]
      // The empty list is shared by all messages, and frozen.
      const values: unknown[] = Array.isArray(present) && present.length > 0 ? present : []
      if (values.length === 0) message[name] = values
      this.#path[this.#path.length - 1] = `${name}[${values.length}]`
      values.push(this.#value(planned, wire, end))
    }
  }

  #value({ field, message }: PlannedField, wire: number, end: number): unknown {
    if (isNumeric(field.type)) return this.#number(field.type, wire)
    if (wire !== BLOCK) throw this.#wrongWire(BLOCK, wire)
    const stop = this.#blockEnd(end)
    if (message !== undefined) return this.#message(message, stop)
    const bytes = this.#bytes.subarray(this.#reader.pos, stop)
    this.#reader.pos = stop
    if (field.type === 'bytes') {
      this.#countPart()
      return bytes
    }
    if (++this.#strings > MAX_STRINGS) throw this.#invalid(`at most ${MAX_STRINGS} strings`, 'more')
    try {
      return this.#text.decode(bytes)
    } catch (cause) {
      throw this.#invalid('text in UTF-8', 'other bytes', cause)
    }
  }

  #numbers(list: NumberList, type: NumericScalar, end: number): void {
    const reader = this.#reader
    const stop = this.#blockEnd(end)
    const block = this.#bytes.subarray(reader.pos, stop)
    if (type === 'float' || type === 'double') {
      const size = type === 'float' ? 4 : 8
      if (block.length % size !== 0) {
        throw this.#invalid(`a multiple of ${size} bytes`, String(block.length))
      }
      list.addBytes(block)
      reader.pos = stop
      return
    }
    // Each number ends with the one byte below 128 that it has.
    let count = 0
    for (const byte of block) if (byte < 128) count++
    list.reserve(count)
    while (reader.pos < stop) list.add(this.#number(type, VARINT))
    if (reader.pos > stop) throw this.#invalid(`an end at byte ${stop}`, `a number up to byte ${reader.pos}`)
  }

  #number(type: NumericScalar, wire: number): number | bigint {
    const expected = wireTypeOf(type)
    if (wire !== expected) throw this.#wrongWire(expected, wire)
    const reader = this.#reader
    switch (type) {
      case 'int32':
        return reader.int32()
      case 'float':
        return reader.float()
      case 'double':
        return reader.double()
      default: {
        const { low, high } = reader.uint64()
        const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
        return type === 'int64' ? BigInt.asIntN(64, value) : value
      }
    }
  }

  /** Reads the length of a block, and says where the block ends. */
  #blockEnd(end: number): number {
    const length = this.#reader.uint32()
    const stop = this.#reader.pos + length
    if (stop <= end) return stop
    throw this.#invalid(`at most ${Math.max(0, end - this.#reader.pos)} bytes`, `a length of ${length}`)
  }

  #skip(tag: number, end: number): void {
    const reader = this.#reader
    const wire = tag & 7
    this.#path.push(`field ${tag >>> 3}`)
    if (tag >>> 3 === 0) throw this.#invalid('a field number of 1 or more', '0')
    if (wire === VARINT) reader.uint64()
    else if (wire === FIXED64) reader.pos += 8
    else if (wire === FIXED32) reader.pos += 4
    else if (wire === BLOCK) reader.pos = this.#blockEnd(end)
    else throw this.#invalid('wire type 0, 1, 2 or 5', String(wire))
    this.#path.pop()
  }

  /** Counts what is an object in memory, however few bytes the file has for it. */
  #countPart(): void {
    if (++this.#parts <= MAX_PARTS) return
    throw this.#invalid(`at most ${MAX_PARTS} messages, byte strings and unknown fields`, 'more')
  }

  #wrongWire(expected: number, found: number): EdgeError {
    return this.#invalid(`wire type ${expected}`, String(found))
  }

  #invalid(expected: string, found: string, cause?: unknown): EdgeError {
    const place = this.#path.join('.')
    return new EdgeError('MODEL_INVALID', {
      summary: `the model ${this.source} is truncated or corrupt${place === '' ? '' : ` at ${place}`} (byte ${this.#reader.pos})`,
      expected,
      found,
      remedy: 'Copy, download or export the model again.',
      cause,
    })
  }
}
