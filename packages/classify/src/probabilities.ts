import { EdgeError } from '@edge/errors'
import type { OutputKind } from './output-kind.js'

/** How far a probability may be outside 0 to 1: half precision and quantization round. */
const TOLERANCE = 1e-2

/**
 * Makes probabilities of a model's output: softmax of logits, and probabilities as they are.
 *
 * @param values - one finite number for each class; changed in place.
 * @throws EdgeError `INVALID_ARGUMENT` where values that should be probabilities are none.
 */
export function toProbabilities(values: Float64Array, kind: OutputKind): Float64Array {
  if (kind === 'logits') return softmax(values)
  for (const [index, value] of values.entries()) {
    if (value < -TOLERANCE || value > 1 + TOLERANCE) throw noProbability(index, value)
  }
  return values
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

function noProbability(index: number, value: number): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the model should return probabilities, and returned another number for class ${index}`,
    expected: '0 to 1',
    found: value.toPrecision(4),
    remedy:
      'Say that it returns logits: the option outputKind (edge-trt: --output-kind), or output.kind in the manifest.',
  })
}
