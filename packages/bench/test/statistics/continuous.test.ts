import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { normalCdf, normalQuantile } from '../../src/statistics/normal.js'
import { studentCritical } from '../../src/statistics/student.js'
import { expectClose } from './close-to.js'
import { goldenCases } from './golden-samples.js'
import { expectRefusal } from './refusals.js'

const number = z.number()
const golden = goldenCases(
  'continuous',
  z.object({
    normalCdf: z.array(z.tuple([number, number])),
    normalQuantile: z.array(z.tuple([number, number])),
    studentCritical: z.array(z.tuple([number, number, number])),
  }),
)

describe('the normal distribution', () => {
  it("has SciPy's probabilities, in the tails, too", () => {
    for (const [x, p] of golden.normalCdf) expectClose(normalCdf(x), p, 1e-12, `at ${x}`)
  })

  it("has SciPy's quantiles", () => {
    for (const [p, x] of golden.normalQuantile) expectClose(normalQuantile(p), x, 1e-14, `at ${p}`)
  })

  it('is refused where there is no quantile', () => {
    for (const p of [0, 1, Number.NaN]) expectRefusal(() => normalQuantile(p))
    expectRefusal(() => normalCdf(Number.NaN))
  })
})

describe('studentCritical', () => {
  it("is SciPy's", () => {
    for (const [confidence, freedom, t] of golden.studentCritical) {
      expectClose(studentCritical(confidence, freedom), t, 1e-11, `${confidence} with ${freedom}`)
    }
  })

  it('is refused of what is no number of degrees of freedom, or no confidence', () => {
    for (const freedom of [0, 1.5, Number.NaN]) expectRefusal(() => studentCritical(0.95, freedom))
    for (const confidence of [0, 1]) expect(() => studentCritical(confidence, 5)).toThrow()
  })
})
