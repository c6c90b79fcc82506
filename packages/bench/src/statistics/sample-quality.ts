import { lag1Autocorrelation, ranksOf } from './autocorrelation.js'
import { mannKendall } from './mann-kendall.js'
import { momentsOf } from './moments.js'
import { partsOfRun } from './parts-of-run.js'
import { median } from './quantile.js'
import { samplesOfRounds } from './rounds.js'
import { checkedTimes, type Numbers } from './samples.js'
import { relativeSpread } from './spread.js'

/**
 * From where on samples are not to be believed, or say so of themselves. The measure is that two models count as equally fast within ±2 %.
 */
export const QUALITY_LIMITS = {
  /** Below so many samples, the interval of a median reaches from the 10th to the 21st of 30: its width is a third of all samples. */
  fewestSamples: 30,
  /**
   * Drift: the last third of the run takes so much more, or less, than the first third: half of it moves the median, and ±2 % counts as
   * equal…
   */
  driftChange: 0.04,
  /** …and the trend of the rounds' medians is no accident, by {@link mannKendall}. */
  driftPValue: 0.05,
  /** Noise: spread of the medians of rounds, their standard deviation by their mean. Of ten rounds, 5 % make an interval of about ±3 %. */
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
    /** Standard deviation of the medians of rounds by their mean. */
    readonly betweenRounds: number
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
 * @param rounds - of each sample, in which round it ran; empty: one after another, which says nothing of noise.
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times, and rounds that do not go with them.
 */
export function judgeSamples(samplesMs: Numbers, rounds: Numbers | undefined): SampleQuality {
  const times = checkedTimes(samplesMs)
  const drift = driftOf(partsOfRun(times, rounds))
  const noise = noiseOf(times, rounds)
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

function noiseOf(samplesMs: Numbers, rounds: Numbers | undefined): SampleQuality['noise'] {
  if (rounds === undefined || rounds.length === 0) return undefined
  const medians = Float64Array.from(samplesOfRounds({ samplesMs, rounds }), (samples) => median(samples))
  const { mean, stddev } = momentsOf(medians)
  if (medians.length < 2 || mean === 0) return undefined
  const betweenRounds = stddev / mean
  return { betweenRounds, noisy: betweenRounds > QUALITY_LIMITS.noise }
}
