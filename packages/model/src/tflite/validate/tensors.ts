import { constantBytes, elementCount } from '../constants.js'
import { dtypeOf } from '../dtypes.js'
import type { TfliteModel, TfliteTensor } from '../model.js'
import { isOutside } from '../read.js'
import type { Place } from './place.js'
import { checkQuantization } from './quantization.js'
import { checkSparsity } from './sparsity.js'

/** TensorFlow Lite counts elements and bytes in 32-bit numbers in many kernels. */
export const MAX_TENSOR_BYTES = 2 ** 31 - 1
/** As many values as a tensor that is computed may have: half a GiB of float32. */
export const MAX_COMPUTED_ELEMENTS = 2 ** 27
/** More dimensions than any kernel takes; TensorFlow's own limit is 254, kernels stop at 8. */
const MAX_RANK = 32

const NO_SHAPE = new Int32Array(0)

/** The shape of a tensor; a file may leave a scalar's out. */
export function shapeOf(tensor: TfliteTensor): Int32Array {
  return tensor.shape ?? NO_SHAPE
}

/**
 * Checks a tensor by itself: dtype, shape, the buffer it refers to and that buffer's size, quantization, sparsity.
 *
 * @param strings - the data of string tensors whose offsets have been checked; this tensor's are added.
 * @param place - the tensor's, made only where something is wrong.
 * @throws EdgeError `MODEL_INVALID`.
 */
export function checkTensor(
  model: TfliteModel,
  tensor: TfliteTensor,
  strings: Set<Uint8Array>,
  place: () => Place,
): void {
  const dtype = dtypeOf(tensor.type)
  if (dtype === undefined) throw place().error('its dtype', 'a type of the format', tensor.type)
  const buffers = model.buffers?.length ?? 0
  // Files without any buffers exist; in them all tensors say 0.
  if (tensor.buffer >= buffers && tensor.buffer !== 0) {
    throw place().error('its buffer', `an index below ${buffers}`, tensor.buffer)
  }
  const bytes = checkShape(tensor, dtype?.bits, place)
  const data = constantBytes(model, tensor)
  const buffer = model.buffers?.[tensor.buffer]
  if (buffer !== undefined && isOutside(buffer.offset)) {
    throw place().unsupported(
      'its data',
      "data inside the FlatBuffer, since TensorFlow Lite's C library reads no other",
      `data at byte ${buffer.offset} of the file`,
      'Read the model, set the offset of its buffers to 0, and write it again.',
    )
  }
  if (data === undefined && elementCount(shapeOf(tensor)) > MAX_COMPUTED_ELEMENTS) {
    const found = `[${shapeOf(tensor).join(', ')}]`
    throw place().error(
      'its shape',
      `at most ${MAX_COMPUTED_ELEMENTS} elements in a tensor that is computed`,
      found,
    )
  } else if (data !== undefined) {
    if (tensor.isVariable)
      throw place().error('its data', 'none, since it is a variable', `${data.length} bytes`)
    // The bytes of a sparse tensor are those of its non-zero elements. For all others there may not be more either: some kernels copy as
    // many as the buffer has to where the shape says how many there are.
    if (tensor.sparsity === undefined && bytes !== undefined && data.length !== bytes) {
      throw place().error('its data', `${bytes} bytes, as its shape and dtype say`, `${data.length} bytes`)
    }
    if (dtype?.name === 'string') checkStrings(data, elementCount(shapeOf(tensor)), strings, place)
  }
  checkQuantization(tensor, data !== undefined, place)
  if (tensor.sparsity !== undefined) checkSparsity(tensor, tensor.sparsity, data, place)
}

/** Checks the shape, and returns what it takes in bytes, if that can be said. */
function checkShape(tensor: TfliteTensor, bits: number | undefined, place: () => Place): number | undefined {
  const shape = shapeOf(tensor)
  if (shape.length > MAX_RANK)
    throw place().error('its shape', `at most ${MAX_RANK} dimensions`, shape.length)
  let elements = 1
  for (const size of shape) {
    if (size < 0) {
      throw place().error('its shape', 'no negative size', size, 'Unknown sizes belong into shape_signature.')
    }
    elements *= size
    if (elements > MAX_TENSOR_BYTES) break
  }
  const bytes = Math.ceil((elements * (bits ?? 8)) / 8)
  if (elements > MAX_TENSOR_BYTES || bytes > MAX_TENSOR_BYTES) {
    throw place().error(
      'its shape',
      `at most ${MAX_TENSOR_BYTES} elements and bytes`,
      `[${shape.join(', ')}]`,
    )
  }
  const { shapeSignature } = tensor
  if (shapeSignature !== undefined && shapeSignature.length > 0) {
    checkSignature(shape, shapeSignature, place)
  }
  return bits === undefined ? undefined : bytes
}

function checkSignature(shape: Int32Array, signature: Int32Array, place: () => Place): void {
  if (signature.length > MAX_RANK)
    throw place().error('its shape_signature', `at most ${MAX_RANK} dimensions`, signature.length)
  // TensorFlow Lite compares the two dimension by dimension where an input is resized.
  if (shape.length > 0 && signature.length !== shape.length) {
    throw place().error('its shape_signature', `${shape.length} dimensions, as its shape`, signature.length)
  }
  for (const size of signature) {
    if (size < -1) throw place().error('its shape_signature', 'sizes of -1 (unknown) or more', size)
  }
}

/** A string tensor's bytes: how many strings, where each begins, where the last ends; then the strings. */
function checkStrings(data: Uint8Array, elements: number, known: Set<Uint8Array>, place: () => Place): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const count = data.length >= 4 ? view.getInt32(0, true) : -1
  if (count < 0 || count !== elements || 4 * (count + 2) > data.length) {
    throw place().error('its strings', `${elements} strings, as its shape says`, count)
  }
  // Many tensors may have one buffer.
  if (known.has(data)) return
  known.add(data)
  let before = 4 * (count + 2)
  for (let index = 0; index <= count; index += 1) {
    const offset = view.getInt32(4 + 4 * index, true)
    if (offset < before || offset > data.length) {
      throw place().error('its strings', `offsets from ${before} to ${data.length}`, offset)
    }
    before = offset
  }
}
