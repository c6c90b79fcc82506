import { describe, expect, it } from 'vitest'
import { comparedTimes } from '../../src/scenario/work.js'
import type { ScenarioName } from '../../src/suite/schema.js'
import { fakeRun, modelOf, resultOf, samplesARound } from './fake-runs.js'

// Rounds differ by 1 % and samples by 3 %, as on a machine that is left alone.
const noise = (seed: number) => ({ seed, round: 0.01, sample: 0.03 })
const measure = { minRuns: 400, rounds: 20, droppedAfterSwitch: 5 }

describe.each(['interleaved', 'sequence'] as const)('ratios, %s', (order) => {
  it('find no difference where there is none, and 5 % where they were put in, in 20 rounds', async () => {
    const { benchmark } = fakeRun({
      fakes: {
        base: { ms: 10, noise: noise(11) },
        same: { ms: 10, noise: noise(12) },
        slower: { ms: 10.5, noise: noise(13) },
        faster: { ms: 5, noise: noise(14) },
      },
      measure: { ...measure, order },
    })
    const { ratios } = await resultOf(benchmark)
    expect(ratios.map(({ id, to, rounds, verdict }) => [id, to, rounds, verdict])).toEqual([
      ['same/fake/t1', 'base/fake/t1', 20, 'equal'],
      ['slower/fake/t1', 'base/fake/t1', 20, 'slower'],
      ['faster/fake/t1', 'base/fake/t1', 20, 'faster'],
    ])
    const [same, slower, faster] = ratios.map(({ ratio }) => ratio)
    for (const [ratio, truth] of [
      [same, 1],
      [slower, 1.05],
      [faster, 0.5],
    ] as const) {
      expect(ratio?.confidence).toBe(0.95)
      expect(Math.abs((ratio?.value ?? 0) / truth - 1)).toBeLessThan(0.01)
      expect((ratio?.high ?? 0) / (ratio?.low ?? 0)).toBeLessThan(1.03)
    }
  })
})

it('decide nothing from too few rounds', async () => {
  const { benchmark } = fakeRun({
    fakes: { base: { ms: 10 }, slower: { ms: 20 } },
    measure: { rounds: 3 },
  })
  const [ratio] = (await resultOf(benchmark)).ratios
  expect(ratio).toMatchObject({
    rounds: 3,
    verdict: 'undecided',
    ratio: { value: expect.closeTo(2), confidence: 0.75 },
  })
})

it('are of the baseline that was asked for', async () => {
  const { benchmark } = fakeRun({ fakes: { a: { ms: 2 }, b: { ms: 1 } }, baseline: 'b' })
  const { ratios } = await resultOf(benchmark)
  expect(ratios).toMatchObject([{ id: 'a/fake/t1', to: 'b/fake/t1', ratio: { value: expect.closeTo(2) } }])
})

it('are of the one case that was asked for, whatever else differs', async () => {
  const { benchmark } = fakeRun({
    fakes: { a: { ms: 2 }, b: { ms: 1 }, c: { ms: 4 } },
    baseline: 'b/fake/t1',
  })
  const [a, b, c] = benchmark.cases
  if (a === undefined || b === undefined || c === undefined) throw new Error('there are three')
  const cases = [a, b, { ...c, id: 'c/fake/t2', threads: 2 }]
  const { ratios } = await resultOf({ ...benchmark, cases })
  expect(ratios).toMatchObject([
    { id: 'a/fake/t1', to: 'b/fake/t1', ratio: { value: expect.closeTo(2) } },
    { id: 'c/fake/t2', to: 'b/fake/t1', ratio: { value: expect.closeTo(4) } },
  ])
})

it.each<ScenarioName>(['multi-stream', 'offline'])(
  '%s: twice as long is a ratio of 2, however many runs a round has',
  async (scenario) => {
    const { benchmark } = fakeRun({
      fakes: { base: { ms: 0.5, real: true }, slower: { ms: 1, real: true } },
      scenario,
      measure: { minRuns: 1, minSeconds: 0.16, rounds: 8, warmUpRuns: 2, droppedAfterSwitch: 0 },
    })
    const result = await resultOf(benchmark)
    const [base, slower] = [modelOf(result, 'base'), modelOf(result, 'slower')]
    // The same time each, and half as many runs: what their samples take is about the same.
    expect(samplesARound(base)[0]).toBeGreaterThan(1.5 * (samplesARound(slower)[0] ?? 0))
    expect(result.ratios).toMatchObject([{ verdict: 'slower', ratio: { value: expect.closeTo(2, 5) } }])
  },
)

describe('comparedTimes', () => {
  const model = { samplesMs: [10, 20, 30, 40, 50], samplesAtMs: [0, 0, 0, 100, 100], rounds: [0, 0, 0, 1, 1] }

  it('are those of samples', () => {
    for (const scenario of ['single-stream', 'multi-stream', 'server'] as const) {
      expect(comparedTimes({ ...model, scenario })).toEqual({
        samplesMs: model.samplesMs,
        rounds: model.rounds,
      })
    }
  })

  it('and of offline, the round’s by its inferences', () => {
    expect(comparedTimes({ ...model, scenario: 'offline' })).toEqual({ samplesMs: [10, 25], rounds: [0, 1] })
  })
})
