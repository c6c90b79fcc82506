import type { Interval } from '../result/schema.js'
import { bootstrappedMedian, midQuantile } from './median-bootstrap.js'
import { normalCdf, normalQuantile } from './normal.js'
import { median } from './quantile.js'
import { checkConfidence, type Numbers } from './samples.js'

/** A bootstrapped logarithm. */
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
 * @param logarithm - the estimate's.
 * @param rounds - how many it is of, of two runs the fewer.
 * @returns the estimate itself and its interval; over all values, and with less confidence, where there are too few rounds for what is asked.
 */
export function bootstrapInterval(
  logarithm: number,
  rounds: number,
  confidence = 0.95,
  { attainable, range, quantile }: Bootstrapped,
): Interval {
  checkConfidence(confidence)
  const value = Math.exp(logarithm)
  if (attainable < confidence) {
    return { value, low: Math.exp(range[0]), high: Math.exp(range[1]), confidence: attainable }
  }
  const widening = rounds > 1 ? Math.sqrt(rounds / (rounds - 1)) : 1
  const tail = normalCdf(normalQuantile((1 - confidence) / 2) * widening)
  return { value, low: Math.exp(quantile(tail)), high: Math.exp(quantile(1 - tail)), confidence }
}

/**
 * {@link bootstrapInterval} of the median over rounds.
 *
 * @param logarithms - one a round, of at least two.
 */
export function medianOfRounds(logarithms: Numbers, confidence = 0.95): Interval {
  const bootstrap = bootstrappedMedian(logarithms)
  return bootstrapInterval(median(logarithms), logarithms.length, confidence, {
    // All rounds lie on one side of the true median with 2·½ⁿ.
    attainable: 1 - 2 ** (1 - logarithms.length),
    range: [bootstrap.values[0] ?? Number.NaN, bootstrap.values.at(-1) ?? Number.NaN],
    quantile: (p) => midQuantile(bootstrap, p),
  })
}
