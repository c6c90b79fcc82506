import { optionOutOfRange } from '@edge/errors'
import type { Interval } from '../result/schema.js'
import { bootstrappedMedian, midQuantile } from './median-bootstrap.js'
import { normalCdf, normalQuantile } from './normal.js'
import { median } from './quantile.js'
import { checkConfidence, checkedNumbers, type Numbers } from './samples.js'

/** A bootstrapped estimate. */
export interface Bootstrapped {
  /** With which probability its values have the true one among them at all. */
  readonly attainable: number
  /** The least and the greatest of its values. */
  readonly range: readonly [number, number]
  quantile(p: number): number
}

/**
 * The percentile interval of the bootstrap (Efron 1981), with two corrections for few rounds whose effect README.md beside this file shows:
 * quantiles of the mid-distribution, and tails as far out as a normal distribution has them that is √(n/(n − 1)) times as wide, for n
 * numbers vary that much less around their own middle than around the true one (Hesterberg 2015, 3.2).
 *
 * @param value - the estimate.
 * @param rounds - how many it is of, of two runs the fewer.
 * @returns the estimate and its interval; over all values, and with less confidence, where there are too few rounds for what is asked.
 */
export function bootstrapInterval(
  value: number,
  rounds: number,
  confidence = 0.95,
  { attainable, range, quantile }: Bootstrapped,
): Interval {
  checkConfidence(confidence)
  if (attainable < confidence) return { value, low: range[0], high: range[1], confidence: attainable }
  const widening = rounds > 1 ? Math.sqrt(rounds / (rounds - 1)) : 1
  const tail = normalCdf(normalQuantile((1 - confidence) / 2) * widening)
  return { value, low: quantile(tail), high: quantile(1 - tail), confidence }
}

/**
 * {@link bootstrapInterval} of the median over rounds, of figures that add up: differences of times, which may be negative, or times themselves.
 * Ratios and rates are compared by their logarithms.
 *
 * @param values - one a round, of at least two.
 * @throws EdgeError `INVALID_ARGUMENT` for fewer, and for what is no finite number.
 */
export function medianOfRounds(values: Numbers, confidence = 0.95): Interval {
  const numbers = checkedNumbers(values)
  if (numbers.length < 2) throw optionOutOfRange('values', 'at least two rounds', numbers.length)
  const bootstrap = bootstrappedMedian(numbers)
  return bootstrapInterval(median(numbers), numbers.length, confidence, {
    // All rounds lie on one side of the true median with 2·½ⁿ.
    attainable: 1 - 2 ** (1 - numbers.length),
    range: [bootstrap.values[0] ?? Number.NaN, bootstrap.values.at(-1) ?? Number.NaN],
    quantile: (p) => midQuantile(bootstrap, p),
  })
}

/** What an interval of logarithms is of the numbers themselves. */
export function exponential({ value, low, high, confidence }: Interval): Interval {
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), confidence }
}
