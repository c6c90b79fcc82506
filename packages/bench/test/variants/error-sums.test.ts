import { describe, expect, it } from 'vitest'
import { ErrorSums } from '../../src/variants/error-sums.js'

function measures(first: readonly number[], other: readonly number[]) {
  const sums = new ErrorSums()
  sums.add(Float32Array.from(first), Float32Array.from(other))
  return sums.measures
}

describe('the error of a layer', () => {
  it('is what one works out by hand', () => {
    // Σ x² = 14, Σ (x − y)² = 1, Σ x·y = 17, Σ y² = 21.
    const { snrDb, cosine, noiseShare, equal, nonFinite } = measures([1, 2, 3], [1, 2, 4])
    expect(snrDb).toBeCloseTo(11.46128035678238, 12)
    expect(cosine).toBeCloseTo(0.99146, 5)
    expect(cosine).toBeCloseTo(17 / Math.sqrt(14 * 21), 14)
    expect(noiseShare).toBeCloseTo(1 / 15, 14)
    expect({ equal, nonFinite }).toEqual({ equal: false, nonFinite: 0 })
  })

  it('knows a scaled layer by its cosine, and a lost one by both', () => {
    const scaled = measures([1, -2, 3], [2, -4, 6])
    expect(scaled.snrDb).toBeCloseTo(0, 12)
    expect(scaled.cosine).toBeCloseTo(1, 14)
    expect(measures([1, 1], [1, -1])).toMatchObject({ cosine: 0, snrDb: expect.closeTo(-3.0103, 4) })
    expect(measures([1, 2], [-1, -2]).cosine).toBeCloseTo(-1, 14)
  })

  it('of several pictures is that of all their values', () => {
    const sums = new ErrorSums()
    sums.add(Float32Array.of(1, 2), Float32Array.of(1, 2))
    sums.add(Float64Array.of(3), Float64Array.of(4))
    expect(sums.measures).toEqual(measures([1, 2, 3], [1, 2, 4]))
  })

  it('of what is equal, or zero, has no number of decibels', () => {
    expect(measures([1, 2], [1, 2])).toEqual({
      snrDb: null,
      cosine: 1,
      equal: true,
      noiseShare: 0,
      nonFinite: 0,
    })
    expect(measures([0, 0], [0, 0])).toMatchObject({ snrDb: null, cosine: 1, equal: true, noiseShare: 0 })
    expect(measures([0, 0], [1, 0])).toMatchObject({ snrDb: null, cosine: 0, equal: false, noiseShare: 1 })
    expect(measures([1, 0], [0, 0])).toMatchObject({ snrDb: 0, cosine: 0, noiseShare: 0.5 })
    expect(new ErrorSums().measures).toMatchObject({ equal: true, noiseShare: 0 })
  })

  it('counts what is no number, and passes over what is none in the first model either', () => {
    const { NaN: nan, POSITIVE_INFINITY: infinite } = Number
    expect(measures([1, 2, 3], [1, nan, infinite])).toMatchObject({
      nonFinite: 2,
      noiseShare: 1,
      equal: false,
      cosine: 1,
    })
    expect(measures([-infinite, 1], [-infinite, 1])).toMatchObject({ nonFinite: 0, equal: true })
    expect(measures([1], [nan])).toMatchObject({ cosine: null, snrDb: null })
    // All of it is what JSON has.
    expect(JSON.parse(JSON.stringify(measures([1], [nan])))).toEqual(measures([1], [nan]))
  })
})
