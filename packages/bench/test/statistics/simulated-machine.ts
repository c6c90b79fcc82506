import type { Random } from '../../src/statistics/random.js'
import type { TimedRounds } from '../../src/statistics/samples.js'

/** What a machine does to latencies. Deviations are those of logarithms: 0.02 is 2 %. */
export interface SimulatedMachine {
  readonly name: string
  /** How rounds differ for all subjects alike: clocks, neighbours. */
  readonly common: number
  /** Whether that adds up from round to round, as warmth does. */
  readonly drifting?: boolean
  /** How each subject's turns differ beyond that. */
  readonly own: number
  /** Share of turns in which something else ran, and by what it slowed them down. */
  readonly disturbed?: readonly [share: number, by: number]
  /** How the samples of a turn differ, and how much each goes with the one before. */
  readonly within: number
  readonly dependence: number
  /** Share of samples that are slowed down by a Pareto distribution with exponent 1.5, which has no variance. */
  readonly spikes: number
}

export const QUIET: SimulatedMachine = {
  name: 'quiet',
  common: 0.01,
  own: 0.003,
  within: 0.01,
  dependence: 0.5,
  spikes: 0.01,
}
export const ORDINARY: SimulatedMachine = {
  name: 'ordinary',
  common: 0.03,
  own: 0.01,
  within: 0.03,
  dependence: 0.8,
  spikes: 0.03,
}
export const WARMING: SimulatedMachine = {
  ...ORDINARY,
  name: 'warming up',
  common: 0.03,
  drifting: true,
  dependence: 0.9,
}
export const DISTURBED: SimulatedMachine = { ...ORDINARY, name: 'disturbed', disturbed: [0.1, 0.25] }

/** By Box and Muller (1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}

/**
 * Subjects that run by turns on a machine.
 *
 * @param meansMs - what each would take were there nothing but it.
 */
export function simulateTurns(
  random: Random,
  machine: SimulatedMachine,
  meansMs: readonly number[],
  rounds: number,
  samplesOfTurn: number,
): TimedRounds[] {
  const subjects = meansMs.map((meanMs) => ({
    meanMs,
    samplesMs: new Float64Array(rounds * samplesOfTurn),
    rounds: new Uint32Array(rounds * samplesOfTurn),
  }))
  const [disturbedShare, disturbedBy] = machine.disturbed ?? [0, 0]
  const follow = Math.sqrt(1 - machine.dependence ** 2)
  let common = 0
  for (let round = 0; round < rounds; round++) {
    common = (machine.drifting === true ? common : 0) + machine.common * normal(random)
    for (const subject of subjects) {
      const disturbed = random.uniform() < disturbedShare ? disturbedBy : 0
      const turn = Math.log(subject.meanMs) + common + machine.own * normal(random) + disturbed
      let state = normal(random)
      for (let sample = 0; sample < samplesOfTurn; sample++) {
        state = machine.dependence * state + follow * normal(random)
        const spike = random.uniform() < machine.spikes ? 0.3 * ((1 - random.uniform()) ** (-1 / 1.5) - 1) : 0
        const place = round * samplesOfTurn + sample
        subject.samplesMs[place] = Math.exp(turn + machine.within * state) * (1 + spike)
        subject.rounds[place] = round
      }
    }
  }
  return subjects
}
