import { optionOutOfRange } from '@edge/errors'

// ln n! − ln(√(2πn)·(n/e)ⁿ) of 0 to 15, from Loader (2000).
const STIRLING_ERRORS = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
  0.005554733551962801,
]

/** What Stirling's formula for ln n! is short of. */
function stirlingError(n: number): number {
  const known = STIRLING_ERRORS[n]
  if (known !== undefined) return known
  const square = 1 / (n * n)
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / n
}

/** x·ln(x/m) + m − x, also where x and m are so near that the difference would be all rounding. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x
  const v = (x - m) / (x + m)
  let sum = (x - m) * v
  let power = 2 * x * v
  for (let odd = 3; ; odd += 2) {
    power *= v * v
    const next = sum + power / odd
    if (next === sum) return sum
    sum = next
  }
}

function checkBinomial(n: number, p: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw optionOutOfRange('n', 'a whole number from 0', n)
  if (!(p >= 0 && p <= 1)) throw optionOutOfRange('p', 'a number from 0 to 1', p)
}

function checkCount(k: number): void {
  if (!Number.isSafeInteger(k)) throw optionOutOfRange('k', 'a whole number', k)
}

/**
 * ln P(K = k) of K successes in n trials that succeed with p: Loader (2000), "Fast and accurate computation of binomial probabilities".
 *
 * @throws EdgeError `INVALID_ARGUMENT` for what is no count or no probability.
 */
export function binomialLogPmf(k: number, n: number, p: number): number {
  checkBinomial(n, p)
  checkCount(k)
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY
  if (k === 0) return n === 0 ? 0 : n * Math.log1p(-p)
  if (k === n) return n * Math.log(p)
  if (p === 0 || p === 1) return Number.NEGATIVE_INFINITY
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * (1 - p)) -
    0.5 * (Math.log(2 * Math.PI * k) + Math.log1p(-k / n))
  )
}

/** P(K = k). */
export function binomialPmf(k: number, n: number, p: number): number {
  return Math.exp(binomialLogPmf(k, n, p))
}

/** P(K ≤ k) of a k that is not above the mean: each term from the one above it, until they no longer count. */
function lowerSum(k: number, n: number, p: number): number {
  let term = binomialPmf(k, n, p)
  let sum = term
  for (let j = k; j > 0 && term > sum * 1e-17; j--) {
    term *= (j * (1 - p)) / ((n - j + 1) * p)
    sum += term
  }
  return sum
}

/** P(K ≥ k) of a k that is not below the mean. */
function upperSum(k: number, n: number, p: number): number {
  let term = binomialPmf(k, n, p)
  let sum = term
  for (let j = k; j < n && term > sum * 1e-17; j++) {
    term *= ((n - j) * p) / ((j + 1) * (1 - p))
    sum += term
  }
  return sum
}

/** P(K ≤ k): the smaller tail is summed, so that small probabilities keep their digits. */
export function binomialCdf(k: number, n: number, p: number): number {
  checkBinomial(n, p)
  checkCount(k)
  if (k < 0) return 0
  if (k >= n) return 1
  if (p === 0 || p === 1) return 1 - p
  return k <= n * p ? Math.min(1, lowerSum(k, n, p)) : 1 - upperSum(k + 1, n, p)
}

/** P(K > k), of which small ones keep their digits, too. */
export function binomialSurvival(k: number, n: number, p: number): number {
  checkBinomial(n, p)
  checkCount(k)
  if (k < 0) return 1
  if (k >= n) return 0
  if (p === 0 || p === 1) return p
  return k + 1 > n * p ? Math.min(1, upperSum(k + 1, n, p)) : 1 - lowerSum(k, n, p)
}

/**
 * The smallest k with P(K ≤ k) ≥ q, by bisection.
 *
 * @param q - above 0 and below 1.
 */
export function binomialQuantile(q: number, n: number, p: number): number {
  checkBinomial(n, p)
  if (!(q > 0 && q < 1)) throw optionOutOfRange('q', 'a number above 0 and below 1', q)
  let low = 0
  let high = n
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (binomialCdf(middle, n, p) >= q) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The exact two-sided test of k successes in n trials against p: the probability of all counts that are no likelier than k, as R's
 * `binom.test` and SciPy's `binomtest` have it.
 */
export function binomialTest(k: number, n: number, p: number): number {
  checkBinomial(n, p)
  checkCount(k)
  if (k < 0 || k > n) throw optionOutOfRange('k', `a whole number from 0 to ${n}`, k)
  // As likely but for rounding counts as as likely, with the margin that R and SciPy take.
  const noLikelier = binomialLogPmf(k, n, p) + 1e-7
  const mode = Math.min(n, Math.floor((n + 1) * p))
  if (binomialLogPmf(mode, n, p) <= noLikelier) return 1
  if (k < mode) {
    const other = firstAbove(mode, n, (j) => binomialLogPmf(j, n, p) <= noLikelier)
    return Math.min(1, binomialCdf(k, n, p) + binomialSurvival(other - 1, n, p))
  }
  const other = firstAbove(0, mode, (j) => binomialLogPmf(j, n, p) > noLikelier)
  return Math.min(1, binomialSurvival(k - 1, n, p) + binomialCdf(other - 1, n, p))
}

/** The first whole number from `low` on that the condition, once true, stays true of; `high + 1` where it is true of none. */
function firstAbove(low: number, high: number, holds: (j: number) => boolean): number {
  let first = low
  let end = high + 1
  while (first < end) {
    const middle = Math.floor((first + end) / 2)
    if (holds(middle)) end = middle
    else first = middle + 1
  }
  return first
}
