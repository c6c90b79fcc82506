import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  quantileInterval,
  quantileRanks,
  ranksOfMax,
  ranksOfMin,
} from '../../src/statistics/order-statistics.js'
import { goldenCases } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const number = z.number()
const golden = goldenCases(
  'order-statistics',
  z.array(z.tuple([number, number, number, number.nullable(), number.nullable()])),
)

describe('quantileRanks', () => {
  it("are Conover's", () => {
    for (const [n, p, confidence, low, high] of golden) {
      const ranks = quantileRanks(n, p, confidence)
      expect([ranks.low ?? null, ranks.high ?? null], `${n} ${p} ${confidence}`).toEqual([low, high])
    }
  })

  it('miss it with what is left and no less, where that can be had exactly', () => {
    // Both of two samples lie above the median with ¼.
    expect(quantileRanks(2, 0.5, 0.5)).toEqual({ low: 1, high: 2 })
  })

  it('are refused where there is no quantile', () => {
    for (const p of [0, 1, Number.NaN]) expectRefusal(() => quantileRanks(10, p, 0.95))
    for (const n of [-1, 0.5]) expectRefusal(() => quantileRanks(n, 0.5, 0.95))
  })
})

describe('ranks of extremes', () => {
  it('are the outermost four of many samples', () => {
    expect(ranksOfMax(1000, 0.95)).toEqual([997, 1000])
    expect(ranksOfMin(1000, 0.95)).toEqual([1, 4])
    expect(ranksOfMax(1_000_000, 0.95)).toEqual([999_997, 1_000_000])
  })

  it('are none of fewer than four', () => {
    expect(ranksOfMax(4, 0.95)).toEqual([1, 4])
    for (const n of [0, 1, 2, 3])
      expect([ranksOfMax(n, 0.95), ranksOfMin(n, 0.95)]).toEqual([undefined, undefined])
  })
})

describe('quantileInterval', () => {
  const samples = Float64Array.from({ length: 1000 }, (_, index) => index + 1)

  it('takes the samples of the ranks', () => {
    const { low, high } = quantileRanks(1000, 0.9, 0.95)
    expect(quantileInterval(samples, 0.9, 0.95)).toMatchObject({ low, high, confidence: 0.95 })
  })

  it('is as wide as that of the effective number of samples', () => {
    const wide = quantileInterval(samples, 0.5, 0.95, 100)
    const { low = 0, high = 0 } = quantileRanks(100, 0.5, 0.95)
    expect(wide).toMatchObject({ low: (low - 1) * 10 + 1, high: high * 10, confidence: 0.95 })
  })

  it('ends with the largest sample where dependence makes them too few, and says how often that holds', () => {
    const interval = quantileInterval(samples, 0.99, 0.95, 100)
    // The upper one is missed where all 100 lie below: 0.99¹⁰⁰; the lower one by less than 2.5 %.
    expect(interval?.high).toBe(1000)
    expect(interval?.confidence).toBeLessThan(1 - 0.99 ** 100)
    expect(interval?.confidence).toBeGreaterThan(1 - 0.99 ** 100 - 0.025)
  })

  it('is none of samples that are too few by themselves', () => {
    expect(quantileInterval(samples.subarray(0, 5), 0.5, 0.95)).toBeUndefined()
    expect(quantileInterval(samples.subarray(0, 6), 0.5, 0.95)).toMatchObject({ low: 1, high: 6 })
    expect(quantileInterval(new Float64Array(0), 0.5, 0.95)).toBeUndefined()
  })
})
