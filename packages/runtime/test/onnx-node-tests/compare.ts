import type { DType } from '@edge/native'
import { typedArray } from '../../src/onnxruntime/elements.js'

// As onnx.backend.test compares.
const RELATIVE = 1e-3
const ABSOLUTE = 1e-7

/**
 * Compares the bytes of two tensors of one dtype and shape: `|found − expected| ≤ 1e-7 + 1e-3 × |expected|`, NaN equals NaN.
 *
 * @returns undefined where they agree, else the first difference.
 */
export function compareValues(dtype: DType, expected: Uint8Array, found: Uint8Array): string | undefined {
  const [wanted, given] = [numbers(dtype, expected), numbers(dtype, found)]
  if (wanted.length !== given.length) return `${given.length} values, expected ${wanted.length}`
  for (const [index, value] of wanted.entries()) {
    const other = given[index] ?? Number.NaN
    const isEqual =
      Object.is(value, other) ||
      value === other ||
      Math.abs(other - value) <= ABSOLUTE + RELATIVE * Math.abs(value)
    if (!isEqual) return `${other} at ${index}, expected ${value}`
  }
  return undefined
}

function numbers(dtype: DType, bytes: Uint8Array): number[] {
  const result: number[] = []
  for (const value of typedArray(dtype, bytes.slice().buffer)) {
    result.push(dtype === 'float16' ? halfToNumber(Number(value)) : Number(value))
  }
  return result
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
