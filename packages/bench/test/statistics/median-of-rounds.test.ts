import { describe, expect, it } from 'vitest'
import { medianOfRounds } from '../../src/statistics/bootstrap-interval.js'
import { Random } from '../../src/statistics/random.js'
import { comparePairedRounds } from '../../src/statistics/ratio.js'
import { expectRefusal } from './refusals.js'

describe('the median over rounds', () => {
  it('is of numbers as they are, negative ones among them', () => {
    const values = [-3, 5, -1, 4, 1, 0, 2, -2, 3]
    const { value, low, high, confidence } = medianOfRounds(values)
    expect({ value, confidence }).toEqual({ value: 1, confidence: 0.95 })
    expect(low).toBeGreaterThan(-3)
    expect(high).toBeLessThan(5)
    expect(low + high).toBeCloseTo(2)
    // Moved and stretched, it is moved and stretched.
    const other = medianOfRounds(values.map((one) => 10 + 2 * one))
    expect(other.low).toBeCloseTo(10 + 2 * low)
    expect(other.high).toBeCloseTo(10 + 2 * high)
  })

  it('holds the true one as often as it says', () => {
    const random = new Random(7, 'medians')
    const repeats = 400
    let held = 0
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const values = Array.from({ length: 20 }, () => random.uniform() + random.uniform() - 1)
      const { low, high } = medianOfRounds(values)
      if (low <= 0 && high >= 0) held += 1
    }
    expect(held / repeats).toBeGreaterThan(0.92)
    expect(held / repeats).toBeLessThan(0.985)
  })

  it('of logarithms is what ratios have', () => {
    const one = [3, 4, 5, 6, 7, 8]
    const { low, high } = medianOfRounds(one.map((value) => Math.log(value / 2)))
    const ratio = comparePairedRounds(
      one.map((value) => [value]),
      one.map(() => [2]),
    )
    expect(ratio?.ratio.low).toBeCloseTo(Math.exp(low), 12)
    expect(ratio?.ratio.high).toBeCloseTo(Math.exp(high), 12)
  })

  it('has less confidence of few rounds, and is refused of one and of what is no number', () => {
    expect(medianOfRounds([1, 2, 3])).toEqual({ value: 2, low: 1, high: 3, confidence: 0.75 })
    expectRefusal(() => medianOfRounds([1]))
    expectRefusal(() => medianOfRounds([1, Number.NaN]))
  })
})
