import { EdgeError } from '@edge/errors'
import type { ClassOutput, OutputKind } from './output.js'

/** How far the sum of a result may be from 1 for it to be one of probabilities: half precision and rounding move it. */
const SUM_TOLERANCE = 1e-2

/**
 * Makes probabilities of a model's output: softmax of logits, and probabilities as they are.
 *
 * @param values - one finite number for each class; changed in place.
 * @throws EdgeError `INVALID_ARGUMENT` where the kind is to be detected and the values do not tell.
 */
export function toProbabilities(values: Float64Array, kind: ClassOutput['kind']): Float64Array {
  return (kind === 'detect' ? detectKind(values) : kind) === 'logits' ? softmax(values) : values
}

/**
 * Softmax in place.
 *
 * @param logits - finite numbers, of any size: the largest is subtracted first, so that nothing overflows.
 */
export function softmax(logits: Float64Array): Float64Array {
  let largest = Number.NEGATIVE_INFINITY
  for (const logit of logits) if (logit > largest) largest = logit
  let sum = 0
  for (let index = 0; index < logits.length; index += 1) {
    const power = Math.exp((logits[index] ?? 0) - largest)
    logits[index] = power
    sum += power
  }
  for (let index = 0; index < logits.length; index += 1) logits[index] = (logits[index] ?? 0) / sum
  return logits
}

/**
 * Tells by the values of one result whether they are logits or probabilities.
 *
 * Probabilities are between 0 and 1 and sum to 1. A value outside says logits. All within and another sum may be sigmoids, or the
 * logits of a model that hardly tells its classes apart: that is not guessed.
 *
 * @throws EdgeError `INVALID_ARGUMENT` in the last case.
 */
export function detectKind(values: Float64Array): OutputKind {
  let sum = 0
  for (const value of values) {
    if (value < -1e-6 || value > 1 + 1e-6) return 'logits'
    sum += value
  }
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return 'probabilities'
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: "the model's values do not tell whether they are logits or probabilities",
    expected: 'values that sum to 1, or some below 0 or above 1',
    found: `values from 0 to 1 that sum to ${sum.toPrecision(4)}`,
    remedy: 'Say which: the option outputKind (edge-trt: --output-kind), or output.kind in the manifest.',
  })
}
