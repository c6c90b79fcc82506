import { optionOutOfRange } from '@edge/errors'
import type { Interval } from '../result/schema.js'
import { exponential, medianOfRounds } from './bootstrap-interval.js'
import { checkConfidence } from './samples.js'

/** What was done in one round. */
export interface RoundOfWork {
  readonly inferences: number
  /** From the begin of the first to the end of the last. */
  readonly seconds: number
}

/**
 * Inferences a second: the median over rounds, each of which counts all of its time, with an interval by bootstrap over rounds, as ratios
 * have it ({@link medianOfRounds}). Not all inferences over all seconds: a rare round in which something else ran decides over that, and its
 * interval holds in 80 of 100 runs only.
 *
 * @returns undefined where there are fewer than two rounds; an interval of less confidence where there are fewer than that takes.
 * @throws EdgeError `INVALID_ARGUMENT` for a round without inferences or without time.
 */
export function throughputOf(rounds: readonly RoundOfWork[], confidence: number): Interval | undefined {
  checkConfidence(confidence)
  const rates = rounds.map(({ inferences, seconds }, round) => {
    if (!Number.isSafeInteger(inferences) || inferences < 1) {
      throw optionOutOfRange(`rounds[${round}].inferences`, 'a whole number from 1', inferences)
    }
    if (!(seconds > 0 && Number.isFinite(seconds))) {
      throw optionOutOfRange(`rounds[${round}].seconds`, 'a positive number', seconds)
    }
    return Math.log(inferences / seconds)
  })
  return rates.length < 2 ? undefined : exponential(medianOfRounds(rates, confidence))
}
