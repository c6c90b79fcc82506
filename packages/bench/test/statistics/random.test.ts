import { describe, expect, it } from 'vitest'
import { binomialTest } from '../../src/statistics/binomial.js'
import { normalCdf } from '../../src/statistics/normal.js'
import { Random } from '../../src/statistics/random.js'
import { expectRefusal } from './refusals.js'

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

describe('Random', () => {
  it('gives what it has always given', () => {
    const random = new Random(42)
    expect(many(4, () => random.uniform())).toEqual([
      0.04378066741321063, 0.16651326435251979, 0.09637372094847751, 0.2186015067507825,
    ])
    expect(many(8, () => random.below(1000))).toEqual([275, 457, 95, 470, 768, 252, 393, 557])
    expect(random.shuffled(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])).toEqual([
      'e',
      'f',
      'h',
      'g',
      'd',
      'b',
      'a',
      'c',
    ])
    expect(many(3, () => random.exponential(10))).toEqual([
      0.942856113455821, 41.76078550106414, 25.633588728048707,
    ])
    expect(many(5, () => random.choice(['x', 'y', 'z']))).toEqual(['x', 'y', 'y', 'z', 'y'])
    const images = new Random(-(2 ** 40) - 7, 'images')
    expect(many(8, () => images.below(1000))).toEqual([277, 257, 772, 644, 646, 31, 44, 868])
  })

  it('gives the same for the same seed, and something else for another, or for another purpose', () => {
    const stream = (seed: number, purpose?: string) => {
      const random = new Random(seed, purpose)
      return many(20, () => random.uniform()).join()
    }
    expect(stream(1)).toBe(stream(1))
    const streams = [stream(0), stream(1), stream(2), stream(-1), stream(2 ** 32), stream(2 ** 32 + 1)]
    expect(new Set([...streams, stream(1, 'order'), stream(1, 'images'), stream(1, 'redro')]).size).toBe(9)
  })

  it('begins anywhere, also with seeds that follow each other', () => {
    // Of 1,000 first numbers the mean lies within four standard errors of ½, and the next goes with none before.
    const firsts = many(1000, () => 0).map((_, seed) => new Random(seed).uniform())
    const mean = firsts.reduce((sum, value) => sum + value, 0) / 1000
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12_000))
    const rises = firsts.filter((value, seed) => value > (firsts[seed - 1] ?? 1)).length
    expect(binomialTest(rises, 999, 0.5)).toBeGreaterThan(1e-4)
  })

  it('is uniform from 0 to below 1', () => {
    const random = new Random(3)
    const values = many(20_000, () => random.uniform())
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    for (const place of [0.1, 0.5, 0.9]) {
      const below = values.filter((value) => value < place).length
      expect(binomialTest(below, values.length, place)).toBeGreaterThan(1e-4)
    }
  })

  it('gives each whole number below as often', () => {
    const random = new Random(4)
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (let draw = 0; draw < 7000; draw++) {
      const value = random.below(7)
      counts[value] = (counts[value] ?? 0) + 1
    }
    for (const count of counts) expect(binomialTest(count, 7000, 1 / 7)).toBeGreaterThan(1e-4)
    expect(counts).toHaveLength(7)
    expect(many(5, () => random.below(1))).toEqual([0, 0, 0, 0, 0])
  })

  it('shuffles into each order as often, and leaves the list alone', () => {
    const random = new Random(5)
    const list = ['a', 'b', 'c']
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 6000; draw++) {
      const order = random.shuffled(list).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(binomialTest(count, 6000, 1 / 6)).toBeGreaterThan(1e-4)
    expect(list).toEqual(['a', 'b', 'c'])
    expect(random.shuffled([])).toEqual([])
  })

  it('chooses each entry as often', () => {
    const random = new Random(6)
    const chosen = many(3000, () => random.choice(['a', 'b', 'c'])).filter((entry) => entry === 'c').length
    expect(binomialTest(chosen, 3000, 1 / 3)).toBeGreaterThan(1e-4)
  })

  it('has arrivals of a Poisson process', () => {
    const random = new Random(7)
    const gaps = many(20_000, () => random.exponential(5))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    // The mean of so many is normally distributed, its error 5/√n.
    expect(2 * normalCdf(-Math.abs(mean - 5) / (5 / Math.sqrt(gaps.length)))).toBeGreaterThan(1e-4)
    const long = gaps.filter((gap) => gap > 10).length
    expect(binomialTest(long, gaps.length, Math.exp(-2))).toBeGreaterThan(1e-4)
    expect(gaps.every((gap) => gap >= 0 && Number.isFinite(gap))).toBe(true)
  })

  it('is refused what makes no sense', () => {
    for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) expectRefusal(() => new Random(seed))
    const random = new Random(1)
    for (const count of [0, -1, 1.5, Number.NaN]) expectRefusal(() => random.below(count))
    for (const mean of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expectRefusal(() => random.exponential(mean))
    expectRefusal(() => random.choice([]))
  })
})
