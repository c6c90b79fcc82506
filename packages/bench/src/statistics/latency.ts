import { EdgeError } from '@edge/errors'
import type { Extreme, Latency } from '../result/schema.js'
import { effectiveSamples } from './effective-samples.js'
import { momentsOf } from './moments.js'
import { quantileInterval, ranksOfMax, ranksOfMin } from './order-statistics.js'
import { partsOfRun } from './parts-of-run.js'
import { ascending, quantileOfSorted } from './quantile.js'
import { checkConfidence, checkedTimes, checkSameLength, type Numbers } from './samples.js'

/** From how many samples on a percentile is reported: below, it is a matter of a handful of them. */
export const FEWEST_SAMPLES = { p50: 1, p90: 100, p95: 500, p99: 500 } as const

/** What a summary is made from: fields of a result. */
export interface MeasuredSamples {
  readonly samplesMs: Numbers
  /** Of each sample, in which round it ran; left out or empty: one after another. */
  readonly rounds?: Numbers | undefined
  /** Of each sample, which of `images` it was of; left out or empty where the input is made up. */
  readonly samplesOf?: Numbers | undefined
  readonly images?: readonly string[] | undefined
}

/**
 * Sums up samples of the steady state.
 *
 * Intervals of percentiles are from order statistics, widened by as much as samples that ran together are alike
 * ({@link effectiveSamples}): they hold for what the machine does in rounds to come.
 *
 * @param confidence - of all intervals.
 * @returns undefined where there are no samples.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times, and lists that do not go with them.
 */
export function summarizeLatency(measured: MeasuredSamples, confidence = 0.95): Latency | undefined {
  checkConfidence(confidence)
  const times = checkedTimes(measured.samplesMs)
  if (times.length === 0) return undefined
  const sorted = ascending(times)
  const parts = partsOfRun(times, measured.rounds)
  const least = sorted[0] ?? 0
  const most = sorted.at(-1) ?? 0
  const { mean, stddev } = momentsOf(times)
  return {
    samples: times.length,
    mean,
    median: quantileOfSorted(sorted, 0.5),
    stddev,
    min: extreme(least, times.indexOf(least), ranksOfMin(times.length, confidence), measured),
    max: extreme(most, times.indexOf(most), ranksOfMax(times.length, confidence), measured),
    ...percentile('p50', 0.5, sorted, parts, confidence),
    ...percentile('p90', 0.9, sorted, parts, confidence),
    ...percentile('p95', 0.95, sorted, parts, confidence),
    ...percentile('p99', 0.99, sorted, parts, confidence),
  }
}

function percentile(
  name: keyof typeof FEWEST_SAMPLES,
  p: number,
  sorted: Float64Array,
  parts: readonly Numbers[],
  confidence: number,
): Partial<Latency> {
  if (sorted.length < FEWEST_SAMPLES[name]) return {}
  const effective = effectiveSamples(parts, quantileOfSorted(sorted, p), p, confidence)
  const interval = quantileInterval(sorted, p, confidence, effective)
  return interval === undefined ? {} : { [name]: interval }
}

function extreme(
  ms: number,
  index: number,
  ranks: [number, number] | undefined,
  { samplesMs, samplesOf, images }: MeasuredSamples,
): Extreme {
  const image = imageOf(index, samplesMs, samplesOf, images)
  return { ms, index, ...(image !== undefined && { image }), ...(ranks !== undefined && { ranks }) }
}

function imageOf(
  index: number,
  samplesMs: Numbers,
  samplesOf: Numbers | undefined,
  images: readonly string[] | undefined,
): string | undefined {
  if (samplesOf === undefined || samplesOf.length === 0 || images === undefined) return undefined
  checkSameLength('samplesOf', samplesOf, samplesMs)
  const place = samplesOf[index]
  const image = place === undefined ? undefined : images[place]
  if (image !== undefined) return image
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `sample ${index} is of a picture that there is not`,
    expected: `an index below ${images.length}`,
    found: String(place),
  })
}
