import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import {
  checkAxis,
  checkListLength,
  checkNotEmpty,
  checkOutputShape,
  checkRank,
  checkResultShape,
  fromBeginning,
} from './bounds.js'

/** What operators take for granted that pick values, or combine them along axes. */
export const SELECTION_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['GATHER', gather],
  ['GATHER_ND', gatherNd],
  ['EMBEDDING_LOOKUP', embeddingLookup],
  ['SLICE', slice],
  ['STRIDED_SLICE', stridedSlice],
  ['TOPK_V2', topK],
  ['ONE_HOT', oneHot],
  ['ARG_MAX', axisInput],
  ['ARG_MIN', axisInput],
  ['CUMSUM', axisInput],
  ['REVERSE_V2', axisInput],
  ['MEAN', reduce],
  ['SUM', reduce],
  ['REDUCE_PROD', reduce],
  ['REDUCE_MAX', reduce],
  ['REDUCE_MIN', reduce],
  ['REDUCE_ANY', reduce],
  ['REDUCE_ALL', reduce],
  ['REVERSE_SEQUENCE', reverseSequence],
  ['SCATTER_ND', scatterNd],
]

function gather(operator: OperatorView): void {
  const { axis = 0, batchDims = 0 } = operator.options('GatherOptions') ?? {}
  const params = operator.shape(0)
  const indices = operator.shape(1)
  if (params === undefined) return
  checkAxis(operator, 'its axis', axis, params.length)
  if (indices !== undefined) checkAxis(operator, 'its batch_dims', batchDims, indices.length + 1)
  const size = params[fromBeginning(axis, params.length)] ?? 0
  for (const index of operator.integers(1) ?? []) {
    if (index < 0 || index >= size) throw operator.error('its indices', `values from 0 to ${size - 1}`, index)
  }
}

function gatherNd(operator: OperatorView): void {
  const params = operator.shape(0)
  const indices = operator.shape(1)
  if (indices === undefined) return
  const depth = indices.at(-1)
  if (depth === undefined) throw operator.error('the rank of its indices', '1 or more', 0)
  if (params !== undefined && depth > params.length) {
    throw operator.error('the last size of its indices', `at most ${params.length}`, depth)
  }
  operator.integers(1)?.forEach((index, at) => {
    const size = params?.[at % depth]
    if (index < 0 || (size !== undefined && index >= size)) {
      throw operator.error(
        'its indices',
        `values from 0 to ${size === undefined ? 'the size' : size - 1}`,
        index,
      )
    }
  })
}

function embeddingLookup(operator: OperatorView): void {
  checkRank(operator, 0, 1)
  checkRank(operator, 1, 2, 8)
  // Rows are counted in bytes.
  checkNotEmpty(operator, 1)
  const rows = operator.shape(1)?.[0]
  for (const index of operator.integers(0) ?? []) {
    if (rows !== undefined && (index < 0 || index >= rows)) {
      throw operator.error('its indices', `values from 0 to ${rows - 1}`, index)
    }
  }
}

function slice(operator: OperatorView): void {
  const shape = operator.shape(0)
  const begin = operator.integers(1)
  const size = operator.integers(2)
  if (shape === undefined) return
  if (begin !== undefined) checkListLength(operator, 1, begin, shape.length)
  if (size !== undefined) checkListLength(operator, 2, size, shape.length)
  begin?.forEach((from, at) => {
    const available = shape[at] ?? 0
    const count = size?.[at] ?? 0
    if (from < 0 || from > available) throw operator.error('its begin', `0 to ${available}`, from)
    if (count < -1 || from + count > available) {
      throw operator.error('its size', `-1 to ${available - from} along dimension ${at}`, count)
    }
  })
  if (begin === undefined || size === undefined || operator.fixedShape(0) === undefined) return
  const result = size.map((count, at) => (count === -1 ? (shape[at] ?? 0) - (begin[at] ?? 0) : count))
  checkOutputShape(operator, 0, result)
}

function stridedSlice(operator: OperatorView): void {
  const rank = operator.shape(0)?.length
  const lists = [operator.integers(1), operator.integers(2), operator.integers(3)]
  const length = lists.find((list) => list !== undefined)?.length
  lists.forEach((list, at) => {
    if (list !== undefined && length !== undefined) checkListLength(operator, at + 1, list, length)
  })
  const options = operator.options('StridedSliceOptions')
  const { newAxisMask = 0, offset = false } = options ?? {}
  if (rank !== undefined && length !== undefined && length > rank + bitCount(newAxisMask) + 1) {
    throw operator.error('the values of its input 1', `at most ${rank + bitCount(newAxisMask) + 1}`, length)
  }
  if (lists[2]?.includes(0)) throw operator.error('its strides', 'none of 0', 0)
  if (!offset) return
  const masks = [options?.beginMask, options?.endMask, options?.ellipsisMask, newAxisMask]
  if (masks.some((mask) => mask !== 0)) {
    throw operator.error('its masks', '0 beside shrink_axis_mask, since offset is set', masks.join(', '))
  }
  checkOffsets(operator, lists)
}

/** With `offset`, ends count from begins, and no kernel cuts them off at the input's sizes. */
function checkOffsets(
  operator: OperatorView,
  [begin, size]: readonly (readonly number[] | undefined)[],
): void {
  const shape = operator.shape(0)
  if (begin === undefined || size === undefined || shape === undefined) {
    throw operator.error('its begin and end', 'constants, since offset is set', 'others')
  }
  begin.forEach((from, at) => {
    const available = shape[at] ?? 0
    if (from < 0 || from + (size[at] ?? 0) > available) {
      throw operator.error(
        'its begin and end',
        `a part of ${available} along dimension ${at}`,
        `${from} + ${size[at]}`,
      )
    }
  })
}

function bitCount(mask: number): number {
  let count = 0
  for (let rest = mask >>> 0; rest !== 0; rest >>>= 1) count += rest & 1
  return count
}

function topK(operator: OperatorView): void {
  const shape = operator.shape(0)
  const k = operator.integers(1)?.[0]
  if (shape === undefined) return
  const size = shape.at(-1)
  if (size === undefined) throw operator.error('the rank of its input 0', '1 or more', 0)
  // Of none at all, the kernel looks for the least all the same.
  if (k !== undefined && (k < 1 || k > size)) throw operator.error('its k', `1 to ${size}`, k)
}

function oneHot(operator: OperatorView): void {
  const axis = operator.options('OneHotOptions')?.axis ?? 0
  const indices = operator.shape(0)
  const depth = operator.integers(1)?.[0]
  if (indices !== undefined) checkAxis(operator, 'its axis', axis, indices.length + 1)
  if (depth !== undefined) checkResultShape(operator, 'its depth', [...(indices ?? []), depth])
}

/** Axes as the second input. */
function axisInput(operator: OperatorView): void {
  const rank = operator.shape(0)?.length
  if (rank === undefined) return
  const axes = operator.integers(1)
  // A scalar has no axis, and converters write 0 or -1 for it.
  for (const axis of axes ?? []) checkAxis(operator, 'its axis', axis, Math.max(rank, 1))
}

function reduce(operator: OperatorView): void {
  axisInput(operator)
  const shape = operator.fixedShape(0)
  const axes = operator.integers(1)
  if (shape === undefined || axes === undefined) return
  const reduced = new Set(axes.map((axis) => fromBeginning(axis, shape.length)))
  const keep = operator.options('ReducerOptions')?.keepDims === true
  const result = [...shape].flatMap((size, at) => (reduced.has(at) ? (keep ? [1] : []) : [size]))
  checkOutputShape(operator, 0, result)
}

function reverseSequence(operator: OperatorView): void {
  const { seqDim, batchDim } = operator.requiredOptions('ReverseSequenceOptions')
  const shape = operator.shape(0)
  if (shape === undefined) return
  for (const dim of [seqDim, batchDim]) checkAxis(operator, 'its dimension', dim, shape.length)
  const size = shape[fromBeginning(seqDim, shape.length)] ?? 0
  for (const length of operator.integers(1) ?? []) {
    if (length < 0 || length > size) throw operator.error('its lengths', `0 to ${size}`, length)
  }
}

function scatterNd(operator: OperatorView): void {
  const shape = operator.integers(2)
  if (shape === undefined) return
  checkResultShape(operator, 'its result shape', shape)
  const indices = operator.shape(0)
  const depth = indices?.at(-1)
  if (depth === undefined) return
  if (depth > shape.length)
    throw operator.error('the last size of its indices', `at most ${shape.length}`, depth)
  operator.integers(0)?.forEach((index, at) => {
    const size = shape[at % depth] ?? 0
    if (index < 0 || index >= size) throw operator.error('its indices', `values from 0 to ${size - 1}`, index)
  })
}
