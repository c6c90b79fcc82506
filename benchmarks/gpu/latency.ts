import { comparePairedRounds, type Interval, median, medianOfRounds } from '@edge/bench'

/** How many times as long as a plain C++ loop a run may take. */
export const RATIO_BAR = 1.03
/** Microseconds of a run that may be no copies and no computation on the GPU. */
export const BEYOND_BAR_US = 60

/** What one round of ours gave, in milliseconds a run. */
export interface OwnRound {
  readonly hostMs: readonly number[]
  /** By the GPU's own clock: both copies, and what is between. */
  readonly gpuMs: readonly number[]
}

/** Rounds of all sides, of one engine run in one way, taken by turns. */
export interface Rounds {
  /** `await run()`, as applications call it. */
  readonly run: readonly OwnRound[]
  /** `runSync()`: on the calling thread, as the loop. */
  readonly runSync: readonly OwnRound[]
  readonly loop: readonly (readonly number[])[]
}

/** What the rounds come to. Times are medians over rounds of their medians. */
export interface Latency {
  readonly runMs: Interval
  readonly runSyncMs: Interval
  readonly loopMs: Interval
  readonly gpuMs: Interval
  /** `runSync()` against the loop, which blocks its thread as well. */
  readonly ratio: Interval
  /** `await run()` against the loop: with two hand-overs between threads. Stated, not judged. */
  readonly runRatio: Interval
  /** Microseconds of `await run()` beyond the GPU's time. */
  readonly beyondUs: Interval
  readonly withinRatio: boolean
  readonly withinBeyond: boolean
}

const ofRounds = (rounds: readonly (readonly number[])[]): Interval =>
  medianOfRounds(rounds.map((round) => median(round)))

function ratioOf(ours: readonly OwnRound[], loop: Rounds['loop']): Interval {
  const compared = comparePairedRounds(
    ours.map(({ hostMs }) => hostMs),
    loop,
  )
  if (compared === undefined) throw new RangeError('a ratio takes two rounds, and times above 0')
  return compared.ratio
}

/** Judges: a bar is met where the whole interval is on its right side. */
export function latencyOf({ run, runSync, loop }: Rounds): Latency {
  const ratio = ratioOf(runSync, loop)
  const beyondUs = ofRounds(
    run.map(({ hostMs, gpuMs }) => hostMs.map((ms, i) => 1000 * (ms - (gpuMs[i] ?? Number.NaN)))),
  )
  return {
    runMs: ofRounds(run.map(({ hostMs }) => hostMs)),
    runSyncMs: ofRounds(runSync.map(({ hostMs }) => hostMs)),
    loopMs: ofRounds(loop),
    gpuMs: ofRounds(run.map(({ gpuMs }) => gpuMs)),
    ratio,
    runRatio: ratioOf(run, loop),
    beyondUs,
    withinRatio: ratio.high <= RATIO_BAR,
    withinBeyond: beyondUs.high <= BEYOND_BAR_US,
  }
}
