import { EdgeError } from '@edge/errors'
import protobuf from 'protobufjs/minimal.js'
import { type PlannedField, planOf } from './field-plan.js'
import type { NumericScalar } from './field-types.js'
import { isNumeric, MAX_DEPTH } from './message.js'
import type { ModelProto, OnnxMessage, OnnxMessageName, TensorProto } from './schema.js'
import { BLOCK, wireTypeOf } from './wire-types.js'

/** Libraries read no protocol buffer beyond 2 GiB. */
export const MAX_MODEL_BYTES = 2 ** 31 - 1

/**
 * Writes a model as the bytes of an .onnx file. What {@link readOnnx} reads from them equals the model.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for a value that its field cannot hold, for messages more than 100 deep, and for a
 *   model that would exceed 2 GiB: {@link writeOnnxFile} can put its weights into a file beside it.
 *
 * @example
 * ```ts
 * await writeFile('renamed.onnx', writeOnnx({ ...model, producerName: 'me' }))
 * ```
 */
export function writeOnnx(model: ModelProto): Uint8Array {
  return write('ModelProto', model)
}

/** Writes a tensor by itself, as {@link readOnnxTensor} reads it. */
export function writeOnnxTensor(tensor: TensorProto): Uint8Array {
  return write('TensorProto', tensor)
}

function write<N extends OnnxMessageName>(name: N, message: OnnxMessage<N>): Uint8Array {
  const writer = new MessageWriter()
  writer.message(name, message, '')
  return writer.finish()
}

class MessageWriter {
  readonly #writer = new protobuf.Writer()
  #depth = 0

  finish(): Uint8Array {
    return this.#writer.finish()
  }

  message(name: OnnxMessageName, message: object, path: string): void {
    if (++this.#depth > MAX_DEPTH)
      throw refused(path, `at most ${MAX_DEPTH} messages inside each other`, 'more')
    const values = new Map<string, unknown>(Object.entries(message))
    for (const planned of planOf(name).inOrder) {
      const value = values.get(planned.name)
      if (value !== undefined)
        this.#field(planned, value, path === '' ? planned.name : `${path}.${planned.name}`)
    }
    for (const bytes of list(values.get('unknownFields') ?? [], `${path}.unknownFields`)) {
      if (!(bytes instanceof Uint8Array)) throw refused(`${path}.unknownFields`, 'bytes', typeof bytes)
      this.#reserve(bytes.length, path)
      this.#writer.raw(bytes)
    }
    this.#depth--
  }

  #field(planned: PlannedField, value: unknown, path: string): void {
    const { field } = planned
    if (field.cardinality === 'one') this.#value(planned, value, path)
    else if (!isNumeric(field.type)) {
      list(value, path).forEach((entry, index) => {
        this.#value(planned, entry, `${path}[${index}]`)
      })
    } else {
      const numbers = numericList(value, path)
      if (field.cardinality === 'many') for (const number of numbers) this.#value(planned, number, path)
      else if (numbers.length > 0) this.#block(field.id, field.type, numbers, path)
    }
  }

  #value({ field, message }: PlannedField, value: unknown, path: string): void {
    const writer = this.#writer
    if (message !== undefined) {
      if (typeof value !== 'object' || value === null) throw refused(path, `a ${message}`, typeof value)
      writer.uint32(tagOf(field.id, BLOCK)).fork()
      this.message(message, value, path)
      writer.ldelim()
    } else if (isNumeric(field.type)) {
      writer.uint32(tagOf(field.id, wireTypeOf(field.type)))
      this.#number(field.type, value, path)
    } else if (field.type === 'bytes') {
      if (!(value instanceof Uint8Array)) throw refused(path, 'a Uint8Array', typeof value)
      this.#reserve(value.length, path)
      writer.uint32(tagOf(field.id, BLOCK)).bytes(value)
    } else {
      if (typeof value !== 'string') throw refused(path, 'a string', typeof value)
      // A lone surrogate has no UTF-8, and would come back as another character.
      if (/\p{Cs}/u.test(value)) throw refused(path, 'well-formed text', 'half a surrogate pair')
      writer.uint32(tagOf(field.id, BLOCK)).string(value)
    }
  }

  #block(id: number, type: NumericScalar, numbers: NumberArray, path: string): void {
    const writer = this.#writer
    this.#reserve(numbers.byteLength, path)
    writer.uint32(tagOf(id, BLOCK))
    if (numbers instanceof Float32Array || numbers instanceof Float64Array) {
      if (wireTypeOf(type) !== (numbers.BYTES_PER_ELEMENT === 4 ? 5 : 1))
        throw refused(path, `${type}s`, 'others')
      // Bit by bit: a number would lose the payload of a NaN.
      writer.bytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
      return
    }
    writer.fork()
    for (const number of numbers) this.#number(type, number, path)
    writer.ldelim()
  }

  #number(type: NumericScalar, value: unknown, path: string): void {
    const writer = this.#writer
    if (type === 'int64' || type === 'uint64') {
      if (typeof value !== 'bigint') throw refused(path, 'a bigint', typeof value)
      const fits = type === 'int64' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)
      if (fits !== value) throw refused(path, `a value of type ${type}`, String(value))
      writer.uint64(longOf(value))
      return
    }
    if (typeof value !== 'number') throw refused(path, 'a number', typeof value)
    if (type === 'float') writer.float(value)
    else if (type === 'double') writer.double(value)
    else if (value === (value | 0)) writer.int32(value)
    else throw refused(path, 'a value of type int32', String(value))
  }

  #reserve(bytes: number, path: string): void {
    if (this.#writer.len + bytes <= MAX_MODEL_BYTES) return
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the model is too large to be one protocol buffer (at ${path})`,
      expected: `at most ${MAX_MODEL_BYTES} bytes`,
      found: `${this.#writer.len + bytes} bytes up to there`,
      remedy:
        'Write the weights into a file beside the model: writeOnnxFile(path, model, { externalData: {} }).',
    })
  }
}

type NumberArray = Int32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array

function tagOf(id: number, wire: number): number {
  return (id << 3) | wire
}

function longOf(value: bigint): protobuf.Long {
  const bits = BigInt.asUintN(64, value)
  return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: true }
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw refused(path, 'an array', typeof value)
}

function numericList(value: unknown, path: string): NumberArray {
  if (
    value instanceof Int32Array ||
    value instanceof BigInt64Array ||
    value instanceof BigUint64Array ||
    value instanceof Float32Array ||
    value instanceof Float64Array
  ) {
    return value
  }
  throw refused(path, 'a typed array of numbers', typeof value)
}

function refused(path: string, expected: string, found: string): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the model cannot be written: ${path} has a value that its field cannot hold`,
    expected,
    found,
  })
}
