/** ONNX's tests of its operators, cast to 16 bits: they have to answer what they did, as far as 16 bits go. */
import { castOnnxToHalf, type ModelProto } from '@edge/model/onnx'
import type { DType } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { typedArray } from '../src/onnxruntime/elements.js'
import { nodeCases, runNodeCase } from './onnx-node-tests/node-case.js'
import reference from './onnx-node-tests/reference.json' with { type: 'json' }
import unsupported from './onnx-node-tests/unsupported.json' with { type: 'json' }

const EVERY = process.env.EDGE_TEST_TIER === 'full' ? 1 : 26
/** Of the largest value: a dozen roundings. */
const TOLERANCE = 0.005

const untried = new Set([...reference.failing, ...unsupported.text, ...unsupported.sequencesAndOptionals])
// What casting says of these is in @edge/model's tests: quantized, of operator sets before 6, of types that nobody knows.
const REFUSED =
  /quantize|_not_[234]d$|^test_(ai_onnx_ml|adagrad|adam|momentum|nesterov|sequence_map)|^test_scan_sum$/
// onnxruntime's processor kernels do these in no 16 bits.
const NO_KERNEL = /^test_(scatter_elements_with_duplicate_indices|scatternd_(add|max|min|multiply))$/
const cases = nodeCases().filter((name) => !untried.has(name) && !REFUSED.test(name) && !NO_KERNEL.test(name))

const cast = (model: ModelProto): ModelProto => castOnnxToHalf(model).model

describe('ONNX’s tests in float16', () => {
  it.concurrent.each(cases.filter((_, index) => index % EVERY === 0))('%s', async (name) => {
    expect(await runNodeCase(name, cast, compareRoughly)).toBeUndefined()
  })
})

/** Compares to the largest value; numbers that are no floats have to be equal. */
function compareRoughly(dtype: DType, expected: Uint8Array, found: Uint8Array): string | undefined {
  const [wanted, given] = [numbers(dtype, expected), numbers(dtype, found)]
  if (wanted.length !== given.length) return `${given.length} values, expected ${wanted.length}`
  const finite = wanted.filter(Number.isFinite).map(Math.abs)
  const allowed = dtype.startsWith('float') ? TOLERANCE * finite.reduce((a, b) => Math.max(a, b), 0) : 0
  for (const [index, value] of wanted.entries()) {
    const other = given[index] ?? Number.NaN
    if (!Object.is(value, other) && value !== other && !(Math.abs(other - value) <= allowed))
      return `${other} at ${index}, expected ${value} ± ${allowed}`
  }
  return undefined
}

function numbers(dtype: DType, bytes: Uint8Array): number[] {
  return Array.from(typedArray(dtype, bytes.slice().buffer), Number)
}
