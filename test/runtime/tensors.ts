import type { Tensor } from '@edge/runtime'
import type { GoldenOutput, Values } from './golden.js'

/** How far a float may be from the golden one, as a share of the tensor's largest. */
const RELATIVE = 1e-4

/** Writes golden values into a tensor. */
export function fill(tensor: Tensor, values: Values): void {
  const { data } = tensor
  if (data.length !== values.length) throw new Error(`"${tensor.name}" has ${data.length} elements`)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.set(values.map(BigInt))
  else data.set(values.map(Number))
}

/** How far a value of the tensor may be from the golden one. */
function tolerance(tensor: Tensor, values: Values): number {
  if (tensor.dtype === 'float32' || tensor.dtype === 'float64')
    return RELATIVE * Math.max(0, ...values.map((value) => Math.abs(Number(value))))
  // Quantized: the last step is a matter of rounding. Integers, booleans and the bits of halves are what they are.
  return tensor.quantization === undefined ? 0 : 1
}

/** What is wrong with a tensor after a run, or undefined. */
export function problem(tensor: Tensor, expected: GoldenOutput): string | undefined {
  const found: Values = [...tensor.data]
  if (tensor.shape.join() !== expected.shape.join())
    return `"${tensor.name}" is of shape [${tensor.shape}], golden is [${expected.shape}]`
  const allowed = tolerance(tensor, expected.values)
  const same = (value: number | bigint, index: number): boolean => {
    const golden = expected.values[index] ?? Number.NaN
    return allowed === 0 ? value === golden : Math.abs(Number(value) - Number(golden)) <= allowed
  }
  if (found.length === expected.values.length && found.every(same)) return undefined
  return `"${tensor.name}" is [${found}], golden is [${expected.values}]`
}
