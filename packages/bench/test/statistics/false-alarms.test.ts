import { describe, expect, it } from 'vitest'
import { binomialTest } from '../../src/statistics/binomial.js'
import { Random } from '../../src/statistics/random.js'
import { compareApart, compareByTurns, type LatencyRatio } from '../../src/statistics/ratio.js'
import type { TimedRounds } from '../../src/statistics/samples.js'
import {
  DISTURBED,
  ORDINARY,
  QUIET,
  type SimulatedMachine,
  simulateTurns,
  WARMING,
} from './simulated-machine.js'

const ALPHA = 0.05
const SAMPLES_OF_TURN = 30

type Compare = (one: TimedRounds, other: TimedRounds) => LatencyRatio | undefined

/** Compares so many pairs of runs, of which the first takes so many times as long as the second. */
function comparisons(
  machine: SimulatedMachine,
  rounds: number,
  repeats: number,
  factor: number,
  compare: Compare = compareByTurns,
): LatencyRatio[] {
  const random = new Random(20_241, `${machine.name} ${rounds} ${factor}`)
  return Array.from({ length: repeats }, () => {
    const [one, other] = simulateTurns(random, machine, [10 * factor, 10], rounds, SAMPLES_OF_TURN)
    const found = one && other && compare(one, other)
    if (found === undefined) throw new Error('there are rounds enough')
    return found
  })
}

const count = (found: readonly LatencyRatio[], ...verdicts: readonly string[]): number =>
  found.filter(({ verdict }) => verdicts.includes(verdict)).length

const misses = (found: readonly LatencyRatio[], factor: number): number =>
  found.filter(({ ratio }) => ratio.low > factor || ratio.high < factor).length

describe('of two that are the same, in 200 repeats', () => {
  it.each([
    [ORDINARY, 10],
    [ORDINARY, 20],
    [WARMING, 10],
    [DISTURBED, 10],
  ])('as many are called faster or slower as there may: $name, %#', (machine, rounds) => {
    const found = comparisons(machine, rounds, 200, 1)
    const alarms = count(found, 'faster', 'slower')
    // Neither more than α nor fewer: an interval that is too wide would find nothing.
    expect(binomialTest(alarms, 200, ALPHA), `${alarms} of 200`).toBeGreaterThan(0.05)
    expect(count(found, 'equal', 'undecided')).toBe(200 - alarms)
  })

  it('all but α are called equal where the machine is quiet, though as many intervals miss 1', () => {
    const found = comparisons(QUIET, 10, 200, 1)
    expect(binomialTest(misses(found, 1), 200, ALPHA), `${misses(found, 1)} of 200`).toBeGreaterThan(0.05)
    expect(count(found, 'equal')).toBeGreaterThanOrEqual(190)
    expect(count(found, 'faster', 'slower')).toBeLessThanOrEqual(2)
  })

  it('intervals of runs at different times are no narrower than they say', () => {
    // What rounds have in common does not cancel out then, so that it is left away here and stands in what they have of their own.
    const found = comparisons({ ...ORDINARY, common: 0, own: 0.03 }, 10, 200, 1, compareApart)
    const alarms = count(found, 'faster', 'slower')
    expect(alarms).toBeLessThanOrEqual(16)
    expect(alarms).toBeGreaterThanOrEqual(1)
  })
})

describe('of one that takes 5 % longer, in 100 repeats', () => {
  it.each([
    [QUIET, 6],
    [ORDINARY, 10],
    [WARMING, 15],
    [DISTURBED, 20],
  ])('95 are called slower: $name, %#', (machine, rounds) => {
    const found = comparisons(machine, rounds, 100, 1.05)
    expect(count(found, 'slower')).toBeGreaterThanOrEqual(95)
    expect(count(found, 'faster')).toBe(0)
  })

  it('the other way round, as many are called faster', () => {
    expect(count(comparisons(ORDINARY, 10, 100, 1 / 1.05), 'faster')).toBeGreaterThanOrEqual(95)
  })
})

describe('intervals', () => {
  it.each([6, 7, 8, 9, 10, 11, 12, 13, 15, 20, 21])('hold of %i rounds as often as they say', (rounds) => {
    const missed = misses(comparisons(ORDINARY, rounds, 300, 1.3), 1.3)
    // With 6.5 % missed, which is the worst there is, more than 30 of 300 happen once in a hundred tests.
    expect(missed, `${missed} of 300`).toBeLessThanOrEqual(30)
  })
})
