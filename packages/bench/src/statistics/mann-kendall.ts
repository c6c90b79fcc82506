import { normalCdf } from './normal.js'
import { checkedNumbers, type Numbers } from './samples.js'

/** Up to so many numbers without ties the distribution is counted out; beyond, the normal one is as good. */
const MOST_COUNTED = 50

/** A test of whether numbers that follow each other go up or down. */
export interface Trend {
  /** Pairs of which the later number is larger, less those of which it is smaller. */
  readonly score: number
  /** Probability of such a score, up or down, if there were no trend. */
  readonly pValue: number
}

/**
 * The trend test of Mann (1945) and Kendall (1975). Exact for up to 50 numbers of which none are equal; else by the normal distribution
 * with the variance for ties, and a correction for continuity. It presupposes numbers that do not depend on each other: give it medians of rounds,
 * not samples.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for numbers that are not finite.
 */
export function mannKendall(values: Numbers): Trend {
  const numbers = checkedNumbers(values)
  const n = numbers.length
  let score = 0
  for (const [place, value] of numbers.entries()) {
    for (const later of numbers.subarray(place + 1)) score += Math.sign(later - value)
  }
  const ties = tieCounts(numbers)
  if (ties.length === 0 && n <= MOST_COUNTED) return { score, pValue: exactPValue(Math.abs(score), n) }
  const spread = (count: number): number => count * (count - 1) * (2 * count + 5)
  const variance = (spread(n) - ties.reduce((sum, count) => sum + spread(count), 0)) / 18
  if (variance <= 0) return { score, pValue: 1 }
  const z = Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance)
  return { score, pValue: Math.min(1, 2 * normalCdf(-z)) }
}

/** How many there are of each number that is there more than once. */
function tieCounts(numbers: Float64Array): number[] {
  const counts = new Map<number, number>()
  for (const value of numbers) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter((count) => count > 1)
}

/**
 * P(|S| ≥ score) over all orders of n numbers. S is n(n − 1)/2 less twice the inversions, and of these the number put in as the k-th makes
 * 0 to k − 1, each as likely (Kendall 1938).
 */
function exactPValue(score: number, n: number): number {
  const pairs = (n * (n - 1)) / 2
  let shares = new Float64Array([1])
  for (let count = 2; count <= n; count++) {
    const next = new Float64Array((count * (count - 1)) / 2 + 1)
    for (const [inversions, share] of shares.entries()) {
      for (let more = 0; more < count; more++) {
        next[inversions + more] = (next[inversions + more] ?? 0) + share / count
      }
    }
    shares = next
  }
  // Few inversions are as likely as few of what is no inversion.
  const few = shares.subarray(0, Math.floor((pairs - score) / 2) + 1)
  return score === 0 ? 1 : Math.min(1, 2 * few.reduce((sum, share) => sum + share, 0))
}
