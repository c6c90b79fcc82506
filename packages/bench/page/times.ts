import type { SampleSeries } from '../src/report/html/page-data.js'

const known = new WeakMap<SampleSeries, readonly number[]>()

/** When each sample began, in seconds since the run began. */
export function timesOf(series: SampleSeries): readonly number[] {
  const there = known.get(series)
  if (there !== undefined) return there
  let at = 0
  const times = series.steps.map((step) => {
    at += step
    return at / 10_000
  })
  known.set(series, times)
  return times
}
