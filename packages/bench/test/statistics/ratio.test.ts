import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { intervalSchema } from '../../src/result/schema.js'
import { Difference } from '../../src/statistics/difference-quantile.js'
import { bootstrappedMedian, midQuantile } from '../../src/statistics/median-bootstrap.js'
import { Random } from '../../src/statistics/random.js'
import {
  compareApart,
  compareByTurns,
  comparePairedRounds,
  compareUnpairedRounds,
  verdictOf,
} from '../../src/statistics/ratio.js'
import { expectClose } from './close-to.js'
import { goldenCases, latencies } from './golden-samples.js'
import { expectRefusal, NO_TIMES } from './refusals.js'

const number = z.number()
const golden = goldenCases(
  'ratios',
  z.object({
    exact: z.array(
      z.object({
        paired: z.boolean(),
        rounds: z.tuple([number, number]),
        seeds: z.tuple([number, number]),
        asked: number,
        ratio: intervalSchema,
      }),
    ),
    drawn: z.array(z.object({ values: z.array(number), shares: z.array(z.tuple([number, number])) })),
  }),
)

/** Samples of rounds as scripts/statistics/golden.py has them. */
const goldenRounds = (count: number, seed: number): number[][] =>
  Array.from({ length: count }, (_, round) => latencies(9 + round, seed + round))

/** The same as fields of a result, rounds numbered from 0. */
const timed = (rounds: readonly (readonly number[])[]) => ({
  samplesMs: rounds.flat(),
  rounds: rounds.flatMap((samples, round) => samples.map(() => round)),
})

describe('the bootstrap of ratios', () => {
  it.each(golden.exact)('is that of all draws: paired $paired, $rounds rounds, $asked', (one) => {
    const [first, second] = one.rounds.map((count, which) => goldenRounds(count, one.seeds[which] ?? 0))
    const compare = one.paired ? comparePairedRounds : compareUnpairedRounds
    const found = compare(first ?? [], second ?? [], { confidence: one.asked })
    expect(found?.rounds).toBe(Math.min(...one.rounds))
    for (const part of ['value', 'low', 'high', 'confidence'] as const) {
      expectClose(found?.ratio[part] ?? 0, one.ratio[part], 1e-12, part)
    }
    if (one.ratio.confidence < one.asked) expect(found?.verdict).toBe('undecided')
  })

  it.each(golden.drawn)("has SciPy's shares of draws of %#", ({ values, shares }) => {
    const bootstrap = bootstrappedMedian(values)
    expect(bootstrap.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
    for (const [place, share] of shares) {
      const upTo = bootstrap.weights.filter(
        (_, index) => (bootstrap.values[index] ?? 0) <= place * (1 + 1e-12),
      )
      // Four standard errors of 100,000 draws.
      expect(Math.abs(upTo.reduce((sum, weight) => sum + weight, 0) - share)).toBeLessThan(0.0065)
    }
  })

  it('is of a single number that number', () => {
    expect(bootstrappedMedian([4])).toEqual({ values: Float64Array.of(4), weights: Float64Array.of(1) })
    expect(midQuantile(bootstrappedMedian([4]), 0.025)).toBe(4)
  })

  it('takes a thousand rounds', () => {
    const bootstrap = bootstrappedMedian(latencies(1000, 3))
    expect(bootstrap.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9)
    expect(bootstrap.values.length).toBeLessThan(50_000)
  })
})

describe('quantiles of a difference', () => {
  it('are those of all pairs', () => {
    const [x, y] = [bootstrappedMedian(latencies(7, 1)), bootstrappedMedian(latencies(6, 2))]
    const pairs = [...x.values].flatMap((value, i) =>
      [...y.values].map((other, j) => ({
        value: value - other,
        weight: (x.weights[i] ?? 0) * (y.weights[j] ?? 0),
      })),
    )
    pairs.sort((one, other) => one.value - other.value)
    const listed = {
      values: Float64Array.from(pairs, ({ value }) => value),
      weights: Float64Array.from(pairs, ({ weight }) => weight),
    }
    const difference = new Difference(x, y)
    for (const p of [1e-12, 0.001, 0.02, 0.3, 0.5, 0.9, 0.99, 1 - 1e-12]) {
      expect(difference.quantile(p), `at ${p}`).toBeCloseTo(midQuantile(listed, p), 9)
    }
    expect(difference.range).toEqual([listed.values[0], listed.values.at(-1)])
  })

  it('are that of equal numbers', () => {
    const equal = bootstrappedMedian([2, 2, 2, 2])
    expect(new Difference(equal, bootstrappedMedian([1, 1, 1])).quantile(0.3)).toBe(1)
  })
})

describe('verdictOf', () => {
  it.each([
    [0.99, 1.01, 'equal'],
    [1 / 1.02, 1.02, 'equal'],
    // Certainly slower, and by less than anybody would act on.
    [1.005, 1.015, 'equal'],
    [0.985, 0.995, 'equal'],
    [1.005, 1.025, 'slower'],
    [1.2, 1.3, 'slower'],
    [0.97, 0.99, 'faster'],
    [0.7, 0.8, 'faster'],
    [1, 1.03, 'undecided'],
    [0.97, 1, 'undecided'],
    // Then the other would take more than 2 % longer.
    [0.9802, 1, 'undecided'],
    [0.9, 1.1, 'undecided'],
  ])('calls %f to %f %s', (low, high, verdict) => {
    expect(verdictOf({ low, high }, 0.02)).toBe(verdict)
  })
})

describe('two that run by turns', () => {
  const one = timed(goldenRounds(12, 1))
  const other = timed(goldenRounds(12, 2))

  it('are compared the other way round by the inverse', () => {
    for (const compare of [compareByTurns, compareApart]) {
      const [there, back] = [compare(one, other)?.ratio, compare(other, one)?.ratio]
      expect((there?.value ?? 0) * (back?.value ?? 0)).toBeCloseTo(1, 12)
      expect((there?.low ?? 0) * (back?.high ?? 0)).toBeCloseTo(1, 9)
      expect((there?.high ?? 0) * (back?.low ?? 0)).toBeCloseTo(1, 9)
    }
  })

  it('scale', () => {
    const doubled = { ...one, samplesMs: one.samplesMs.map((ms) => ms * 2) }
    for (const compare of [compareByTurns, compareApart]) {
      const [single, double] = [compare(one, other)?.ratio, compare(doubled, other)?.ratio]
      expect(double?.low).toBeCloseTo((single?.low ?? 0) * 2, 9)
      expect(double?.high).toBeCloseTo((single?.high ?? 0) * 2, 9)
    }
  })

  it('are compared in any order of samples and of rounds', () => {
    const order = new Random(1).shuffled(one.samplesMs.map((_, index) => index))
    const shuffled = {
      samplesMs: order.map((index) => one.samplesMs[index] ?? 0),
      rounds: order.map((index) => one.rounds[index] ?? 0),
    }
    for (const compare of [compareByTurns, compareApart]) {
      expect(compare(shuffled, other)).toEqual(compare(one, other))
    }
  })

  it('share what a round is like', () => {
    // Rounds differ by up to a factor of two, for both alike.
    const speed = (round: number) => 1 + (round % 4) / 3
    const [first, second] = [11, 10].map((ms) =>
      timed(Array.from({ length: 8 }, (_, round) => [1, 1.01, 0.99].map((x) => x * ms * speed(round)))),
    )
    if (first === undefined || second === undefined) throw new Error('there are two')
    expect(compareByTurns(first, second)?.ratio.low).toBeCloseTo(1.1, 9)
    expect(compareByTurns(first, second)?.verdict).toBe('slower')
    expect(compareApart(first, second)?.verdict).toBe('undecided')
  })

  it('are compared in the rounds that both have', () => {
    const shorter = timed(goldenRounds(8, 2))
    const later = { ...shorter, rounds: shorter.rounds.map((round) => round + 4) }
    expect(compareByTurns(one, shorter)?.rounds).toBe(8)
    expect(compareByTurns(one, later)).toEqual(
      comparePairedRounds(goldenRounds(12, 1).slice(4), goldenRounds(8, 2)),
    )
    expect(compareApart(one, shorter)?.rounds).toBe(8)
  })

  it('are equal to themselves', () => {
    expect(compareByTurns(one, one)).toMatchObject({ ratio: { value: 1, low: 1, high: 1 }, verdict: 'equal' })
  })
})

describe('few rounds', () => {
  const rounds = (count: number, ms: number) =>
    Array.from({ length: count }, (_, round) => [ms + round / 100])

  it('give an interval of less confidence, and no verdict', () => {
    expect(comparePairedRounds(rounds(5, 20), rounds(5, 10))).toMatchObject({
      ratio: { confidence: 0.9375 },
      verdict: 'undecided',
    })
    expect(comparePairedRounds(rounds(6, 20), rounds(6, 10))).toMatchObject({
      ratio: { confidence: 0.95 },
      verdict: 'slower',
    })
    expect(compareUnpairedRounds(rounds(3, 20), rounds(3, 10))).toMatchObject({
      ratio: { confidence: 0.9 },
      verdict: 'undecided',
    })
    expect(compareUnpairedRounds(rounds(4, 20), rounds(4, 10))).toMatchObject({
      ratio: { confidence: 0.95 },
      verdict: 'slower',
    })
    expect(compareUnpairedRounds(rounds(1, 20), rounds(39, 10))).toMatchObject({ verdict: 'slower' })
  })

  it('give nothing at all', () => {
    expect(comparePairedRounds([], [])).toBeUndefined()
    expect(comparePairedRounds(rounds(1, 20), rounds(1, 10))).toBeUndefined()
    expect(compareUnpairedRounds(rounds(1, 20), rounds(1, 10))).toBeUndefined()
    expect(compareUnpairedRounds([], rounds(9, 10))).toBeUndefined()
  })

  it('give nothing where a clock was too coarse', () => {
    const zeros = Array.from({ length: 8 }, () => [0, 0, 0])
    expect(comparePairedRounds(rounds(8, 1), zeros)).toBeUndefined()
    expect(compareUnpairedRounds(zeros, rounds(8, 1))).toBeUndefined()
  })
})

describe('what cannot be compared', () => {
  it('is refused', () => {
    for (const wrong of NO_TIMES) {
      expectRefusal(() => comparePairedRounds([[1], [wrong]], [[1], [2]]))
      expectRefusal(() => compareApart({ samplesMs: [1, wrong], rounds: [0, 1] }, timed([[1], [2]])))
    }
    expectRefusal(() => comparePairedRounds([[1], []], [[1], [2]]))
    expectRefusal(() => comparePairedRounds([[1], [2]], [[1]]))
    expectRefusal(() => compareByTurns({ samplesMs: [1, 2], rounds: [0] }, timed([[1], [2]])))
    expectRefusal(() => comparePairedRounds([[1], [2]], [[1], [2]], { confidence: 1 }))
    expectRefusal(() => comparePairedRounds([[1], [2]], [[1], [2]], { tolerance: -0.1 }))
  })
})
