/** A ratio, or a difference, of two durations that were measured in turns. */
export interface Ratio {
  /** Median over the rounds. */
  readonly median: number
  /** 95 % interval of the median, by a bootstrap over rounds. */
  readonly low: number
  readonly high: number
  readonly rounds: number
}

const RESAMPLES = 4000

/**
 * The ratio of two durations from paired rounds.
 *
 * Rounds, not single runs, are resampled: runs that follow each other are not independent, rounds that alternate between the two
 * sides nearly are. A drift of the machine's speed meets both sides of a round alike.
 */
export function pairedRatio(first: readonly number[], second: readonly number[]): Ratio {
  if (first.length !== second.length || first.length < 5) throw new RangeError('at least 5 rounds of both')
  const ratios = first.map((value, round) => value / (second[round] ?? Number.NaN))
  const [low, high] = bootstrapInterval(ratios)
  return { median: median(ratios), low, high, rounds: ratios.length }
}

/** The difference of two durations, in their unit, from paired rounds; see {@link pairedRatio}. */
export function pairedDifference(first: readonly number[], second: readonly number[]): Ratio {
  const differences = first.map((value, round) => value - (second[round] ?? Number.NaN))
  const [low, high] = bootstrapInterval(differences)
  return { median: median(differences), low, high, rounds: differences.length }
}

/** 95 % interval of the median of values, by a percentile bootstrap with a fixed seed. */
export function bootstrapInterval(values: readonly number[]): readonly [low: number, high: number] {
  const random = seeded(20261121)
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b)
  return [
    medians[Math.floor(RESAMPLES * 0.025)] ?? Number.NaN,
    medians[Math.ceil(RESAMPLES * 0.975) - 1] ?? Number.NaN,
  ]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

// Mulberry32: the interval of the same samples is the same each time.
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
