import { DTYPES, type DType } from '@edge/native'
import type { WorkerFailure, WorkerTensor } from './protocol.js'

/** What onnxruntime-node tells of an input or output. */
export type ValueMetadata =
  | { readonly name: string; readonly isTensor: false }
  | {
      readonly name: string
      readonly isTensor: true
      readonly type: string
      readonly shape: readonly (number | string)[]
    }

/** A tensor as the model declares it; a dimension that is not a number is chosen at run time. */
export interface DeclaredTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
}

/** An input or output that cannot be offered: what to tell. */
export class UnsupportedValue extends Error {
  constructor(readonly failure: WorkerFailure) {
    super(failure.summary)
  }
}

/** Checks that a value is a tensor of a type that requests can hold. */
export function declaredTensor(kind: 'input' | 'output', value: ValueMetadata): DeclaredTensor {
  const dtype = value.isTensor ? DTYPES.find((known) => known === value.type) : undefined
  if (value.isTensor && dtype !== undefined) return { name: value.name, dtype, shape: value.shape }
  throw new UnsupportedValue({
    code: 'MODEL_UNSUPPORTED',
    summary: `the ${kind} "${value.name}" cannot be offered as memory`,
    expected: `a tensor of ${DTYPES.join(', ')}`,
    found: value.isTensor ? `a tensor of ${value.type}` : 'a sequence, a map or an optional value',
    remedy: 'Cut the model before that value, and do the rest in the application.',
  })
}

/**
 * An input with all of its dimensions.
 *
 * @param choose - says how long a dimension that the model leaves open is. Sessions choose 1.
 */
export function fixedShape(tensor: DeclaredTensor, choose: (dimension: string) => number): WorkerTensor {
  return {
    name: tensor.name,
    dtype: tensor.dtype,
    shape: tensor.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : choose(String(size)))),
  }
}

/** Whether all dimensions are known before the model runs. */
export function isFixed(tensor: DeclaredTensor): boolean {
  return tensor.shape.every((size) => typeof size === 'number' && size >= 0)
}
