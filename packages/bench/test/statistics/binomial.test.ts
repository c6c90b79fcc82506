import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  binomialCdf,
  binomialLogPmf,
  binomialPmf,
  binomialQuantile,
  binomialSurvival,
  binomialTest,
} from '../../src/statistics/binomial.js'
import { mcnemar, mcnemarOfPictures } from '../../src/statistics/mcnemar.js'
import { wilsonInterval } from '../../src/statistics/wilson.js'
import { expectClose } from './close-to.js'
import { goldenCases } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const number = z.number()
const golden = goldenCases(
  'binomial',
  z.object({
    masses: z.array(
      z.object({
        n: number,
        p: number,
        k: number,
        logPmf: number.nullable(),
        cdf: number,
        survival: number,
      }),
    ),
    quantiles: z.array(z.tuple([number, number, number, number])),
    tests: z.array(z.tuple([number, number, number, number])),
    wilson: z.array(z.tuple([number, number, number, number, number])),
    mcnemar: z.array(z.tuple([number, number, number])),
  }),
)

/** What a product n·p that is rounded leaves to know, and SciPy, which the tails of the largest are by. */
const digitsOf = (n: number): number => (n >= 1e6 ? 1e-11 : 1e-12)

describe('the binomial distribution', () => {
  it('has the probabilities of 60 digits, up to 10⁹ trials', () => {
    for (const { n, p, k, logPmf } of golden.masses) {
      if (logPmf === null) expect(binomialLogPmf(k, n, p)).toBe(Number.NEGATIVE_INFINITY)
      else expectClose(binomialLogPmf(k, n, p), logPmf, n >= 1e6 ? 1e-12 : 1e-14, `n ${n} p ${p} k ${k}`)
    }
  })

  it('has the tails of 60 digits, small ones, too', () => {
    for (const { n, p, k, cdf, survival } of golden.masses) {
      // Below, numbers have no digits left.
      if (cdf > 1e-290) expectClose(binomialCdf(k, n, p), cdf, digitsOf(n), `cdf n ${n} p ${p} k ${k}`)
      if (survival > 1e-290) {
        expectClose(binomialSurvival(k, n, p), survival, digitsOf(n), `survival n ${n} p ${p} k ${k}`)
      }
    }
  })

  it("has SciPy's quantiles", () => {
    for (const [q, n, p, k] of golden.quantiles) expect(binomialQuantile(q, n, p), `${q} ${n} ${p}`).toBe(k)
  })

  it('has nothing outside 0 to n', () => {
    expect([binomialPmf(-1, 5, 0.5), binomialPmf(6, 5, 0.5)]).toEqual([0, 0])
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5)]).toEqual([0, 1])
    expect([binomialSurvival(-1, 5, 0.5), binomialSurvival(5, 5, 0.5)]).toEqual([1, 0])
  })

  it('is refused of what is no count or no probability', () => {
    for (const n of [-1, 1.5, Number.NaN]) expectRefusal(() => binomialPmf(0, n, 0.5))
    for (const p of [-0.1, 1.1, Number.NaN]) expectRefusal(() => binomialCdf(0, 1, p))
    for (const k of [0.5, Number.NaN]) expectRefusal(() => binomialSurvival(k, 1, 0.5))
    for (const q of [0, 1, Number.NaN]) expectRefusal(() => binomialQuantile(q, 1, 0.5))
    for (const k of [-1, 6]) expectRefusal(() => binomialTest(k, 5, 0.5))
  })
})

describe('binomialTest', () => {
  it("is SciPy's binomtest", () => {
    for (const [k, n, p, pValue] of golden.tests)
      expectClose(binomialTest(k, n, p), pValue, 1e-11, `${k} ${n} ${p}`)
  })
})

describe('wilsonInterval', () => {
  it("is SciPy's", () => {
    for (const [count, of, confidence, low, high] of golden.wilson) {
      const interval = wilsonInterval(count, of, confidence)
      expect(interval).toMatchObject({ value: count / of, confidence })
      expectClose(interval.low, low, 1e-9, `low of ${count}/${of}`)
      expectClose(interval.high, high, 1e-12, `high of ${count}/${of}`)
    }
  })

  it('is refused of counts that are none, and of nothing', () => {
    for (const of of [0, -1, 1.5]) expectRefusal(() => wilsonInterval(0, of, 0.95))
    for (const count of [-1, 11, 0.5, Number.NaN]) expectRefusal(() => wilsonInterval(count, 10, 0.95))
    for (const confidence of [0, 1, Number.NaN]) expectRefusal(() => wilsonInterval(1, 2, confidence))
  })
})

describe('mcnemar', () => {
  it('is the exact test', () => {
    for (const [onlyThis, onlyOther, pValue] of golden.mcnemar) {
      const found = mcnemar(onlyThis, onlyOther)
      expect(found).toMatchObject({ onlyThis, onlyOther })
      expectClose(found.pValue, pValue, 1e-12, `${onlyThis} against ${onlyOther}`)
    }
  })

  it('pairs pictures by name, and counts those that both were judged on', () => {
    const judged = (entries: Record<string, boolean | undefined>) =>
      Object.entries(entries).map(([image, correct]) => ({ image, correct }))
    expect(
      mcnemarOfPictures(
        judged({ a: true, b: true, c: false, d: true, e: true, only: true, unknown: undefined }),
        judged({ e: true, d: false, c: true, b: false, a: false, unknown: true }),
      ),
    ).toEqual({ onlyThis: 3, onlyOther: 1, pValue: expect.closeTo(0.625, 12) })
    expect(mcnemarOfPictures(judged({ a: true }), judged({ b: true }))).toBeUndefined()
  })

  it('is refused of what is no count', () => {
    for (const wrong of [-1, 0.5, Number.NaN]) {
      expectRefusal(() => mcnemar(wrong, 1))
      expectRefusal(() => mcnemar(1, wrong))
    }
  })
})
