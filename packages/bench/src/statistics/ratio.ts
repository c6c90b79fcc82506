import { optionOutOfRange } from '@edge/errors'
import type { Interval, RatioResult } from '../result/schema.js'
import { bootstrapInterval, exponential, medianOfRounds } from './bootstrap-interval.js'
import { Difference } from './difference-quantile.js'
import { bootstrappedMedian } from './median-bootstrap.js'
import { median } from './quantile.js'
import { commonRounds, samplesOfRounds } from './rounds.js'
import { checkedTimes, type Numbers, type TimedRounds } from './samples.js'

export type Verdict = RatioResult['verdict']

/** How many times as long one took as another. */
export interface LatencyRatio {
  /** Its `confidence` is less than what was asked for where there are too few rounds for that. */
  readonly ratio: Interval
  /** Rounds of the one with fewer. */
  readonly rounds: number
  readonly verdict: Verdict
}

export interface RatioOptions {
  /** Default: 0.95. */
  readonly confidence?: number
  /** By how much of the faster one's time the slower one may take longer and still be called equal. Default: 0.02. */
  readonly tolerance?: number
}

/**
 * What an interval of a ratio says.
 *
 * - `equal`: all of it lies between 1/(1 + tolerance) and 1 + tolerance. This comes first: a difference that is certain and below the
 *   tolerance is none that anybody would act on.
 * - `slower`, `faster`: all of it lies above 1, or below.
 * - `undecided`: none of these; more rounds would tell.
 */
export function verdictOf({ low, high }: Pick<Interval, 'low' | 'high'>, tolerance: number): Verdict {
  if (low >= 1 / (1 + tolerance) && high <= 1 + tolerance) return 'equal'
  if (low > 1) return 'slower'
  return high < 1 ? 'faster' : 'undecided'
}

/**
 * How many times as long one took as the other, of two that ran by turns in rounds: what went on in a round concerns both. The median over
 * the rounds that both have of the ratio of the round's medians, with an interval by bootstrap over rounds.
 *
 * @returns undefined where they have fewer than two rounds in common, or a median is 0.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times.
 */
export function compareByTurns(
  one: TimedRounds,
  other: TimedRounds,
  options: RatioOptions = {},
): LatencyRatio | undefined {
  return comparePairedRounds(...commonRounds(one, other), options)
}

/**
 * {@link compareByTurns} of samples that are already apart by rounds.
 *
 * @param one - samples of each round.
 * @param other - those of the same rounds in the same order.
 */
export function comparePairedRounds(
  one: readonly Numbers[],
  other: readonly Numbers[],
  options: RatioOptions = {},
): LatencyRatio | undefined {
  if (one.length !== other.length) throw optionOutOfRange('other', `${one.length} rounds`, other.length)
  const ratios = logMedians(one)
  const others = logMedians(other)
  for (const [round, value] of others.entries()) ratios[round] = (ratios[round] ?? 0) - value
  const rounds = ratios.length
  if (rounds < 2 || ratios.some((value) => !Number.isFinite(value))) return undefined
  return judged(exponential(medianOfRounds(ratios, options.confidence)), rounds, options)
}

/**
 * How many times as long one took as the other, of two that ran at different times: one after the other, or in two runs. The ratio of the
 * medians of the rounds' medians; the interval tells how much rounds differ within each run, and nothing of what else became different
 * between the two.
 *
 * @returns undefined where both have one round only, or one has none, or a median is 0.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times.
 */
export function compareApart(
  one: TimedRounds,
  other: TimedRounds,
  options: RatioOptions = {},
): LatencyRatio | undefined {
  return compareUnpairedRounds(samplesOfRounds(one), samplesOfRounds(other), options)
}

/** {@link compareApart} of samples that are already apart by rounds. */
export function compareUnpairedRounds(
  one: readonly Numbers[],
  other: readonly Numbers[],
  options: RatioOptions = {},
): LatencyRatio | undefined {
  const [times, others] = [logMedians(one), logMedians(other)]
  const rounds = Math.min(times.length, others.length)
  if (rounds < 1 || times.length + others.length < 3) return undefined
  if ([...times, ...others].some((value) => !Number.isFinite(value))) return undefined
  const difference = new Difference(bootstrappedMedian(times), bootstrappedMedian(others))
  const ratio = bootstrapInterval(median(times) - median(others), rounds, options.confidence, {
    // All rounds of the one lie on one side of all of the other in 2 of all orders.
    attainable: 1 - 2 / waysToChoose(times.length + others.length, rounds),
    range: difference.range,
    quantile: (p) => difference.quantile(p),
  })
  return judged(exponential(ratio), rounds, options)
}

/** The logarithm of each round's median: what takes twice as long is as far away as what takes half as long. */
function logMedians(rounds: readonly Numbers[]): Float64Array {
  return Float64Array.from(rounds, (samples) => Math.log(median(checkedTimes(samples))))
}

function waysToChoose(n: number, k: number): number {
  let ways = 1
  for (let chosen = 1; chosen <= k && ways < 1e300; chosen++) ways *= (n - k + chosen) / chosen
  return ways
}

function judged(
  ratio: Interval,
  rounds: number,
  { confidence = 0.95, tolerance = 0.02 }: RatioOptions,
): LatencyRatio {
  if (!(tolerance >= 0)) throw optionOutOfRange('tolerance', 'a number from 0', tolerance)
  const verdict = ratio.confidence < confidence ? 'undecided' : verdictOf(ratio, tolerance)
  return { ratio, rounds, verdict }
}
