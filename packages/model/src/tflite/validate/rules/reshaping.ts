import { elementCount } from '../../constants.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import {
  checkAxis,
  checkListLength,
  checkOutputShape,
  checkPositive,
  checkResultShape,
  fromBeginning,
  MAX_EXTENT,
} from './bounds.js'

/** What operators take for granted that arrange values in another shape: that lists fit ranks, and axes lie in them. */
export const RESHAPING_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['RESHAPE', reshape],
  ['SQUEEZE', squeeze],
  ['EXPAND_DIMS', expandDims],
  ['TRANSPOSE', transpose],
  ['CONCATENATION', concatenation],
  ['PACK', pack],
  ['UNPACK', unpack],
  ['SPLIT', split],
  ['SPLIT_V', splitV],
  ['SPACE_TO_DEPTH', spaceToDepth],
  ['DEPTH_TO_SPACE', depthToSpace],
  ['SPACE_TO_BATCH_ND', blocks],
  ['BATCH_TO_SPACE_ND', blocks],
]

function reshape(operator: OperatorView): void {
  checkCount(operator)
  const list = operator.inputCount > 1 ? operator.integers(1) : operator.options('ReshapeOptions')?.newShape
  if (list === undefined) return
  const target = Array.from(list)
  const unknown = target.filter((size) => size === -1).length
  const known = target.filter((size) => size !== -1)
  checkResultShape(operator, 'its target shape', known)
  // The unknown size is a quotient.
  if (unknown > 1 || (unknown === 1 && known.includes(0))) {
    throw operator.error('its target shape', 'at most one -1, and none beside a 0', `[${target.join(', ')}]`)
  }
  const input = operator.shape(0)
  if (input === undefined || operator.input(0)?.shapeSignature?.includes(-1)) return
  const elements = elementCount(input)
  const fits = unknown === 0 ? elementCount(known) === elements : elements % elementCount(known) === 0
  if (operator.isConstant(0) && !fits) {
    throw operator.error('its target shape', `one of ${elements} elements`, `[${target.join(', ')}]`)
  }
}

/** Checks that values are neither lost nor made up where only their shape changes. */
function checkCount(operator: OperatorView): void {
  const input = operator.fixedShape(0)
  const output = operator.fixedOutputShape(0)
  if (input === undefined || output === undefined) return
  if (elementCount(input) !== elementCount(output)) {
    throw operator.error(
      'its output',
      `${elementCount(input)} elements, as its input has`,
      elementCount(output),
    )
  }
}

function squeeze(operator: OperatorView): void {
  checkCount(operator)
  const dims = operator.options('SqueezeOptions')?.squeezeDims
  const rank = operator.shape(0)?.length
  if (rank !== undefined && rank > 8) throw operator.error('the rank of its input 0', 'at most 8', rank)
  if (dims === undefined) return
  if (dims.length > 8) throw operator.error('its squeeze_dims', 'at most 8', dims.length)
  for (const dim of dims) checkAxis(operator, 'its squeeze_dims', dim, rank ?? 8)
}

function expandDims(operator: OperatorView): void {
  checkCount(operator)
  const rank = operator.shape(0)?.length
  const axis = operator.integers(1)?.[0]
  if (rank !== undefined && axis !== undefined) checkAxis(operator, 'its axis', axis, rank + 1)
}

function transpose(operator: OperatorView): void {
  const permutation = operator.integers(1)
  const rank = operator.shape(0)?.length
  if (permutation === undefined) return
  if (rank !== undefined) checkListLength(operator, 1, permutation, rank)
  for (const axis of permutation) checkAxis(operator, 'its permutation', axis, permutation.length)
  const axes = new Set(permutation.map((axis) => fromBeginning(axis, permutation.length)))
  if (axes.size !== permutation.length) {
    throw operator.error('its permutation', 'each dimension once', `[${permutation.join(', ')}]`)
  }
  const shape = operator.fixedShape(0)
  if (shape === undefined) return
  const result = permutation.map((axis) => shape[fromBeginning(axis, shape.length)] ?? 0)
  checkOutputShape(operator, 0, result)
}

function concatenation(operator: OperatorView): void {
  const axis = operator.options('ConcatenationOptions')?.axis ?? 0
  for (let at = 0; at < operator.inputCount; at += 1) {
    // The kernel reads the size of a dimension that a scalar does not have.
    if (operator.isUnshaped(at)) throw operator.error(`the rank of its input ${at}`, '1 or more', 'no shape')
  }
  const first = operator.shape(0)
  if (first === undefined) return
  checkAxis(operator, 'its axis', axis, first.length)
  for (let at = 1; at < operator.inputCount; at += 1) {
    const shape = operator.shape(at)
    if (shape !== undefined && shape.length !== first.length) {
      throw operator.error(`the rank of its input ${at}`, `${first.length}, as the first has`, shape.length)
    }
    if (operator.input(at)?.type !== operator.input(0)?.type) {
      throw operator.error(
        `the dtype of its input ${at}`,
        'that of the first',
        operator.input(at)?.type ?? 'none',
      )
    }
  }
  checkJoined(operator, fromBeginning(axis, first.length))
}

/** Checks sizes along the other axes, and the result: XNNPACK copies each input to where the declared shapes say it belongs. */
function checkJoined(operator: OperatorView, axis: number): void {
  const first = operator.fixedShape(0)
  if (first === undefined) return
  let along = 0
  for (let at = 0; at < operator.inputCount; at += 1) {
    const shape = operator.fixedShape(at)
    if (shape === undefined) return
    shape.forEach((size, dimension) => {
      if (dimension !== axis && size !== first[dimension]) {
        throw operator.error(
          `the shape of its input ${at}`,
          `[${first.with(axis, shape[axis] ?? 0).join(', ')}], as the first has but for axis ${axis}`,
          `[${shape.join(', ')}]`,
        )
      }
    })
    along += shape[axis] ?? 0
  }
  checkOutputShape(operator, 0, [...first.with(axis, along)])
}

function pack(operator: OperatorView): void {
  const { valuesCount, axis } = operator.requiredOptions('PackOptions')
  if (valuesCount !== operator.inputCount) {
    throw operator.error('its values_count', `${operator.inputCount}, as many as inputs`, valuesCount)
  }
  const first = operator.shape(0)
  if (first === undefined) return
  checkAxis(operator, 'its axis', axis, first.length + 1)
  for (let at = 1; at < operator.inputCount; at += 1) {
    const shape = operator.shape(at)
    if (shape !== undefined && shape.length !== first.length) {
      throw operator.error(`the rank of its input ${at}`, `${first.length}, as the first has`, shape.length)
    }
  }
}

function unpack(operator: OperatorView): void {
  const { num, axis } = operator.requiredOptions('UnpackOptions')
  if (num !== operator.outputCount)
    throw operator.error('its num', `${operator.outputCount}, as many as outputs`, num)
  const shape = operator.shape(0)
  if (shape === undefined) return
  checkAxis(operator, 'its axis', axis, shape.length)
  const size = shape[fromBeginning(axis, shape.length)]
  if (size !== num) throw operator.error('its num', `${size}, as its input has along axis ${axis}`, num)
}

function split(operator: OperatorView): void {
  const { numSplits } = operator.requiredOptions('SplitOptions')
  if (numSplits !== operator.outputCount) {
    throw operator.error('its num_splits', `${operator.outputCount}, as many as outputs`, numSplits)
  }
  const shape = operator.shape(1)
  const axis = operator.integers(0)?.[0]
  if (shape === undefined || axis === undefined) return
  checkAxis(operator, 'its axis', axis, shape.length)
  if (operator.fixedShape(1) === undefined) return
  const along = fromBeginning(axis, shape.length)
  const size = shape[along] ?? 0
  if (size % numSplits !== 0) throw operator.error('its num_splits', `a divisor of ${size}`, numSplits)
  for (let at = 0; at < numSplits; at += 1) {
    checkOutputShape(operator, at, [...shape.with(along, size / numSplits)])
  }
}

function splitV(operator: OperatorView): void {
  const { numSplits } = operator.requiredOptions('SplitVOptions')
  if (numSplits !== operator.outputCount) {
    throw operator.error('its num_splits', `${operator.outputCount}, as many as outputs`, numSplits)
  }
  const sizes = operator.integers(1)
  if (sizes !== undefined) {
    checkListLength(operator, 1, sizes, numSplits)
    const unknown = sizes.filter((size) => size === -1).length
    if (unknown > 1 || sizes.some((size) => size < -1)) {
      throw operator.error('its sizes', 'sizes of 0 or more, and at most one -1', `[${sizes.join(', ')}]`)
    }
  }
  const shape = operator.shape(0)
  const axis = operator.integers(2)?.[0]
  if (shape === undefined || axis === undefined) return
  checkAxis(operator, 'its axis', axis, shape.length)
}

function spaceToDepth(operator: OperatorView): void {
  const { blockSize } = operator.requiredOptions('SpaceToDepthOptions')
  checkPositive(operator, 'its block_size', blockSize)
  const shape = operator.shape(0)
  if (shape === undefined) return
  if (shape.length !== 4) throw operator.error('the rank of its input 0', '4', shape.length)
  if ((shape[1] ?? 0) % blockSize !== 0 || (shape[2] ?? 0) % blockSize !== 0) {
    throw operator.error('its block_size', `a divisor of ${shape[1]} and ${shape[2]}`, blockSize)
  }
  if (operator.fixedShape(0) === undefined) return
  const [batch = 0, height = 0, width = 0, channels = 0] = shape
  checkOutputShape(operator, 0, [batch, height / blockSize, width / blockSize, channels * blockSize ** 2])
}

function depthToSpace(operator: OperatorView): void {
  const { blockSize } = operator.requiredOptions('DepthToSpaceOptions')
  checkPositive(operator, 'its block_size', blockSize)
  const shape = operator.shape(0)
  if (shape === undefined) return
  if (shape.length !== 4) throw operator.error('the rank of its input 0', '4', shape.length)
  const channels = shape[3] ?? 0
  if (channels % (blockSize * blockSize) !== 0) {
    throw operator.error('its block_size', `one whose square divides ${channels}`, blockSize)
  }
  if (operator.fixedShape(0) === undefined) return
  const [batch = 0, height = 0, width = 0] = shape
  checkOutputShape(operator, 0, [batch, height * blockSize, width * blockSize, channels / blockSize ** 2])
}

/** SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: sizes of blocks, and a pair of paddings or crops for each. */
function blocks(operator: OperatorView): void {
  const sizes = operator.integers(1)
  const margins = operator.integers(2)
  for (const size of sizes ?? []) checkPositive(operator, 'its block shape', size)
  for (const margin of margins ?? []) {
    if (margin < 0 || margin > MAX_EXTENT) {
      throw operator.error('its paddings or crops', `0 to ${MAX_EXTENT}`, margin)
    }
  }
  const rank = operator.shape(0)?.length
  if (rank !== undefined && (rank < 3 || rank > 4))
    throw operator.error('the rank of its input 0', '3 or 4', rank)
  if (sizes !== undefined && rank !== undefined) checkListLength(operator, 1, sizes, rank - 2)
  if (sizes !== undefined && margins !== undefined) checkListLength(operator, 2, margins, 2 * sizes.length)
}
