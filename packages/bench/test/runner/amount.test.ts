import { describe, expect, it } from 'vitest'
import { samplesOfTurn } from '../../src/runner/turn-length.js'
import { workedMs } from '../../src/scenario/work.js'
import { measureSchema } from '../../src/suite/schema.js'
import { fakeRun, modelOf, resultOf, samplesARound } from './fake-runs.js'

const measure = (asked: object) => measureSchema.parse({ minRuns: 100, minSeconds: 0, rounds: 10, ...asked })
const tenth = { minRuns: 1, minSeconds: 0.1, rounds: 2, droppedAfterSwitch: 0 }
const begin = { samples: 0, ms: 0, sampleMs: 10, turnsLeft: 10 }

describe('samplesOfTurn', () => {
  it('divides the runs that were asked for', () => {
    expect(samplesOfTurn(measure({ minRuns: 100 }), begin)).toBe(10)
    expect(samplesOfTurn(measure({ minRuns: 101 }), begin)).toBe(11)
    expect(samplesOfTurn(measure({ minRuns: 1 }), begin)).toBe(1)
  })

  it('or as many as the seconds take, with a twentieth more', () => {
    expect(samplesOfTurn(measure({ minSeconds: 2 }), begin)).toBe(21)
    expect(samplesOfTurn(measure({ minSeconds: 2, minRuns: 1000 }), begin)).toBe(100)
  })

  it('takes no more time than allowed, and nothing once that is used up', () => {
    expect(samplesOfTurn(measure({ minSeconds: 2, maxSeconds: 0.5 }), begin)).toBe(5)
    expect(samplesOfTurn(measure({ minRuns: 1000, maxSeconds: 0.5 }), begin)).toBe(5)
    expect(samplesOfTurn(measure({ maxSeconds: 0.5 }), { ...begin, ms: 500 })).toBe(0)
    expect(samplesOfTurn(measure({ maxSeconds: 0.5 }), { ...begin, ms: 499 })).toBe(1)
    expect(samplesOfTurn(measure({}), { ...begin, turnsLeft: 0 })).toBe(0)
  })

  it('makes up for what the turns before took less or more than expected', () => {
    // It was taken for twice as slow as it is: half the time is gone, of which a quarter was used.
    const half = { samples: 105, ms: 525, sampleMs: 5, turnsLeft: 5 }
    expect(samplesOfTurn(measure({ minSeconds: 2 }), half)).toBe(63)
    expect(
      samplesOfTurn(measure({ minSeconds: 2 }), { samples: 500, ms: 2500, sampleMs: 5, turnsLeft: 1 }),
    ).toBe(1)
  })

  it('asks a clock that says nothing for a bearable number', () => {
    const n = samplesOfTurn(measure({ minSeconds: 2 }), { ...begin, sampleMs: 0 })
    expect(n).toBeGreaterThan(10)
    expect(n).toBeLessThan(1e6)
  })
})

describe('a run', () => {
  it('measures runs and seconds at least, all rounds alike, and warm-up and first runs apart', async () => {
    const { benchmark } = fakeRun({
      fakes: { fast: { ms: 0.5 }, slow: { ms: 50 } },
      measure: { minRuns: 100, minSeconds: 1, rounds: 5, warmUpRuns: 7, droppedAfterSwitch: 3 },
    })
    const result = await resultOf(benchmark)
    const [fast, slow] = [modelOf(result, 'fast'), modelOf(result, 'slow')]
    expect(samplesARound(slow)).toEqual([20, 20, 20, 20, 20])
    expect(samplesARound(fast)).toEqual([420, 420, 420, 420, 420])
    expect(fast.warmUpMs).toHaveLength(7)
    expect(fast).toMatchObject({ loadMs: 5, firstRunMs: 2, version: 'fake 1.0', peakRssBytes: 1e6 })
    expect(fast.latencyMs).toMatchObject({ samples: 2100, median: 0.5, stddev: 0 })
    expect(fast.sizeBytes).toBe('the model fast'.length)
    expect(result).toMatchObject({ complete: true, settings: { rounds: 5, seed: 1, endToEnd: false } })
    expect(fast.warnings).toEqual([])
  })

  it('makes up for a warm-up that was slower, in the last round at the latest', async () => {
    const { benchmark } = fakeRun({
      fakes: { a: { ms: 1, slowWarmUp: 10 } },
      measure: { minRuns: 1, minSeconds: 0.1, rounds: 2, droppedAfterSwitch: 0 },
    })
    const model = modelOf(await resultOf(benchmark), 'a')
    expect(samplesARound(model)).toEqual([6, 99])
    const { benchmark: single } = fakeRun({
      fakes: { a: { ms: 1, slowWarmUp: 10 } },
      measure: { minRuns: 1, minSeconds: 0.1, rounds: 1, droppedAfterSwitch: 0 },
    })
    expect(samplesARound(modelOf(await resultOf(single), 'a'))).toEqual([105])
  })

  it('ends a slow model where its time is up', async () => {
    const { benchmark } = fakeRun({
      fakes: { slow: { ms: 400 } },
      measure: { minRuns: 100, maxSeconds: 1, rounds: 10 },
    })
    const slow = modelOf(await resultOf(benchmark), 'slow')
    expect(samplesARound(slow)).toEqual([1, 1, 1])
    expect(slow.warnings).toMatchObject([{ code: 'too-short', unreliable: true }])
  })

  // Of inferences that take 1 ms, one after another, and of which 0.1 s are asked for.
  it.each([
    // 14 queries take 112 ms, which is more than a twentieth too long; 13 would be too few.
    { scenario: 'multi-stream', counts: [7, 7], longestMs: 8, perSecond: 1000 },
    // All begin at once: the last of 53 has waited for all before it.
    { scenario: 'offline', counts: [53, 52], longestMs: 53, perSecond: 1000 },
  ] as const)(
    'counts the time that $scenario takes, not what its samples take together',
    async (expected) => {
      const { scenario } = expected
      const { benchmark, log } = fakeRun({ fakes: { a: { ms: 1, real: true } }, scenario, measure: tenth })
      const model = modelOf(await resultOf(benchmark), 'a')
      expect(samplesARound(model)).toEqual(expected.counts)
      expect(log.runs('a')).toEqual(expected.counts.map((n) => (scenario === 'multi-stream' ? 8 * n : n)))
      expect(Math.max(...model.samplesMs)).toBeCloseTo(expected.longestMs)
      expect(model.throughput?.value).toBeCloseTo(expected.perSecond)
      expect(model.latencyMs === undefined).toBe(scenario === 'offline')
      // 14 queries are few.
      expect(model.warnings.map(({ code }) => code)).toEqual(scenario === 'multi-stream' ? ['too-short'] : [])
    },
  )

  it('asks a server for 70 % of what it can do, for as long', async () => {
    const { benchmark, log } = fakeRun({
      fakes: { a: { ms: 1, real: true } },
      scenario: 'server',
      measure: { ...tenth, minSeconds: 0.4 },
    })
    const model = modelOf(await resultOf(benchmark), 'a')
    const [first, second] = log.runRequests('a').map(({ arrivalsMs = [] }) => arrivalsMs)
    expect(first).toHaveLength(147)
    expect(first?.[0]).toBe(0)
    expect(second?.slice(0, 9)).not.toEqual(first?.slice(0, 9))
    expect(workedMs(model)).toBeGreaterThan(400)
    // 147 gaps have a mean that is known to 8 %.
    expect((first?.at(-1) ?? 0) / 146 / (1 / 0.7)).toBeCloseTo(1, 0)
    expect((model.throughput?.value ?? 0) / 700).toBeCloseTo(1, 0)
    expect(model.latencyMs?.mean).toBeGreaterThan(1.2)
    expect(model.warnings.map(({ code }) => code)).not.toContain('too-short')
  })

  it('waits as much longer for a turn as it is expected to take', async () => {
    const { benchmark } = fakeRun({
      fakes: { a: { ms: 90, real: true } },
      measure: { minRuns: 20, rounds: 1, droppedAfterSwitch: 0, timeoutSeconds: 1.5 },
    })
    const { error, samplesMs } = modelOf(await resultOf(benchmark), 'a')
    expect(error).toBeUndefined()
    expect(samplesMs).toHaveLength(20)
  })

  it('tells no throughput of single-stream', async () => {
    const { benchmark } = fakeRun({ fakes: { a: {} } })
    expect(modelOf(await resultOf(benchmark), 'a').throughput).toBeUndefined()
  })

  it('runs batches on made-up input', async () => {
    const { benchmark, log } = fakeRun({ fakes: { a: {} }, images: ['a.jpg', 'b.jpg'], batch: 4 })
    const model = modelOf(await resultOf(benchmark), 'a')
    expect(model.samplesMs).toHaveLength(12)
    expect(model.samplesOf).toEqual([])
    expect(log.lines('a')[0]).toMatchObject({ ask: 'load', batch: 4, images: [] })
  })
})
