import { enumValue, type TfliteModel, type TfliteTensor } from './model.js'

const INT32 = enumValue('TensorType', 'INT32')
const INT64 = enumValue('TensorType', 'INT64')

/** The bytes of a constant tensor; undefined for one that is computed, or given from outside. */
export function constantBytes(model: TfliteModel, tensor: TfliteTensor): Uint8Array | undefined {
  const data = model.buffers?.[tensor.buffer]?.data
  return data !== undefined && data.length > 0 ? data : undefined
}

/**
 * The values of a small constant int32 or int64 tensor, such as a shape, axes or paddings.
 *
 * @param limit - how many elements are looked at; a longer tensor counts as unknown.
 * @returns undefined for other dtypes, and where the values are not in the file.
 */
export function constantIntegers(
  model: TfliteModel,
  tensor: TfliteTensor,
  limit: number,
): readonly number[] | undefined {
  if (tensor.type !== INT32 && tensor.type !== INT64) return undefined
  const data = constantBytes(model, tensor)
  if (data === undefined) return undefined
  const size = tensor.type === INT32 ? 4 : 8
  const length = Math.floor(data.length / size)
  if (length > limit) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length }, (_, index) =>
    size === 4 ? view.getInt32(4 * index, true) : Number(view.getBigInt64(8 * index, true)),
  )
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: Iterable<number>): number {
  let count = 1
  for (const size of shape) count *= size
  return count
}
