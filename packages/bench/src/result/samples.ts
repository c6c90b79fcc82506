import type { TimedRounds } from '../statistics/samples.js'

/** The samples of each round in which the model had any, in milliseconds, rounds in their order: what ratios are bootstrapped over. */
export function samplesByRound({ samplesMs, rounds }: TimedRounds): number[][] {
  const byRound = new Map<number, number[]>()
  for (const [index, ms] of Array.from(samplesMs).entries()) {
    const round = rounds[index] ?? 0
    const samples = byRound.get(round)
    if (samples === undefined) byRound.set(round, [ms])
    else samples.push(ms)
  }
  return [...byRound].sort(([one], [other]) => one - other).map(([, samples]) => samples)
}
