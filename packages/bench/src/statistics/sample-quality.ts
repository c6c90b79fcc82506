import { lag1Autocorrelation, ranksOf } from './autocorrelation.js'
import { effectiveSamples } from './effective-samples.js'
import { mannKendall } from './mann-kendall.js'
import { quantileInterval } from './order-statistics.js'
import { partsOfRun } from './parts-of-run.js'
import { ascending, median } from './quantile.js'
import { checkConfidence, checkedTimes, type Numbers } from './samples.js'
import { relativeSpread } from './spread.js'

/** From where on samples are not to be believed, or say so of themselves. */
export const QUALITY_LIMITS = {
  /** Fewer samples than this are too few, whatever they look like. */
  fewestSamples: 30,
  /** Drift: the last third of the run takes so much more, or less, of the time of the first third… */
  driftChange: 0.05,
  /** …and the trend of the rounds' medians is no accident, by {@link mannKendall}. */
  driftPValue: 0.05,
  /** Noise: the median is not known to so much of itself; half of its interval. */
  noise: 0.05,
  /** Dependence: ranks of samples that follow each other go together by more than this. */
  autocorrelation: 0.3,
} as const

/** What samples say about themselves. A part is missing where there are too few samples for it. */
export interface SampleQuality {
  readonly samples: number
  /** Whether there are fewer than {@link QUALITY_LIMITS}.fewestSamples. */
  readonly tooShort: boolean
  readonly drift?: {
    /** Median of the last third over that of the first, less 1. */
    readonly change: number
    readonly pValue: number
    readonly drifted: boolean
  }
  readonly noise?: {
    /** Half of the median's interval, as a share of the median. */
    readonly uncertainty: number
    readonly noisy: boolean
  }
  /** Spread of single samples as a share of their median, by {@link relativeSpread}: nothing bad by itself. */
  readonly spread?: number
  readonly dependence?: {
    /** Autocorrelation of ranks at lag 1. */
    readonly lag1: number
    /** Nothing bad by itself, for intervals allow for it; more samples of the same round tell little. */
    readonly dependent: boolean
  }
}

/**
 * Judges samples of the steady state by themselves, without what was seen of the machine.
 *
 * @param rounds - of each sample, in which round it ran; empty: one after another.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times, and rounds that do not go with them.
 */
export function judgeSamples(
  samplesMs: Numbers,
  rounds: Numbers | undefined,
  confidence = 0.95,
): SampleQuality {
  checkConfidence(confidence)
  const times = checkedTimes(samplesMs)
  const parts = partsOfRun(times, rounds)
  const drift = driftOf(parts)
  const noise = noiseOf(times, parts, confidence)
  const spread = relativeSpread(times)
  const lag1 = lag1Autocorrelation(ranksOf(times))
  return {
    samples: times.length,
    tooShort: times.length < QUALITY_LIMITS.fewestSamples,
    ...(drift !== undefined && { drift }),
    ...(noise !== undefined && { noise }),
    ...(spread !== undefined && { spread }),
    ...(lag1 !== undefined && { dependence: { lag1, dependent: lag1 > QUALITY_LIMITS.autocorrelation } }),
  }
}

function driftOf(parts: readonly Numbers[]): SampleQuality['drift'] {
  if (parts.length < 3) return undefined
  const medians = parts.map(median)
  const third = Math.floor(medians.length / 3)
  const before = median(medians.slice(0, third))
  if (before === 0) return undefined
  const change = median(medians.slice(-third)) / before - 1
  const { pValue } = mannKendall(medians)
  const drifted = Math.abs(change) > QUALITY_LIMITS.driftChange && pValue < QUALITY_LIMITS.driftPValue
  return { change, pValue, drifted }
}

function noiseOf(times: Float64Array, parts: readonly Numbers[], confidence: number): SampleQuality['noise'] {
  if (times.length === 0) return undefined
  const sorted = ascending(times)
  const middle = median(sorted)
  const interval = quantileInterval(sorted, 0.5, confidence, effectiveSamples(parts, middle, 0.5, confidence))
  if (interval === undefined || middle === 0) return undefined
  const uncertainty = (interval.high - interval.low) / 2 / middle
  return { uncertainty, noisy: uncertainty > QUALITY_LIMITS.noise }
}
