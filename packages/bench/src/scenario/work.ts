import type { ModelResult } from '../result/schema.js'
import type { RoundOfWork } from '../statistics/throughput.js'
import { scenarios } from './scenario.js'

/** What of a result says how much was done in its rounds. */
export type Worked = Pick<ModelResult, 'scenario' | 'samplesMs' | 'samplesAtMs' | 'rounds'>

/** What each round did, and how long it worked for it; rounds that took no time by the clock are left out. */
export function workOfRounds(model: Worked): RoundOfWork[] {
  const { runsPerSample } = scenarios[model.scenario]
  return turnsOf(model).flatMap(({ samples, ms }) =>
    ms > 0 ? [{ inferences: samples * runsPerSample, seconds: ms / 1000 }] : [],
  )
}

/** How long a model worked, in milliseconds: of samples that overlap, the time in which any was under way. */
export function workedMs(model: Worked): number {
  return turnsOf(model).reduce((sum, { ms }) => sum + ms, 0)
}

/** How many inferences a model ran. */
export function inferencesOf({ scenario, samplesMs }: Pick<Worked, 'scenario' | 'samplesMs'>): number {
  return samplesMs.length * scenarios[scenario].runsPerSample
}

/**
 * What models are compared by, round by round: the times of samples. Of offline, whose samples only say when in their round they came, the
 * round's time by its inferences.
 */
export function comparedTimes(model: Worked): Pick<ModelResult, 'samplesMs' | 'rounds'> {
  const { samplesMs, rounds, scenario } = model
  if (scenarios[scenario].tellsLatency) return { samplesMs, rounds }
  const turns = turnsOf(model)
  return {
    samplesMs: turns.map(({ ms, samples }) => ms / samples),
    rounds: turns.map(({ round }) => round),
  }
}

/**
 * What tells whether a machine was steady: times in which nothing waited for another, round by round.
 *
 * - single-stream, multi-stream: the samples. One begins when the last has ended, and so has nothing to wait for.
 * - offline: the round's time by its inferences. A sample's own says how many stood before it in line.
 * - server: samples that came when none was under way. What the others took is for the most part waiting, and that is heavy-tailed by nature: at 70 %
 *   load its medians differ from round to round on the steadiest machine, by which arrivals were drawn. The inferences themselves do not.
 *   Arrivals are a Poisson process, and a third of them find nobody; the first of a round always does.
 */
export function steadyTimes(model: Worked): Pick<ModelResult, 'samplesMs' | 'rounds'> {
  if (model.scenario !== 'server') return comparedTimes(model)
  const ends = new Map<number, number>()
  const samplesMs: number[] = []
  const rounds: number[] = []
  for (const [index, ms] of model.samplesMs.entries()) {
    const round = model.rounds[index] ?? 0
    const begin = model.samplesAtMs[index] ?? 0
    const end = ends.get(round) ?? Number.NEGATIVE_INFINITY
    ends.set(round, Math.max(end, begin + ms))
    if (begin < end) continue
    samplesMs.push(ms)
    rounds.push(round)
  }
  return { samplesMs, rounds }
}

interface Turn {
  readonly round: number
  readonly samples: number
  readonly ms: number
}

function turnsOf({ scenario, samplesMs, samplesAtMs, rounds }: Worked): Turn[] {
  const turns = new Map<number, { samples: number; sumMs: number; fromMs: number; toMs: number }>()
  for (const [index, ms] of samplesMs.entries()) {
    const round = rounds[index] ?? 0
    const begin = samplesAtMs[index] ?? 0
    const turn = turns.get(round) ?? { samples: 0, sumMs: 0, fromMs: begin, toMs: begin }
    turns.set(round, turn)
    turn.samples += 1
    turn.sumMs += ms
    turn.fromMs = Math.min(turn.fromMs, begin)
    turn.toMs = Math.max(turn.toMs, begin + ms)
  }
  const { overlapping } = scenarios[scenario]
  return [...turns].map(([round, { samples, sumMs, fromMs, toMs }]) => ({
    round,
    samples,
    ms: overlapping ? toMs - fromMs : sumMs,
  }))
}
