import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { intervalSchema, latencySchema } from '../../src/result/schema.js'
import { effectiveSamples } from '../../src/statistics/effective-samples.js'
import { summarizeLatency } from '../../src/statistics/latency.js'
import { partsOfRun } from '../../src/statistics/parts-of-run.js'
import { quantile } from '../../src/statistics/quantile.js'
import { Random } from '../../src/statistics/random.js'
import { expectClose } from './close-to.js'
import { goldenCases, latencies, roundsOf, SAMPLES } from './golden-samples.js'
import { expectRefusal, NO_TIMES } from './refusals.js'

const golden = goldenCases(
  'summaries',
  z.array(
    z.object({
      count: z.number(),
      rounds: z.number(),
      disturbed: z.number(),
      asked: z.number(),
      percentiles: z.array(z.tuple([z.number(), z.number(), intervalSchema.nullable()])),
    }),
  ),
)

const FEWEST: Readonly<Record<string, number>> = { p50: 1, p90: 100, p95: 500, p99: 500 }

describe('percentiles', () => {
  it.each(golden)('of $count samples in $rounds rounds, $disturbed of them disturbed, at $asked', (one) => {
    const rounds = roundsOf(one.count, one.rounds)
    const samplesMs = latencies(one.count, 300 + one.count).map((ms, index) =>
      (rounds[index] ?? 0) < one.disturbed ? ms * 1.3 : ms,
    )
    const summary = latencySchema.parse(summarizeLatency({ samplesMs, rounds }, one.asked))
    for (const [p, worth, interval] of one.percentiles) {
      const parts = partsOfRun(samplesMs, rounds)
      expect(effectiveSamples(parts, quantile(samplesMs, p), p, one.asked)).toBe(worth)
      const name = `p${p * 100}`
      const found = Object.entries(summary).find(([key]) => key === name)?.[1]
      if (interval === null || one.count < (FEWEST[name] ?? 0)) {
        expect(found, name).toBeUndefined()
        continue
      }
      const { confidence, ...places } = intervalSchema.parse(found)
      expect({ ...places }, name).toEqual({ value: interval.value, low: interval.low, high: interval.high })
      expectClose(confidence, interval.confidence, 1e-10, name)
    }
  })

  it('begin with 100 samples, and with 500', () => {
    const names = (count: number) =>
      Object.keys(summarizeLatency({ samplesMs: latencies(count, 1) }) ?? {}).filter((key) =>
        /^p\d/.test(key),
      )
    expect(names(5)).toEqual([])
    expect(names(6)).toEqual(['p50'])
    expect(names(99)).toEqual(['p50'])
    expect(names(100)).toEqual(['p50', 'p90'])
    expect(names(499)).toEqual(['p50', 'p90'])
    expect(names(500)).toEqual(['p50', 'p90', 'p95', 'p99'])
  })
})

describe('summarizeLatency', () => {
  it('says of any samples what the format can take', () => {
    for (const samplesMs of Object.values(SAMPLES)) {
      const summary = latencySchema.parse(summarizeLatency({ samplesMs }))
      expect(summary.samples).toBe(samplesMs.length)
      expect(summary.min.ms).toBe(samplesMs.reduce((least, ms) => Math.min(least, ms)))
      expect(summary.max.ms).toBe(samplesMs.reduce((most, ms) => Math.max(most, ms)))
      expect(samplesMs[summary.max.index]).toBe(summary.max.ms)
    }
  })

  it('is undefined of nothing', () => {
    expect(summarizeLatency({ samplesMs: [] })).toBeUndefined()
  })

  it('names the picture of an extreme, the first of several', () => {
    const samplesMs = [2, 9, 1, 9, 1]
    const samplesOf = [0, 1, 2, 0, 1]
    const summary = summarizeLatency({ samplesMs, samplesOf, images: ['a.jpg', 'b.jpg', 'c.jpg'] })
    expect(summary?.max).toEqual({ ms: 9, index: 1, image: 'b.jpg', ranks: [2, 5] })
    expect(summary?.min).toEqual({ ms: 1, index: 2, image: 'c.jpg', ranks: [1, 4] })
    expect(summarizeLatency({ samplesMs, samplesOf: [], images: [] })?.max).not.toHaveProperty('image')
  })

  it('is the same in any order, but for places', () => {
    const samplesMs = latencies(1000, 7)
    const rounds = roundsOf(1000, 10)
    const order = new Random(1).shuffled(samplesMs.map((_, index) => index))
    const pick = (values: readonly number[]) => order.map((index) => values[index] ?? 0)
    const [one, other] = [
      summarizeLatency({ samplesMs, rounds }),
      summarizeLatency({ samplesMs: pick(samplesMs), rounds: pick(rounds) }),
    ]
    expect(other?.mean).toBeCloseTo(one?.mean ?? 0, 12)
    expect(other?.stddev).toBeCloseTo(one?.stddev ?? 0, 12)
    for (const name of ['median', 'p50', 'p90', 'p95', 'p99'] as const)
      expect(other?.[name]).toEqual(one?.[name])
    expect(other?.max).toEqual({ ...one?.max, index: order.indexOf(one?.max.index ?? -1) })
  })

  it('scales with its samples', () => {
    const samplesMs = latencies(600, 8)
    const [one, other] = [
      summarizeLatency({ samplesMs }),
      // A power of two, which rounds nothing.
      summarizeLatency({ samplesMs: samplesMs.map((ms) => ms * 1024) }),
    ]
    expect(other?.mean).toBe((one?.mean ?? 0) * 1024)
    expect(other?.stddev).toBe((one?.stddev ?? 0) * 1024)
    expect(other?.p99?.high).toBe((one?.p99?.high ?? 0) * 1024)
  })

  it('takes 10,000 samples in less than 10 ms', () => {
    const samplesMs = Float64Array.from(latencies(10_000, 9))
    const rounds = Uint32Array.from(roundsOf(10_000, 20))
    const took = Array.from({ length: 15 }, () => {
      const begin = performance.now()
      summarizeLatency({ samplesMs, rounds })
      return performance.now() - begin
    })
    // The fastest: the machine has other work.
    expect(Math.min(...took)).toBeLessThan(10)
  })

  it('is refused of what is no time, and of lists that do not go together', () => {
    for (const wrong of NO_TIMES) expectRefusal(() => summarizeLatency({ samplesMs: [1, wrong, 2] }))
    expectRefusal(() => summarizeLatency({ samplesMs: [1, 2], rounds: [0] }))
    expectRefusal(() => summarizeLatency({ samplesMs: [1, 2], rounds: [0, 0.5] }))
    expectRefusal(() => summarizeLatency({ samplesMs: [1, 2], samplesOf: [0], images: ['a'] }))
    expectRefusal(() => summarizeLatency({ samplesMs: [1, 2], samplesOf: [0, 1], images: ['a'] }))
    for (const confidence of [0, 1, Number.NaN])
      expectRefusal(() => summarizeLatency({ samplesMs: [1] }, confidence))
  })
})
