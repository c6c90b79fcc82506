import { optionOutOfRange } from '@edge/errors'
import type { Interval } from '../result/schema.js'
import { momentsOf } from './moments.js'
import { checkConfidence } from './samples.js'
import { studentCritical } from './student.js'

/** What was done in one round. */
export interface RoundOfWork {
  readonly inferences: number
  /** From the begin of the first to the end of the last. */
  readonly seconds: number
}

/**
 * Inferences a second: all inferences over all seconds, so that slow rounds count for as long as they took. Its interval is that of a ratio
 * of two sums over clusters, here rounds (Cochran 1977, "Sampling Techniques", 6.3), with Student's t of one fewer degrees of freedom than
 * rounds, taken of the logarithm so that it stays positive.
 *
 * @returns undefined where there are fewer than two rounds.
 * @throws EdgeError `INVALID_ARGUMENT` for a round without inferences or without time.
 */
export function throughputOf(rounds: readonly RoundOfWork[], confidence: number): Interval | undefined {
  checkConfidence(confidence)
  for (const [round, { inferences, seconds }] of rounds.entries()) {
    if (!Number.isSafeInteger(inferences) || inferences < 1) {
      throw optionOutOfRange(`rounds[${round}].inferences`, 'a whole number from 1', inferences)
    }
    if (!(seconds > 0 && Number.isFinite(seconds))) {
      throw optionOutOfRange(`rounds[${round}].seconds`, 'a positive number', seconds)
    }
  }
  const count = rounds.length
  if (count < 2) return undefined
  const done = rounds.reduce((sum, { inferences }) => sum + inferences, 0)
  const took = rounds.reduce((sum, { seconds }) => sum + seconds, 0)
  const value = done / took
  // How much more a round did than its time would have let expect, as a share of what one does on average.
  const surplus = Float64Array.from(
    rounds,
    ({ inferences, seconds }) => ((inferences - value * seconds) * count) / done,
  )
  const { stddev } = momentsOf(surplus)
  const half = (studentCritical(confidence, count - 1) * stddev) / Math.sqrt(count)
  return { value, low: value * Math.exp(-half), high: value * Math.exp(half), confidence }
}
