import { median } from './quantile.js'
import { checkedTimes, type Numbers } from './samples.js'

/** Of a normal distribution the standard deviation is so many times the median absolute deviation: 1/Φ⁻¹(¾). */
const NORMAL = 1.482602218505602

/** The median of how far numbers are from their median: a spread that outliers leave alone. Not scaled. */
export function medianAbsoluteDeviation(values: Numbers): number {
  const center = median(values)
  return median(Float64Array.from(values, (value) => Math.abs(value - center)))
}

/**
 * How much samples differ, as a share of their median: what the standard deviation would be of a normal distribution with their median
 * absolute deviation. Pictures that differ in size make it large, too.
 *
 * @returns undefined where there are no samples, or their median is 0.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times.
 */
export function relativeSpread(samplesMs: Numbers): number | undefined {
  const times = checkedTimes(samplesMs)
  if (times.length === 0) return undefined
  const center = median(times)
  return center === 0 ? undefined : (NORMAL * medianAbsoluteDeviation(times)) / center
}
