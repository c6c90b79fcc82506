import { elementCount } from '../../constants.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import { checkListLength, checkResultShape, MAX_EXTENT } from './bounds.js'

/** What operators take for granted whose result is as large as values of their inputs say. */
export const GENERATING_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['FILL', shapeInput],
  ['RANDOM_UNIFORM', shapeInput],
  ['RANDOM_STANDARD_NORMAL', shapeInput],
  ['RANGE', range],
  ['SEGMENT_SUM', segmentSum],
  ['UNSORTED_SEGMENT_SUM', unsortedSegment],
  ['UNSORTED_SEGMENT_PROD', unsortedSegment],
  ['UNSORTED_SEGMENT_MAX', unsortedSegment],
  ['UNSORTED_SEGMENT_MIN', unsortedSegment],
  ['SPARSE_TO_DENSE', sparseToDense],
  ['NON_MAX_SUPPRESSION_V4', nonMaxSuppression],
  ['NON_MAX_SUPPRESSION_V5', nonMaxSuppression],
  ['RFFT2D', rfft2d],
]

function shapeInput(operator: OperatorView): void {
  const shape = operator.integers(0)
  if (shape !== undefined) checkResultShape(operator, 'the shape that it is to make', shape)
}

function range(operator: OperatorView): void {
  const [start, limit, delta] = [0, 1, 2].map((at) => operator.integers(at)?.[0])
  if (delta === 0) throw operator.error('its step', 'one other than 0', 0)
  if (start === undefined || limit === undefined || delta === undefined) return
  checkResultShape(operator, 'its range', [Math.max(0, Math.ceil((limit - start) / delta))])
}

function segmentSum(operator: OperatorView): void {
  const rows = operator.shape(0)
  const ids = operator.integers(1)
  if (rows === undefined || ids === undefined) return
  checkListLength(operator, 1, ids, rows[0] ?? 0)
  let before = 0
  for (const id of ids) {
    // A segment without a row is possible, a thousand of them after each other are not.
    if (id < before || id > MAX_EXTENT) throw operator.error('its segments', `rising from ${before}`, id)
    before = id
  }
  checkResultShape(operator, 'its segments', [before + 1, elementCount(rows.subarray(1))])
}

function unsortedSegment(operator: OperatorView): void {
  const count = operator.integers(2)?.[0]
  const data = operator.shape(0)
  const ids = operator.shape(1)
  if (count !== undefined) {
    const inner = data === undefined || ids === undefined ? [] : data.subarray(ids.length)
    checkResultShape(operator, 'its number of segments', [count, ...inner])
  }
  for (const id of operator.integers(1) ?? []) {
    if (count !== undefined && id >= count) throw operator.error('its segments', `below ${count}`, id)
  }
}

function sparseToDense(operator: OperatorView): void {
  const shape = operator.integers(1)
  if (shape === undefined) return
  checkResultShape(operator, 'its result shape', shape)
  operator.integers(0)?.forEach((index, at) => {
    const size = shape[at % shape.length] ?? 0
    if (index < 0 || index >= size) throw operator.error('its indices', `values from 0 to ${size - 1}`, index)
  })
}

function nonMaxSuppression(operator: OperatorView): void {
  const boxes = operator.shape(0)
  const scores = operator.shape(1)
  if (boxes !== undefined && (boxes.length !== 2 || boxes[1] !== 4)) {
    throw operator.error('its boxes', 'a table of four columns', `one of shape [${boxes.join(', ')}]`)
  }
  if (boxes !== undefined && scores !== undefined && (scores.length !== 1 || scores[0] !== boxes[0])) {
    throw operator.error(
      'its scores',
      `${boxes[0]}, one for each box`,
      `a tensor of shape [${scores.join(', ')}]`,
    )
  }
  const most = operator.integers(2)?.[0]
  if (most !== undefined && (most < 0 || most > MAX_EXTENT)) {
    throw operator.error('its max_output_size', `0 to ${MAX_EXTENT}`, most)
  }
}

function rfft2d(operator: OperatorView): void {
  const rank = operator.shape(0)?.length
  if (rank !== undefined && rank < 2) throw operator.error('the rank of its input 0', '2 or more', rank)
  const lengths = operator.integers(1)
  if (lengths === undefined) return
  checkListLength(operator, 1, lengths, 2)
  for (const length of lengths) {
    if (length < 1 || length > MAX_EXTENT || (length & (length - 1)) !== 0) {
      throw operator.error('its fft_length', `powers of 2 up to ${MAX_EXTENT}`, length)
    }
  }
}
