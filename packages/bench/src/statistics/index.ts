export { lag1Autocorrelation, ranksOf } from './autocorrelation.js'
export {
  binomialCdf,
  binomialLogPmf,
  binomialPmf,
  binomialQuantile,
  binomialSurvival,
  binomialTest,
} from './binomial.js'
export { medianOfRounds } from './bootstrap-interval.js'
export { FEWEST_SAMPLES, type MeasuredSamples, summarizeLatency } from './latency.js'
export { mannKendall, type Trend } from './mann-kendall.js'
export { type JudgedPicture, mcnemar, mcnemarOfPictures } from './mcnemar.js'
export { quantileInterval, quantileRanks, type Ranks, ranksOfMax, ranksOfMin } from './order-statistics.js'
export { median, quantile } from './quantile.js'
export { Random } from './random.js'
export {
  compareApart,
  compareByTurns,
  comparePairedRounds,
  compareUnpairedRounds,
  type LatencyRatio,
  type RatioOptions,
  type Verdict,
  verdictOf,
} from './ratio.js'
export { judgeSamples, QUALITY_LIMITS, type SampleQuality } from './sample-quality.js'
export type { Numbers, TimedRounds } from './samples.js'
export { medianAbsoluteDeviation, relativeSpread } from './spread.js'
export { type RoundOfWork, throughputOf } from './throughput.js'
export { wilsonInterval } from './wilson.js'
