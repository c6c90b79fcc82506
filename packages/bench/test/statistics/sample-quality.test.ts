import { describe, expect, it } from 'vitest'
import { partsOfRun } from '../../src/statistics/parts-of-run.js'
import { Random } from '../../src/statistics/random.js'
import { judgeSamples, QUALITY_LIMITS, type SampleQuality } from '../../src/statistics/sample-quality.js'
import { latencies, roundsOf, SAMPLES } from './golden-samples.js'
import { expectRefusal, NO_TIMES } from './refusals.js'
import { DISTURBED, ORDINARY, QUIET, type SimulatedMachine, simulateTurns } from './simulated-machine.js'

const ROUNDS = 10
const SAMPLES_OF_TURN = 30

/** Of 100 runs, of which each round takes so many times as long as it would. */
function judged(machine: SimulatedMachine, slowDown: (round: number) => number = () => 1): SampleQuality[] {
  const random = new Random(31, machine.name)
  return Array.from({ length: 100 }, () => {
    const [run] = simulateTurns(random, machine, [10], ROUNDS, SAMPLES_OF_TURN)
    if (run === undefined) throw new Error('there is one')
    const samples = Array.from(run.samplesMs, (ms, index) => ms * slowDown(run.rounds[index] ?? 0))
    return judgeSamples(samples, run.rounds)
  })
}

const drifted = (of: readonly SampleQuality[]) => of.filter(({ drift }) => drift?.drifted).length
const noisy = (of: readonly SampleQuality[]) => of.filter(({ noise }) => noise?.noisy).length

describe('drift', () => {
  it('is seldom called where there is none', () => {
    expect(drifted(judged(QUIET))).toBe(0)
    expect(drifted(judged(ORDINARY))).toBeLessThanOrEqual(10)
  })

  it('is found of a machine that gets slower, and of one that gets faster', () => {
    const slower = judged(QUIET, (round) => 1 + 0.015 * round)
    expect(drifted(slower)).toBeGreaterThanOrEqual(95)
    expect(slower[0]?.drift?.change).toBeGreaterThan(0.05)
    const faster = judged(QUIET, (round) => 1.15 - 0.015 * round)
    expect(drifted(faster)).toBeGreaterThanOrEqual(95)
    expect(faster[0]?.drift?.change).toBeLessThan(-0.05)
  })

  it('is none below its limit, however certain', () => {
    const slightly = judged(QUIET, (round) => 1 + 0.0032 * round)
    expect(slightly.filter(({ drift }) => (drift?.pValue ?? 1) < 0.05).length).toBeGreaterThan(50)
    expect(drifted(slightly)).toBeLessThanOrEqual(5)
  })

  it('of 4.5 % moves the median by more than what counts as equal', () => {
    const parts = Array.from({ length: 9 }, (_, round) => 10 + 0.075 * round)
    const judgement = judgeSamples(parts, [...parts.keys()])
    expect(judgement.drift?.change).toBeCloseTo(0.0447, 4)
    expect(judgement.drift?.drifted).toBe(true)
  })

  it('or noise is found of one that is throttled half-way', () => {
    const throttled = judged(QUIET, (round) => (round < 5 ? 1 : 1.25))
    const either = throttled.filter(({ drift, noise }) => drift?.drifted === true || noise?.noisy === true)
    expect(either.length).toBeGreaterThanOrEqual(95)
  })
})

describe('noise', () => {
  it('is called where rounds differ, not where single samples do', () => {
    expect(noisy(judged(QUIET))).toBe(0)
    // Medians of 30 samples that differ so much differ by 3.4 %.
    expect(noisy(judged({ ...QUIET, within: 0.15, dependence: 0 }))).toBeLessThanOrEqual(5)
    expect(noisy(judged({ ...DISTURBED, common: 0.15 }))).toBeGreaterThanOrEqual(95)
  })

  it('cannot be told without rounds', () => {
    expect(judgeSamples(latencies(100, 1), []).noise).toBeUndefined()
    expect(judgeSamples(latencies(100, 1), roundsOf(100, 1)).noise).toBeUndefined()
    expect(judgeSamples([1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 2, 2]).noise).toEqual({
      betweenRounds: 0.5,
      noisy: true,
    })
  })
})

describe('dependence', () => {
  it('is called of samples that go with those before', () => {
    const dependent = (of: readonly SampleQuality[]) =>
      of.filter(({ dependence }) => dependence?.dependent).length
    expect(dependent(judged(ORDINARY))).toBe(100)
    expect(dependent(judged({ ...QUIET, common: 0, own: 0, dependence: 0 }))).toBe(0)
  })
})

describe('judgeSamples', () => {
  it('calls fewer than 30 too few', () => {
    expect(judgeSamples(latencies(29, 1), []).tooShort).toBe(true)
    expect(judgeSamples(latencies(30, 1), []).tooShort).toBe(false)
    expect(QUALITY_LIMITS.fewestSamples).toBe(30)
  })

  it('says what it can of any samples', () => {
    expect(judgeSamples([], [])).toEqual({ samples: 0, tooShort: true })
    expect(judgeSamples([5], undefined)).toEqual({ samples: 1, tooShort: true, spread: 0 })
    expect(judgeSamples([0, 0, 0, 0, 0, 0, 0], [])).toEqual({ samples: 7, tooShort: true })
    for (const samples of Object.values(SAMPLES)) {
      const numbers = Object.values(judgeSamples(samples, [])).flatMap((part) =>
        typeof part === 'object' ? Object.values(part) : part,
      )
      expect(numbers.every((part) => typeof part === 'boolean' || Number.isFinite(part))).toBe(true)
    }
  })

  it('is refused of what is no time', () => {
    for (const wrong of NO_TIMES) expectRefusal(() => judgeSamples([1, wrong], []))
    expectRefusal(() => judgeSamples([1, 2, 3], [0, 1]))
  })
})

describe('partsOfRun', () => {
  it('are rounds, or ten parts where these are fewer than five', () => {
    const samples = latencies(100, 1)
    expect(partsOfRun(samples, roundsOf(100, 5)).map(({ length }) => length)).toEqual([20, 20, 20, 20, 20])
    expect(partsOfRun(samples, roundsOf(100, 4))).toHaveLength(10)
    expect(partsOfRun(samples, []).flat()).toEqual(samples)
    expect(partsOfRun([1, 2, 3], undefined)).toEqual([[1], [2], [3]])
  })
})
