import { optionOutOfRange } from '@edge/errors'
import type { Numbers } from './samples.js'

/** The same numbers, ascending. */
export function ascending(values: Numbers): Float64Array {
  return Float64Array.from(values).sort()
}

/**
 * The quantile of numbers that are in order: linear between the two that lie around place (n − 1)·p, counted from 0. Definition 7 of
 * Hyndman and Fan (1996), which NumPy calls 'linear' and takes unless told otherwise; rounded as NumPy rounds.
 *
 * @param sorted - at least one number, ascending.
 * @param p - from 0 to 1.
 * @throws EdgeError `INVALID_ARGUMENT` where there is no number, or `p` is out of range.
 */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw optionOutOfRange('p', 'a number from 0 to 1', p)
  const place = (sorted.length - 1) * p
  const below = sorted[Math.floor(place)]
  if (below === undefined) throw optionOutOfRange('sorted', 'at least one number', 'none')
  const above = sorted[Math.floor(place) + 1] ?? below
  const share = place - Math.floor(place)
  const step = above - below
  return share < 0.5 ? below + step * share : above - step * (1 - share)
}

/** {@link quantileOfSorted} of numbers in any order. */
export function quantile(values: Numbers, p: number): number {
  return quantileOfSorted(ascending(values), p)
}

/** The median: of an even count the middle of the two in the middle. */
export function median(values: Numbers): number {
  return quantile(values, 0.5)
}
