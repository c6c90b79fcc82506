import { momentsOf } from './moments.js'
import { checkedNumbers, type Numbers } from './samples.js'

/**
 * How much each number goes with the one before: the autocorrelation at lag 1, Σ(xᵢ − x̄)(xᵢ₊₁ − x̄)/Σ(xᵢ − x̄)², as Box and Jenkins have it.
 * About −1/n where they are independent.
 *
 * @returns undefined of fewer than three numbers, and of equal ones.
 * @throws EdgeError `INVALID_ARGUMENT` for numbers that are not finite.
 */
export function lag1Autocorrelation(values: Numbers): number | undefined {
  const numbers = checkedNumbers(values)
  const { mean, stddev } = momentsOf(numbers)
  if (numbers.length < 3 || stddev === 0) return undefined
  const standard = numbers.map((value) => (value - mean) / stddev)
  const squares = standard.reduce((sum, value) => sum + value * value, 0)
  const products = standard.reduce((sum, value, place) => sum + value * (standard[place + 1] ?? 0), 0)
  return products / squares
}

/**
 * Ranks from 1, of equal numbers the mean of theirs. The autocorrelation of ranks is one that single outliers do not hide.
 */
export function ranksOf(values: Numbers): Float64Array {
  const numbers = checkedNumbers(values)
  const order = Uint32Array.from(numbers.keys()).sort(
    (one, other) => (numbers[one] ?? 0) - (numbers[other] ?? 0),
  )
  const ranks = new Float64Array(numbers.length)
  for (let first = 0; first < order.length; ) {
    const value = numbers[order[first] ?? 0]
    let end = first + 1
    while (end < order.length && numbers[order[end] ?? 0] === value) end += 1
    for (const place of order.subarray(first, end)) ranks[place] = (first + 1 + end) / 2
    first = end
  }
  return ranks
}
