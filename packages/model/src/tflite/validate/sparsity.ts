import { dtypeOf } from '../dtypes.js'
import type { TfliteTable, TfliteTensor } from '../model.js'
import type { Place } from './place.js'

type Sparsity = TfliteTable<'SparsityParameters'>
type Dimension = TfliteTable<'DimensionMetadata'>
type IndexVector = NonNullable<Dimension['arraySegments']>

const DENSE = 0
const SPARSE_CSR = 1

/**
 * Checks that expanding a sparse tensor stays inside its indices, its data and the dense tensor.
 *
 * A sparse tensor of rank r with b blocked dimensions is stored as r + b levels in `traversal_order`, each dense or compressed: a
 * compressed level has segments, one more than the level above has positions, and an index for each position.
 */
export function checkSparsity(
  tensor: TfliteTensor,
  sparsity: Sparsity,
  data: Uint8Array | undefined,
  place: () => Place,
): void {
  const shape = tensor.shape ?? new Int32Array(0)
  const { traversalOrder, dimMetadata, blockMap = new Int32Array(0) } = sparsity
  const levels = shape.length + blockMap.length
  if (data === undefined) throw place().error('its sparsity', 'data, since only constants are sparse', 'none')
  if (traversalOrder === undefined || !isPermutation(traversalOrder, levels)) {
    throw place().error(
      'its traversal_order',
      `a permutation of ${levels} dimensions`,
      traversalOrder?.join(', ') ?? 'none',
    )
  }
  if (dimMetadata === undefined || dimMetadata.length !== levels) {
    throw place().error('its dim_metadata', `${levels} levels`, dimMetadata?.length ?? 'none')
  }
  for (const dimension of blockMap) {
    if (dimension < 0 || dimension >= shape.length) {
      throw place().error('its block_map', `dimensions below ${shape.length}`, dimension)
    }
  }
  const sizes = levelSizes(shape, blockMap, { traversalOrder, dimMetadata }, place)
  let positions = 1
  dimMetadata.forEach((dimension, level) => {
    positions = checkLevel(dimension, positions, sizes[level] ?? 0, () => place().in(`level ${level}`))
  })
  const bits = dtypeOf(tensor.type)?.bits ?? 8
  if (data.length * 8 < positions * bits) {
    throw place().error('its data', `${positions} elements, as its sparsity says`, `${data.length} bytes`)
  }
}

/** How many positions each level has when it is expanded. */
function levelSizes(
  shape: Int32Array,
  blockMap: Int32Array,
  { traversalOrder, dimMetadata }: { traversalOrder: Int32Array; dimMetadata: readonly Dimension[] },
  place: () => Place,
): readonly number[] {
  const blockSizes = new Map<number, number>()
  traversalOrder.forEach((dimension, level) => {
    const blocked = blockMap[dimension - shape.length]
    if (dimension < shape.length || blocked === undefined) return
    const size = dimMetadata[level]?.denseSize ?? 0
    if (size < 1 || (shape[blocked] ?? 0) % size !== 0) {
      throw place().error('its block size', `a divisor of dimension ${blocked}, ${shape[blocked]}`, size)
    }
    blockSizes.set(blocked, size)
  })
  return Array.from(traversalOrder, (dimension, level) => {
    if (dimension >= shape.length) return dimMetadata[level]?.denseSize ?? 0
    return (shape[dimension] ?? 0) / (blockSizes.get(dimension) ?? 1)
  })
}

/** Checks one level, and returns how many positions all its segments have together. */
function checkLevel(dimension: Dimension, above: number, size: number, place: () => Place): number {
  if (dimension.format === DENSE) {
    if (dimension.denseSize !== size) throw place().error('its dense_size', String(size), dimension.denseSize)
    return above * size
  }
  if (dimension.format !== SPARSE_CSR)
    throw place().error('its format', 'dense or compressed', dimension.format)
  const segments = indexValues(dimension.arraySegments)
  const indices = indexValues(dimension.arrayIndices)
  if (segments === undefined || segments.length !== above + 1) {
    throw place().error('its array_segments', `${above + 1} values`, segments?.length ?? 'none')
  }
  if (indices === undefined || segments[above] !== indices.length || segments[0] !== 0) {
    throw place().error(
      'its array_segments',
      `from 0 to ${indices?.length ?? 0}, the number of indices`,
      `${segments[above]}`,
    )
  }
  for (let index = 1; index < segments.length; index += 1) {
    if ((segments[index] ?? 0) < (segments[index - 1] ?? 0)) {
      throw place().error(
        'its array_segments',
        'rising values',
        `${segments[index]} after ${segments[index - 1]}`,
      )
    }
  }
  for (const index of indices) {
    if (index < 0 || index >= size)
      throw place().error('its array_indices', `values from 0 to ${size - 1}`, index)
  }
  return indices.length
}

function indexValues(vector: IndexVector | undefined): (ArrayLike<number> & Iterable<number>) | undefined {
  return vector?.value?.values
}

function isPermutation(order: Int32Array, length: number): boolean {
  if (order.length !== length) return false
  const seen = new Set(order)
  return seen.size === length && order.every((dimension) => dimension >= 0 && dimension < length)
}
