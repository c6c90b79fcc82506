import { consecutiveParts, samplesOfRounds } from './rounds.js'
import { checkedTimes, type Numbers } from './samples.js'

/** With fewer rounds, what changes in the course of a run is told from this many equal parts of it instead. */
const FEWEST_ROUNDS = 5
const PARTS = 10

/**
 * The samples in parts that ran apart, in the order in which they ran: rounds, or where these are few, parts that follow each other. What
 * happens to a machine happens to whole parts, so that parts vary independently where samples do not.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times, and rounds that do not go with them.
 */
export function partsOfRun(samplesMs: Numbers, rounds: Numbers | undefined): readonly number[][] {
  if (rounds !== undefined && rounds.length > 0) {
    const parts = samplesOfRounds({ samplesMs, rounds })
    if (parts.length >= FEWEST_ROUNDS) return parts
  }
  return consecutiveParts(checkedTimes(samplesMs), PARTS)
}
