import { EdgeError } from '@edge/errors'
import type { InputShape, TensorInfo } from '@edge/native'

/** What runtimes hold a dimension in. */
const MOST_SIZE = 2 ** 31 - 1
/** More than any runtime has dimensions. */
const MOST_SIZES = 32

/**
 * Checks what was given to `Session.resize`, and finds the inputs that it names: the same for all backends.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for what is no shape at all; `TENSOR_NOT_FOUND`; `SHAPE_MISMATCH` for an empty tensor. What else a
 *   model cannot take its backend refuses, with `SHAPE_MISMATCH` too.
 */
export function resizeArguments(shapes: unknown, inputs: readonly TensorInfo[]): readonly InputShape[] {
  if (typeof shapes !== 'object' || shapes === null || Array.isArray(shapes)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'resize takes an object with shapes by the names or indices of inputs',
      expected: 'an object such as { 0: [8, 224, 224, 3] }',
      found: shapes === null ? 'null' : Array.isArray(shapes) ? 'a list' : typeof shapes,
    })
  }
  return Object.entries(shapes).map(([key, shape]: [string, unknown]) => {
    const index = inputIndex(key, inputs)
    const input = inputs[index]
    if (input === undefined) throw notFound(key, inputs)
    return { input: index, shape: checkedShape(shape, input) }
  })
}

function inputIndex(key: string, inputs: readonly TensorInfo[]): number {
  const named = inputs.findIndex(({ name }) => name === key)
  return named >= 0 ? named : /^\d+$/.test(key) ? Number(key) : -1
}

function notFound(key: string, inputs: readonly TensorInfo[]): EdgeError {
  return new EdgeError('TENSOR_NOT_FOUND', {
    summary: 'the model has no such input to resize',
    expected:
      inputs.map(({ name }, place) => `${place} (${JSON.stringify(name)})`).join(' or ') || 'no input at all',
    found: JSON.stringify(key),
  })
}

function checkedShape(shape: unknown, input: TensorInfo): readonly number[] {
  const signature = input.shapeSignature ?? input.shape
  if (!isListOfSizes(shape)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the new shape of the input ${JSON.stringify(input.name)} is not one`,
      expected: `a list of whole numbers, each from 1 to ${MOST_SIZE}, and not more than ${MOST_SIZES} of them`,
      found: describe(shape),
    })
  }
  // Which sizes may change, and how many there are, is the backend's to say: it knows what a model leaves open.
  if (!shape.some((size, axis) => size === 0 && signature[axis] !== 0)) return shape
  throw new EdgeError('SHAPE_MISMATCH', {
    summary: `the input ${JSON.stringify(input.name)} cannot have another shape than the model was made for`,
    expected: 'sizes of at least 1',
    found: describe(shape),
    remedy: 'Leave out what is empty: a batch has at least one.',
  })
}

function isListOfSizes(shape: unknown): shape is readonly number[] {
  if (!Array.isArray(shape) || shape.length > MOST_SIZES) return false
  // Holes are not skipped by this.
  return Array.from<unknown>(shape).every(
    (size) => typeof size === 'number' && Number.isInteger(size) && size >= 0 && size <= MOST_SIZE,
  )
}

const MOST_SHOWN = 8

function describe(shape: unknown): string {
  if (!Array.isArray(shape)) {
    if (typeof shape === 'string') return JSON.stringify(shape)
    return typeof shape === 'object' && shape !== null ? 'an object' : String(shape)
  }
  const sizes: readonly unknown[] = shape
  const shown = Array.from(sizes.slice(0, MOST_SHOWN), String).join(', ')
  return sizes.length > MOST_SHOWN ? `[${shown}, …], ${sizes.length} sizes` : `[${shown}]`
}
