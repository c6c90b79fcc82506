import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { intervalSchema } from '../../src/result/schema.js'
import { throughputOf } from '../../src/statistics/throughput.js'
import { expectClose } from './close-to.js'
import { goldenCases } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const golden = goldenCases(
  'throughput',
  z.array(z.object({ rounds: z.array(z.tuple([z.number(), z.number()])), interval: intervalSchema })),
)

describe('throughputOf', () => {
  it("is Cochran's ratio of sums", () => {
    for (const { rounds, interval } of golden) {
      const work = rounds.map(([inferences, seconds]) => ({ inferences, seconds }))
      const found = throughputOf(work, interval.confidence)
      expect(found?.confidence).toBe(interval.confidence)
      for (const part of ['value', 'low', 'high'] as const) {
        expectClose(found?.[part] ?? 0, interval[part], 1e-12, `${part} of ${rounds.length} rounds`)
      }
    }
  })

  it('is certain where all rounds did the same', () => {
    const interval = throughputOf(
      [
        { inferences: 8, seconds: 0.5 },
        { inferences: 16, seconds: 1 },
      ],
      0.95,
    )
    expect(interval).toEqual({ value: 16, low: 16, high: 16, confidence: 0.95 })
  })

  it('is undefined of a single round', () => {
    expect(throughputOf([], 0.95)).toBeUndefined()
    expect(throughputOf([{ inferences: 8, seconds: 1 }], 0.95)).toBeUndefined()
  })

  it('is refused of a round without work or without time', () => {
    const good = { inferences: 8, seconds: 1 }
    for (const inferences of [0, -1, 0.5, Number.NaN]) {
      expectRefusal(() => throughputOf([good, { ...good, inferences }], 0.95))
    }
    for (const seconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expectRefusal(() => throughputOf([good, { ...good, seconds }], 0.95))
    }
    expectRefusal(() => throughputOf([good, good], 1))
  })
})
