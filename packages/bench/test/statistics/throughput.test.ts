import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { intervalSchema } from '../../src/result/schema.js'
import { throughputOf } from '../../src/statistics/throughput.js'
import { expectClose } from './close-to.js'
import { goldenCases } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const golden = goldenCases(
  'throughput',
  z.array(
    z.object({
      rounds: z.array(z.tuple([z.number(), z.number()])),
      asked: z.number(),
      interval: intervalSchema,
    }),
  ),
)

describe('throughputOf', () => {
  it('is the median over rounds, with the bootstrap of all draws', () => {
    for (const { rounds, asked, interval } of golden) {
      const work = rounds.map(([inferences, seconds]) => ({ inferences, seconds }))
      const found = throughputOf(work, asked)
      for (const part of ['value', 'low', 'high', 'confidence'] as const) {
        expectClose(found?.[part] ?? 0, interval[part], 1e-12, `${part} of ${rounds.length} rounds`)
      }
    }
  })

  it('is certain where all rounds did the same', () => {
    const rounds = Array.from({ length: 6 }, (_, round) => ({
      inferences: 8 * (round + 1),
      seconds: (round + 1) / 2,
    }))
    const { value, low, high } = throughputOf(rounds, 0.95) ?? { value: 0, low: 0, high: 0 }
    for (const part of [value, low, high]) expect(part).toBeCloseTo(16, 12)
  })

  it('leaves a single slow round alone', () => {
    const rounds = Array.from({ length: 10 }, (_, round) => ({
      inferences: 100,
      seconds: round === 3 ? 10 : 1 + round / 100,
    }))
    const found = throughputOf(rounds, 0.95)
    expect(found?.value).toBeGreaterThan(94)
    expect(found?.low).toBeGreaterThan(85)
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
