/** Mean and spread of numbers. */
export interface Moments {
  readonly mean: number
  /** Standard deviation with n − 1; 0 of one number, which says nothing of spread. */
  readonly stddev: number
}

/** A sum with what each addition lost, added at the end (Neumaier 1974). */
function compensatedSum(values: Float64Array, term: (value: number) => number): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = term(value)
    const total = sum + next
    lost += Math.abs(sum) >= Math.abs(next) ? sum - total + next : next - total + sum
    sum = total
  }
  return sum + lost
}

/**
 * Mean and standard deviation in two passes, the second of them corrected for what the mean is rounded by (Chan, Golub and LeVeque 1983,
 * eq. 1.7). The numbers are scaled by a power of two, which rounds nothing, so that neither sums nor squares overflow.
 *
 * @param values - at least one, all finite.
 */
export function momentsOf(values: Float64Array): Moments {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return { mean: 0, stddev: 0 }
  const scale = 2 ** Math.min(1023, Math.max(-1022, Math.floor(Math.log2(largest))))
  const mean = compensatedSum(values, (value) => value / scale) / values.length
  if (values.length === 1) return { mean: mean * scale, stddev: 0 }
  const error = compensatedSum(values, (value) => value / scale - mean)
  const squares = compensatedSum(values, (value) => (value / scale - mean) ** 2)
  const variance = Math.max(0, squares - error ** 2 / values.length) / (values.length - 1)
  return { mean: mean * scale, stddev: Math.sqrt(variance) * scale }
}
