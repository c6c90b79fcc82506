/** EfficientNet-Lite0 in tests: its pictures, its golden answers, and how far an answer may be from them. */
import { join } from 'node:path'
import { preprocess } from '@edge/image'
import type { Tensor } from '@edge/runtime'
import { asObject, objectMember } from '../../scripts/setup/json-value.js'
import { goldenDirectory } from '../../scripts/setup/models.js'
import { efficientnetDirectory } from '../../scripts/setup/paths.js'
import { numbers, readGolden } from './golden.js'

export const PHOTOGRAPHS = ['chelsea', 'china', 'coffee', 'flower', 'motorcycle_left', 'rocket'] as const

/** What `tolerance.json` allows, see test/golden/efficientnet-lite0/README.md. */
export interface Int8Tolerance {
  readonly steps: number
  readonly share: number
}

/** Writes a preprocessed photograph into an input: its bytes as they are, or (x − 127) / 128. */
export async function fillWithPhotograph(input: Tensor, name: string): Promise<void> {
  await preprocess(join(efficientnetDirectory, 'inputs', `${name}.png`), input, {
    preset: input.dtype === 'float32' ? 'efficientnet-lite' : 'raw',
    // The picture has the tensor's size already.
    resize: { fit: 'stretch', kernel: 'nearest' },
  })
}

export function goldenLogits(name: string): readonly number[] {
  return numbers(objectMember(readGolden(name, goldenDirectory), 'fp32', name).logits, name)
}

export function goldenInt8(name: string): readonly number[] {
  return numbers(objectMember(readGolden(name, goldenDirectory), 'int8', name).values, name)
}

export function int8Tolerance(processor: 'x64' | 'other'): Int8Tolerance {
  const { int8 } = readGolden('tolerance', goldenDirectory)
  const { steps, share } = asObject(asObject(int8, 'int8')[processor], processor)
  return { steps: Number(steps), share: Number(share) }
}

/** The largest difference, as a share of the largest golden value; NaN where the lengths differ or a value is none. */
export function relativeDifference(found: Float32Array, golden: readonly number[]): number {
  if (found.length !== golden.length) return Number.NaN
  const largest = Math.max(...golden.map(Math.abs))
  return Math.max(...golden.map((value, index) => Math.abs((found[index] ?? Number.NaN) - value))) / largest
}

/** The share of values that are within so many steps of the golden ones. */
export function shareWithin(found: ArrayLike<number>, golden: readonly number[], steps: number): number {
  if (found.length !== golden.length) return Number.NaN
  const near = golden.filter((value, index) => Math.abs((found[index] ?? Number.NaN) - value) <= steps)
  return near.length / golden.length
}

/** The values that scripts/models/test-models/cases.py gives a float tensor of that size, divided by 4. */
export function formulaValues(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => (((index * 37 + 11) % 251) - 125) / 128)
}
