import { elementCount } from '../../constants.js'
import type { OperatorView } from '../operator-view.js'
import { MAX_COMPUTED_ELEMENTS } from '../tensors.js'

/** Sizes and paddings beyond this overflow where kernels multiply them. */
export const MAX_EXTENT = 2 ** 24
/** Kernels keep strides, dilations and paddings of windows in 16 bits. */
export const MAX_WINDOW = 2 ** 15 - 1

/** Checks a number of the options, or a value of a constant, that kernels divide by. */
export function checkPositive(operator: OperatorView, what: string, value: number, max = MAX_EXTENT): void {
  if (value < 1 || value > max) throw operator.error(what, `1 to ${max}`, value)
}

/** Checks an axis that may count from the end. */
export function checkAxis(operator: OperatorView, what: string, axis: number, rank: number): void {
  if (axis < -rank || axis >= rank) throw operator.error(what, `${-rank} to ${rank - 1}`, axis)
}

/** The dimension that an axis means, counted from the beginning. */
export function fromBeginning(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** Checks the rank of an input whose shape the file tells. */
export function checkRank(operator: OperatorView, at: number, min: number, max = min): void {
  const shape = operator.shape(at)
  if (shape !== undefined && (shape.length < min || shape.length > max)) {
    throw operator.error(
      `the rank of its input ${at}`,
      min === max ? String(min) : `${min} to ${max}`,
      shape.length,
    )
  }
}

/** Checks that no dimension of an input is zero. */
export function checkNotEmpty(operator: OperatorView, at: number): void {
  const shape = operator.shape(at)
  if (shape?.includes(0))
    throw operator.error(`the shape of its input ${at}`, 'no size of 0', `[${shape.join(', ')}]`)
}

/** Checks a shape that an operator is told to produce. */
export function checkResultShape(operator: OperatorView, what: string, shape: readonly number[]): void {
  // Kernels that walk over one dimension after the other do so beside an empty one, too.
  const extents = shape.filter((size) => size !== 0)
  if (shape.some((size) => size < 0) || elementCount(extents) > MAX_COMPUTED_ELEMENTS) {
    throw operator.error(
      what,
      `sizes of 0 or more with a product of at most ${MAX_COMPUTED_ELEMENTS}`,
      `[${shape.join(', ')}]`,
    )
  }
}

/** Checks how many values a constant list has. */
export function checkListLength(
  operator: OperatorView,
  at: number,
  values: readonly number[],
  expected: number,
): void {
  if (values.length !== expected) {
    throw operator.error(`the values of its input ${at}`, `${expected} of them`, values.length)
  }
}

/**
 * Checks the shape of an output against what the operator computes from its inputs. TensorFlow Lite computes it again, and delegates
 * take what the file says: the two must not differ.
 */
export function checkOutputShape(operator: OperatorView, at: number, expected: readonly number[]): void {
  const shape = operator.fixedOutputShape(at)
  if (shape === undefined) return
  if (shape.length !== expected.length || expected.some((size, dimension) => size !== shape[dimension])) {
    throw operator.error(
      `the shape of its output ${at}`,
      `[${expected.join(', ')}], as its inputs say`,
      `[${shape.join(', ')}]`,
    )
  }
}
