// What the page's own program draws. Types alone: it is another program, for which this one writes JSON.

/** Everything that is drawn. Figures are rounded to what a pixel can show; tables have the exact ones. */
export interface PageData {
  readonly models: readonly PageModel[]
  readonly timeline: Timeline
  readonly tradeOff: TradeOff | undefined
  readonly ratios: readonly PageRatio[]
  readonly confusion: readonly ConfusionMatrix[]
}

/** One result that has samples: what is drawn of it has its place in the list of models as `model`. */
export interface PageModel {
  readonly id: string
  readonly medianMs: number
  readonly marks: readonly string[]
  readonly distribution: Distribution
}

/** The samples of one model. */
export interface Distribution {
  /** Whisker, quartile, median, quartile, whisker, in milliseconds: Tukey's box plot. */
  readonly box: readonly [number, number, number, number, number]
  /** Samples beyond the whiskers, the farthest. */
  readonly outliersMs: readonly number[]
  /** How many there are beyond the whiskers. */
  readonly outliers: number
  /** Steps of the empirical distribution: milliseconds, and the share of samples that took no longer. */
  readonly ecdf: readonly (readonly [ms: number, share: number])[]
}

/** Every inference over time, and the machine beneath. Seconds since the run began. */
export interface Timeline {
  readonly samples: readonly SampleSeries[]
  /** Rounds, or turns of one model after the other. */
  readonly bands: readonly Band[]
  readonly temperatures: readonly SensorSeries[]
  readonly clocks: readonly SensorSeries[]
  /** Shares of the processors, in per cent. */
  readonly loads: readonly SensorSeries[]
  /** When the machine said that it throttled. */
  readonly throttledS: readonly number[]
}

export interface SampleSeries {
  readonly model: number
  /** When each began: the first since the run began, each other one since that before it. In tenths of a millisecond: short to write. */
  readonly steps: readonly number[]
  readonly ms: readonly number[]
}

export interface Band {
  readonly name: string
  readonly fromS: number
  readonly toS: number
}

export interface SensorSeries {
  readonly name: string
  readonly atS: readonly number[]
  readonly values: readonly number[]
}

/** Size, accuracy and latency against each other; without accuracy, size and latency. */
export interface TradeOff {
  readonly against: 'top1' | 'size'
  readonly points: readonly TradeOffPoint[]
  /** Places in `points` of those that none beats in both, by latency. */
  readonly front: readonly number[]
}

export interface TradeOffPoint {
  readonly model: number
  readonly medianMs: number
  readonly bytes: number | undefined
  /** Per cent or megabytes. */
  readonly y: number
  readonly low: number | undefined
  readonly high: number | undefined
}

export interface PageRatio {
  readonly id: string
  readonly to: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly verdict: 'faster' | 'slower' | 'equal' | 'undecided'
  /** Whether the figures of either are not to be believed. */
  readonly unreliable: boolean
}

/** How often pictures of one class were taken for another. */
export interface ConfusionMatrix {
  readonly id: string
  readonly classes: readonly string[]
  /** Places in `classes` of what it was and what it was taken for, and how often. */
  readonly counts: readonly (readonly [expected: number, returned: number, times: number])[]
}
