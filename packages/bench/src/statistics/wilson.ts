import { optionOutOfRange } from '@edge/errors'
import type { Interval } from '../result/schema.js'
import { normalQuantile } from './normal.js'
import { checkConfidence } from './samples.js'

/**
 * A share of counted successes with its score interval: Wilson (1927), without continuity correction. Other than the interval of most
 * textbooks it stays between 0 and 1, and is right for few and for all successes, too (Brown, Cai and DasGupta 2001).
 *
 * @throws EdgeError `INVALID_ARGUMENT` for counts that are none, and for a share of nothing.
 */
export function wilsonInterval(count: number, of: number, confidence: number): Interval {
  checkConfidence(confidence)
  if (!Number.isSafeInteger(of) || of < 1) throw optionOutOfRange('of', 'a whole number from 1', of)
  if (!Number.isSafeInteger(count) || count < 0 || count > of) {
    throw optionOutOfRange('count', `a whole number from 0 to ${of}`, count)
  }
  const z = -normalQuantile((1 - confidence) / 2)
  const center = (count + (z * z) / 2) / (of + z * z)
  const half = (z * Math.sqrt((count * (of - count)) / of + (z * z) / 4)) / (of + z * z)
  return {
    value: count / of,
    low: center - half,
    // Where the formula gives 1, but for rounding; at 0 it rounds to 0.
    high: count === of ? 1 : center + half,
    confidence,
  }
}
