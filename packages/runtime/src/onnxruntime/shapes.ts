import { EdgeError } from '@edge/errors'
import { DTYPES, type DType } from '@edge/native'
import type { WorkerTensor } from './protocol.js'

/** What onnxruntime-node tells of an input or output. */
export type ValueMetadata =
  | { readonly name: string; readonly isTensor: false }
  | {
      readonly name: string
      readonly isTensor: true
      readonly type: string
      readonly shape: readonly (number | string)[]
    }

/** A tensor as the model declares it: a dimension that is chosen at run time is a name, or an empty one. */
export interface DeclaredTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
}

/** A size of each of the dimensions that the inputs name. */
export type Dimensions = ReadonlyMap<string, number>

/** How long dimensions are that the model leaves open, until somebody asks for others. */
export const OPEN_DIMENSION = 1

/** Checks that a value is a tensor of a type that requests can hold. */
export function declaredTensor(kind: 'input' | 'output', value: ValueMetadata): DeclaredTensor {
  const dtype = value.isTensor ? DTYPES.find((known) => known === value.type) : undefined
  if (value.isTensor && dtype !== undefined) return { name: value.name, dtype, shape: value.shape }
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: `the ${kind} "${value.name}" cannot be offered as memory`,
    expected: `a tensor of ${DTYPES.join(', ')}`,
    found: value.isTensor ? `a tensor of ${value.type}` : 'a sequence, a map or an optional value',
    remedy: 'Cut the model before that value, and do the rest in the application.',
  })
}

/** An input with a size for all of its dimensions. */
export function inputTensor(declared: DeclaredTensor, shape: readonly number[]): WorkerTensor {
  return {
    name: declared.name,
    dtype: declared.dtype,
    dynamic: false,
    shape,
    shapeSignature: signature(declared),
  }
}

/** The shapes of the inputs as long as nobody asked for others. */
export function defaultShape({ shape }: DeclaredTensor): readonly number[] {
  return shape.map((size) => (typeof size === 'number' ? size : OPEN_DIMENSION))
}

/**
 * Checks shapes against what the model declares, and tells the sizes of the dimensions that it names.
 *
 * @throws EdgeError `SHAPE_MISMATCH` for another number of dimensions, another size than a fixed one, or one name with two sizes.
 */
export function bindDimensions(
  inputs: readonly DeclaredTensor[],
  shapes: readonly (readonly number[])[],
): Dimensions {
  const dimensions = new Map<string, number>()
  inputs.forEach((input, index) => {
    const shape = shapes[index] ?? []
    if (shape.length !== input.shape.length) throw mismatch(input, shape)
    input.shape.forEach((declared, axis) => {
      const size = shape[axis] ?? 0
      if (!Number.isInteger(size) || size < 0 || size > 2 ** 32 - 1) throw mismatch(input, shape)
      if (typeof declared === 'number' ? declared !== size : (dimensions.get(declared) ?? size) !== size) {
        throw mismatch(input, shape)
      }
      if (typeof declared === 'string' && declared !== '') dimensions.set(declared, size)
    })
  })
  return dimensions
}

/** An output, as far as names of dimensions that it has in common with the inputs tell its shape. */
export function outputTensor(declared: DeclaredTensor, dimensions: Dimensions): WorkerTensor {
  const shape = declared.shape.map((size) => (typeof size === 'number' ? size : (dimensions.get(size) ?? -1)))
  return {
    name: declared.name,
    dtype: declared.dtype,
    shape,
    dynamic: shape.includes(-1),
    shapeSignature: signature(declared),
  }
}

function signature({ shape }: DeclaredTensor): readonly number[] {
  return shape.map((size) => (typeof size === 'number' ? size : -1))
}

function mismatch({ name, shape }: DeclaredTensor, found: readonly number[]): EdgeError {
  return new EdgeError('SHAPE_MISMATCH', {
    summary: `the input "${name}" cannot have another shape than the model was made for`,
    expected: `[${shape.map((size) => (size === '' ? 'any' : size)).join(', ')}], where each name stands for one size`,
    found: `[${found.join(', ')}]`,
    remedy: 'Only dimensions that the model names can have other sizes; export it with those that you need.',
  })
}
