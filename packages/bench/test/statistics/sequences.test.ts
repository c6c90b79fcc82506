import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { lag1Autocorrelation, ranksOf } from '../../src/statistics/autocorrelation.js'
import { mannKendall } from '../../src/statistics/mann-kendall.js'
import { expectClose } from './close-to.js'
import { goldenCases, latencies } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const number = z.number()
const golden = goldenCases(
  'sequences',
  z.array(
    z.object({
      name: z.string(),
      values: z.array(number),
      score: number,
      pValue: number,
      lag1: number.nullable(),
      ranks: z.array(number),
    }),
  ),
)

describe.each(golden)('the sequence "$name"', ({ values, score, pValue, lag1, ranks }) => {
  it("has Kendall's score and SciPy's probability", () => {
    const trend = mannKendall(values)
    expect(trend.score).toBe(score)
    expectClose(trend.pValue, pValue, 1e-11)
  })

  it("has NumPy's autocorrelation", () => {
    const found = lag1Autocorrelation(values)
    if (lag1 === null) expect(found).toBeUndefined()
    else expect(found).toBeCloseTo(lag1, 12)
  })

  it("has SciPy's ranks", () => {
    expect([...ranksOf(values)]).toEqual(ranks)
  })

  it('goes the other way backwards', () => {
    const [trend, back] = [mannKendall(values), mannKendall(values.toReversed())]
    expect(back.score + trend.score).toBe(0)
    expectClose(back.pValue, trend.pValue, 1e-14)
  })
})

describe('short sequences', () => {
  it('have no trend and no autocorrelation', () => {
    expect(mannKendall([])).toEqual({ score: 0, pValue: 1 })
    expect(mannKendall([1])).toEqual({ score: 0, pValue: 1 })
    expect(mannKendall([1, 2])).toEqual({ score: 1, pValue: 1 })
    expect(lag1Autocorrelation([1, 2])).toBeUndefined()
    expect([...ranksOf([])]).toEqual([])
  })
})

describe('a scale', () => {
  it('changes neither trend nor autocorrelation', () => {
    const values = latencies(40, 1)
    const scaled = values.map((value) => value * 1e200)
    expect(mannKendall(scaled)).toEqual(mannKendall(values))
    expect(lag1Autocorrelation(scaled)).toBeCloseTo(lag1Autocorrelation(values) ?? 0, 12)
  })
})

describe('what is not finite', () => {
  it('is refused', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expectRefusal(() => mannKendall([1, wrong]))
      expectRefusal(() => lag1Autocorrelation([1, wrong, 2]))
      expectRefusal(() => ranksOf([wrong]))
    }
  })
})
