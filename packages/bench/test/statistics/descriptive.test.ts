import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { momentsOf } from '../../src/statistics/moments.js'
import { median, quantile } from '../../src/statistics/quantile.js'
import { medianAbsoluteDeviation, relativeSpread } from '../../src/statistics/spread.js'
import { expectClose } from './close-to.js'
import { goldenCases, latencies, samplesNamed } from './golden-samples.js'
import { expectRefusal, NO_TIMES } from './refusals.js'

const golden = goldenCases(
  'descriptive',
  z.array(
    z.object({
      samples: z.string(),
      mean: z.number(),
      stddev: z.number(),
      quantiles: z.array(z.tuple([z.number(), z.number()])),
      medianAbsoluteDeviation: z.number(),
    }),
  ),
)

describe.each(golden)('samples "$samples"', (one) => {
  const samples = samplesNamed(one.samples)

  it("have NumPy's quantiles, to the last bit", () => {
    for (const [p, value] of one.quantiles) expect(quantile(samples, p), `at ${p}`).toBe(value)
  })

  it('have the mean and the standard deviation of exact fractions', () => {
    const { mean, stddev } = momentsOf(Float64Array.from(samples))
    expectClose(mean, one.mean, 4e-16, 'mean')
    expectClose(stddev, one.stddev, one.samples === 'equal' ? 0 : 4e-15, 'stddev')
  })

  it("have SciPy's median absolute deviation", () => {
    expectClose(medianAbsoluteDeviation(samples), one.medianAbsoluteDeviation, 1e-15)
  })
})

describe('the largest numbers there are', () => {
  it('have a mean', () => {
    const { mean, stddev } = momentsOf(Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE))
    expect([mean, stddev]).toEqual([Number.MAX_VALUE, 0])
  })
})

describe('quantiles', () => {
  it('are refused of nothing, and at no place', () => {
    expectRefusal(() => quantile([], 0.5))
    for (const p of [-0.01, 1.01, Number.NaN]) expectRefusal(() => quantile([1, 2], p))
  })

  it('leave the order of what they are given alone', () => {
    const samples = [3, 1, 2]
    expect(median(samples)).toBe(2)
    expect(samples).toEqual([3, 1, 2])
  })
})

describe('relativeSpread', () => {
  it('is the scaled median absolute deviation over the median', () => {
    const samples = latencies(1000, 1)
    expect(relativeSpread(samples)).toBeCloseTo(
      (1.4826 * medianAbsoluteDeviation(samples)) / median(samples),
      4,
    )
  })

  it('is of no scale', () => {
    const samples = latencies(100, 2)
    expectClose(relativeSpread(samples.map((ms) => ms * 1000)) ?? 0, relativeSpread(samples) ?? 1, 1e-14)
  })

  it('is undefined of nothing and around 0, and refused of what is no time', () => {
    expect(relativeSpread([])).toBeUndefined()
    expect(relativeSpread([0, 0, 0])).toBeUndefined()
    for (const wrong of NO_TIMES) expectRefusal(() => relativeSpread([1, wrong]))
  })
})
