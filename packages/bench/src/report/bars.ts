import type { RatioResult, ResultFile } from '../result/schema.js'
import type { Bar } from '../suite/schema.js'

/** `undecided`: the interval reaches across the bar, or is of too few rounds to be one of the run's confidence. */
export type BarVerdict = 'met' | 'missed' | 'undecided' | 'not measured'

/** What became of a bar. */
export interface JudgedBar {
  readonly bar: Bar
  /** What was measured of it; undefined where it was not, as of a case that failed or was skipped. */
  readonly ratio: RatioResult | undefined
  readonly verdict: BarVerdict
  /** Whether the figures of either of the two are not to be believed. */
  readonly unreliable: boolean
  /**
   * Whether the exit code is 1 for it: it was missed for certain, by reliable figures, or not measured. A build is not to break because the
   * machine was busy, or because there were too few rounds to tell.
   */
  readonly fails: boolean
}

/** Holds a suite's bars against what was measured. */
export function judgeBars(
  bars: readonly Bar[],
  { ratios, models, settings }: ResultFile,
): readonly JudgedBar[] {
  const doubtful = new Set(models.filter(({ reliable }) => !reliable).map(({ id }) => id))
  return bars.map((bar) => {
    const ratio = ratios.find(({ id }) => id === bar.case)
    if (ratio === undefined) {
      return { bar, ratio, verdict: 'not measured', unreliable: false, fails: true }
    }
    const verdict = verdictOf(bar, ratio.ratio, settings.confidence)
    const unreliable = doubtful.has(ratio.id) || doubtful.has(ratio.to)
    return { bar, ratio, verdict, unreliable, fails: verdict === 'missed' && !unreliable }
  })
}

function verdictOf(
  { most = Number.POSITIVE_INFINITY, least = 0, by }: Bar,
  { value, low, high, confidence }: RatioResult['ratio'],
  asked: number,
): BarVerdict {
  if (by === 'value') return value >= least && value <= most ? 'met' : 'missed'
  if (confidence < asked) return 'undecided'
  if (low >= least && high <= most) return 'met'
  return low > most || high < least ? 'missed' : 'undecided'
}
