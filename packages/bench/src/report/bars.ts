import type { RatioResult, ResultFile } from '../result/schema.js'
import type { Bar } from '../suite/schema.js'

/** What became of a bar. */
export interface JudgedBar {
  readonly bar: Bar
  /** What was measured of it; undefined where it was not, as of a case that failed or was skipped. */
  readonly ratio: RatioResult | undefined
  /** One that was not measured is not met. */
  readonly met: boolean
}

/**
 * Holds a suite's bars against what was measured.
 *
 * An interval of less confidence than the run's, as few rounds give it, meets no bar that goes by intervals.
 */
export function judgeBars(bars: readonly Bar[], { ratios, settings }: ResultFile): readonly JudgedBar[] {
  return bars.map((bar) => {
    const ratio = ratios.find(({ id }) => id === bar.case)
    return { bar, ratio, met: ratio !== undefined && meets(bar, ratio.ratio, settings.confidence) }
  })
}

function meets(
  { most = Number.POSITIVE_INFINITY, least = 0, by }: Bar,
  { value, low, high, confidence }: RatioResult['ratio'],
  asked: number,
): boolean {
  if (by === 'value') return value >= least && value <= most
  return confidence >= asked && low >= least && high <= most
}
