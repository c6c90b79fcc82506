import { EdgeError } from '@edge/errors'
import {
  bytesOfElements,
  fieldValues,
  type OnnxDataType,
  type OnnxDataTypeName,
  onnxDataType,
  onnxDataTypeId,
} from './data-types.js'
import { isExternal } from './external-reference.js'
import { onnxMessage } from './message.js'
import type { TensorProto } from './schema.js'

/** The values of a tensor, wherever the file keeps them. */
export interface OnnxTensorData {
  /** Element type. */
  readonly dtype: OnnxDataTypeName
  /** Dimensions, outermost first. */
  readonly shape: readonly number[]
  /** Elements one after the other, little-endian; those of less than a byte share bytes, the first in the lowest bits. */
  readonly bytes: Uint8Array
}

/**
 * Number of elements of a shape.
 *
 * @returns undefined where a dimension is negative, or their product is beyond what a number counts exactly.
 */
export function elementCount(dims: Iterable<bigint>): number | undefined {
  let product = 1n
  let isEmpty = false
  for (const dim of dims) {
    if (dim < 0n) return undefined
    if (dim === 0n) isEmpty = true
    // Dimensions behind a zero count too: a library may multiply them first.
    else product *= dim
    if (product > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  }
  return isEmpty ? 0 : Number(product)
}

/**
 * Where the values of a tensor come from, checked: type known, shape countable, one place, and as many values as the shape asks.
 *
 * @param fail - makes the error of whoever asks, who knows the tensor's place.
 */
export function checkTensorData(
  tensor: TensorProto,
  fail: (summary: string, expected: string, found: string) => EdgeError,
): { readonly type: OnnxDataType & { readonly name: OnnxDataTypeName }; readonly elements: number } {
  const type = onnxDataType(tensor.dataType)
  if (type === undefined)
    throw fail('has no known type', 'a data type from 1 to 26', String(tensor.dataType ?? 'none'))
  const elements = elementCount(tensor.dims)
  if (elements === undefined) {
    throw fail(
      'has impossible dimensions',
      `none below 0, and a product of at most ${Number.MAX_SAFE_INTEGER}`,
      shapeText(tensor.dims),
    )
  }
  if (tensor.segment !== undefined) throw fail('is a part of a tensor', 'a whole one', 'a segment')
  const places = presentPlaces(tensor)
  if (isExternal(tensor)) {
    if (places.length > 0) throw fail('has its data twice', 'external data alone', places.join(' and '))
    if (type.name === 'string') throw fail('keeps text outside the model', 'stringData', 'external data')
    return { type, elements }
  }
  if (places.length > 1) throw fail('has its data twice', `${type.field} or rawData`, places.join(' and '))
  if (tensor.rawData !== undefined && tensor.rawData.length > 0) {
    if (type.name === 'string') throw fail('keeps text as raw data', 'stringData', 'rawData')
    checkCount('bytes', bytesOfElements(type, elements), tensor.rawData.length)
    return { type, elements }
  }
  const [place] = places
  if (place !== undefined && place !== type.field) {
    throw fail(`keeps ${type.name} in the wrong field`, type.field, place)
  }
  checkCount('values', fieldValues(type, elements), tensor[type.field].length)
  return { type, elements }

  function checkCount(unit: string, expected: number, found: number): void {
    if (expected === found) return
    const shape = `${type?.name} of shape ${shapeText(tensor.dims)}`
    throw fail(
      'has another amount of data than its shape asks for',
      `${expected} ${unit} for ${shape}`,
      String(found),
    )
  }
}

const TYPED_FIELDS = [
  'floatData',
  'int32Data',
  'int64Data',
  'doubleData',
  'uint64Data',
  'stringData',
] as const

function presentPlaces(tensor: TensorProto): string[] {
  const places: string[] = TYPED_FIELDS.filter((field) => tensor[field].length > 0)
  if (tensor.rawData !== undefined && tensor.rawData.length > 0) places.push('rawData')
  return places
}

function shapeText(dims: Iterable<bigint>): string {
  return `[${[...dims].join(', ')}]`
}

/**
 * The values of a tensor as bytes: a view where the file has raw data, converted where it has typed fields.
 *
 * @param name - what to call the tensor in messages. Default: its own name.
 * @throws EdgeError `MODEL_INVALID` where the data do not fit the shape; `MODEL_UNSUPPORTED` for text, which is in `stringData`;
 *   `INVALID_ARGUMENT` for external data: {@link loadExternalData} fetches them.
 *
 * @example
 * ```ts
 * const { dtype, shape, bytes } = onnxTensorData(model.graph.initializer[0])
 * ```
 */
export function onnxTensorData(tensor: TensorProto, name = tensor.name ?? 'without a name'): OnnxTensorData {
  const { type, elements } = checkTensorData(
    tensor,
    (summary, expected, found) =>
      new EdgeError('MODEL_INVALID', { summary: `tensor "${name}" ${summary}`, expected, found }),
  )
  if (isExternal(tensor)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the data of tensor "${name}" are in another file`,
      remedy: 'Load them first: loadExternalData(model, directory).',
    })
  }
  if (type.name === 'string') {
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `tensor "${name}" holds text`,
      expected: 'numbers',
      found: 'string',
      remedy: 'Its values are in stringData, as UTF-8.',
    })
  }
  const shape = Array.from(tensor.dims, Number)
  const { rawData } = tensor
  const bytes = rawData !== undefined && rawData.length > 0 ? rawData : typedBytes(tensor, type, elements)
  return { dtype: type.name, shape, bytes }
}

function typedBytes(tensor: TensorProto, type: OnnxDataType, elements: number): Uint8Array {
  const values = tensor[type.field === 'stringData' ? 'int32Data' : type.field]
  const size = values.BYTES_PER_ELEMENT
  const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (values.length === 0) return source
  // Narrow integers are kept in wide fields: the low bytes are the value, whatever its sign.
  const kept = bytesOfElements(type, elements) / values.length
  if (kept === size) return source
  const bytes = new Uint8Array(kept * values.length)
  for (let i = 0; i < values.length; i++) {
    for (let byte = 0; byte < kept; byte++) bytes[i * kept + byte] = source[i * size + byte] ?? 0
  }
  return bytes
}

/**
 * Makes a tensor with raw data.
 *
 * @param bytes - the elements as {@link OnnxTensorData.bytes} has them; kept, not copied.
 * @throws EdgeError `INVALID_ARGUMENT` where their number does not fit the shape.
 *
 * @example
 * ```ts
 * const ones = new Float32Array(6).fill(1)
 * const weights = onnxTensor('w', 'float32', [2, 3], new Uint8Array(ones.buffer))
 * ```
 */
export function onnxTensor(
  name: string,
  dtype: Exclude<OnnxDataTypeName, 'string'>,
  shape: readonly number[],
  bytes: Uint8Array,
): TensorProto {
  const tensor = onnxMessage('TensorProto', {
    name,
    dataType: onnxDataTypeId(dtype),
    dims: BigInt64Array.from(shape, BigInt),
    rawData: bytes,
  })
  checkTensorData(
    tensor,
    (summary, expected, found) =>
      new EdgeError('INVALID_ARGUMENT', { summary: `tensor "${name}" ${summary}`, expected, found }),
  )
  return tensor
}
