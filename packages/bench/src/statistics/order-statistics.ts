import { optionOutOfRange } from '@edge/errors'
import type { Interval } from '../result/schema.js'
import { binomialCdf, binomialQuantile, binomialSurvival } from './binomial.js'
import { quantileOfSorted } from './quantile.js'
import { checkConfidence } from './samples.js'

/** Ranks, from 1 for the smallest of all samples; undefined where no sample lies far enough out. */
export interface Ranks {
  readonly low: number | undefined
  readonly high: number | undefined
}

/** The largest rank r with P(B < r) ≤ tail, B being how many of n samples are below the quantile at p; 0 where there is none. */
function lowerRank(n: number, p: number, tail: number): number {
  const rank = binomialQuantile(tail, n, p)
  return binomialCdf(rank, n, p) <= tail ? rank + 1 : rank
}

/**
 * Between which of n samples, in order, the true quantile at p lies, whatever their distribution: how many of them lie below it is binomially
 * distributed. Conover (1999), "Practical Nonparametric Statistics", 3.2. Each side misses it with at most half of what the confidence
 * leaves, so that the interval is rather too wide than too narrow. It presupposes samples that do not depend on each other.
 *
 * @param n - number of samples.
 * @param p - above 0 and below 1.
 * @throws EdgeError `INVALID_ARGUMENT` for what is no count or no probability.
 */
export function quantileRanks(n: number, p: number, confidence: number): Ranks {
  checkConfidence(confidence)
  if (!(p > 0 && p < 1)) throw optionOutOfRange('p', 'a number above 0 and below 1', p)
  const tail = (1 - confidence) / 2
  const low = lowerRank(n, p, tail)
  const fromAbove = lowerRank(n, 1 - p, tail)
  return {
    low: low >= 1 && low <= n ? low : undefined,
    high: fromAbove >= 1 && fromAbove <= n ? n + 1 - fromAbove : undefined,
  }
}

/**
 * A quantile with its interval by {@link quantileRanks}.
 *
 * @param sorted - all samples, ascending.
 * @param effective - how many independent samples they are worth; fewer than all of them make the interval wider by as much.
 * @returns undefined where so many independent samples would be too few. Where only dependence makes them too few, the interval ends
 * with the smallest or the largest sample, and its `confidence` says how often such a one holds.
 */
export function quantileInterval(
  sorted: Float64Array,
  p: number,
  confidence: number,
  effective: number = sorted.length,
): Interval | undefined {
  const all = quantileRanks(sorted.length, p, confidence)
  if (all.low === undefined || all.high === undefined) return undefined
  const { low, high } = quantileRanks(effective, p, confidence)
  const n = sorted.length
  const first = low === undefined ? 1 : Math.floor(((low - 1) * n) / effective) + 1
  const last = high === undefined ? n : Math.ceil((high * n) / effective)
  return {
    value: quantileOfSorted(sorted, p),
    low: sorted[first - 1] ?? Number.NaN,
    high: sorted[last - 1] ?? Number.NaN,
    confidence: low === undefined || high === undefined ? coverage(effective, p, low, high) : confidence,
  }
}

/** P(low ≤ B < high), from the smallest or to the largest sample where there is no rank. */
function coverage(n: number, p: number, low = 1, high = n): number {
  return Math.max(Number.MIN_VALUE, 1 - binomialCdf(low - 1, n, p) - binomialSurvival(high - 1, n, p))
}

/**
 * How far the largest of n samples might as well have stood from the others: ranks, from below, between which the latency lies that one of n
 * inferences exceeds: `[n − 3, n]` at 95 %. What lies above all of them, n samples cannot say. Undefined for fewer than 4, which would all be
 * in it.
 */
export function ranksOfMax(n: number, confidence: number): [number, number] | undefined {
  if (n < 2) return undefined
  const { low } = quantileRanks(n, 1 - 1 / n, confidence)
  return low === undefined ? undefined : [low, n]
}

/** The same from below, for the smallest. */
export function ranksOfMin(n: number, confidence: number): [number, number] | undefined {
  const ranks = ranksOfMax(n, confidence)
  return ranks === undefined ? undefined : [1, n + 1 - ranks[0]]
}
