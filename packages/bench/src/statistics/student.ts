import { optionOutOfRange } from '@edge/errors'
import { checkConfidence } from './samples.js'

/**
 * P(|T| ≤ t) of Student's distribution with a whole number of degrees of freedom: the finite sums of Abramowitz and Stegun 26.7.3 and
 * 26.7.4, with θ = arctan(t/√ν).
 */
function withinT(t: number, freedom: number): number {
  const theta = Math.atan2(t, Math.sqrt(freedom))
  const square = Math.cos(theta) ** 2
  const odd = freedom % 2 === 1
  if (freedom === 1) return (2 * theta) / Math.PI
  let term = odd ? Math.cos(theta) : 1
  let sum = term
  for (let place = odd ? 2 : 1; place <= freedom - 3 && term > sum * 1e-17; place += 2) {
    term *= (square * place) / (place + 1)
    sum += term
  }
  return odd ? (2 * (theta + Math.sin(theta) * sum)) / Math.PI : Math.sin(theta) * sum
}

/**
 * The t that Student's distribution stays within on both sides of 0 with this probability: 2.262 for 0.95 and 9. By bisection to the
 * last bit.
 *
 * @param freedom - degrees of freedom, a whole number from 1.
 * @throws EdgeError `INVALID_ARGUMENT` for another, or a confidence that is not between 0 and 1.
 */
export function studentCritical(confidence: number, freedom: number): number {
  checkConfidence(confidence)
  if (!Number.isSafeInteger(freedom) || freedom < 1) {
    throw optionOutOfRange('freedom', 'a whole number from 1', freedom)
  }
  let high = 1
  while (withinT(high, freedom) < confidence && high < 1e15) high *= 2
  let low = 0
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (withinT(middle, freedom) < confidence) low = middle
    else high = middle
  }
  return high
}
