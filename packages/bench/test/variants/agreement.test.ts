import { describe, expect, it } from 'vitest'
import {
  AgreementTally,
  type Answer,
  jensenShannonBits,
  MOST_DISAGREEMENTS,
} from '../../src/variants/agreement.js'

const bits = (one: readonly number[], other: readonly number[]) =>
  jensenShannonBits(Float64Array.from(one), Float64Array.from(other))

function answer(...scores: number[]): Answer {
  const index = scores.indexOf(Math.max(...scores))
  return { scores: Float64Array.from(scores), best: { index, score: scores[index] ?? 0 } }
}

describe('the Jensen–Shannon divergence', () => {
  it('is what its definition gives', () => {
    expect(bits([1, 0], [0, 1])).toBe(1)
    expect(bits([0.2, 0.8], [0.2, 0.8])).toBe(0)
    // ½ log₂(4/3) + ½ (½ log₂(2/3) + ½ log₂ 2)
    expect(bits([1, 0], [0.5, 0.5])).toBeCloseTo(0.311278124459133, 14)
    // Of both orders, as Python's math module has it by the definition.
    expect(bits([0.1, 0.2, 0.7], [0.3, 0.3, 0.4])).toBeCloseTo(0.07489355896415409, 14)
    expect(bits([0.3, 0.3, 0.4], [0.1, 0.2, 0.7])).toBeCloseTo(0.07489355896415409, 14)
  })

  it('takes numbers that do not add up to 1 for a distribution, and rounded ones below 0 for 0', () => {
    expect(bits([2, 0], [1, 1])).toBeCloseTo(0.311278124459133, 14)
    expect(bits([1, -0.004], [0.5, 0.5])).toBeCloseTo(0.311278124459133, 14)
    expect(bits([0, 0], [0, 0])).toBe(0)
    expect(bits([0, 0], [1, 0])).toBe(1)
  })
})

describe('agreement', () => {
  it('counts pictures with the same class, and means over classes and pictures', () => {
    const tally = new AgreementTally()
    tally.add('a', answer(0.75, 0.25), answer(0.75, 0.25))
    tally.add('b', answer(1, 0), answer(0.5, 0.5))
    tally.add('c', answer(0.75, 0.25), answer(0.25, 0.75))
    const found = tally.agreement(0.95)
    expect(found?.sameClass).toMatchObject({ count: 2, of: 3, interval: { value: 2 / 3, confidence: 0.95 } })
    // Wilson's, by its formula.
    expect(found?.sameClass.interval.low).toBeCloseTo(0.20765960080204776, 12)
    expect(found?.sameClass.interval.high).toBeCloseTo(0.9385080552796039, 12)
    expect(found?.meanAbsoluteDifference).toBeCloseTo((0 + 0.5 + 0.5) / 3, 14)
    expect(found?.divergenceBits).toBeCloseTo((0.311278124459133 + bits([0.75, 0.25], [0.25, 0.75])) / 3, 13)
    expect(found?.disagreements).toEqual([
      expect.objectContaining({
        image: 'c',
        first: { index: 0, score: 0.75 },
        other: { index: 1, score: 0.75 },
      }),
    ])
  })

  it('keeps the worst disagreements, and no more with more pictures', () => {
    const tally = new AgreementTally()
    for (let picture = 1; picture <= 200; picture += 1) {
      const sure = 0.5 + picture / 1000
      tally.add(`${picture}`, answer(sure, 1 - sure), answer(1 - sure, sure))
    }
    const { disagreements = [], sameClass } = tally.agreement(0.95) ?? {}
    expect(sameClass?.count).toBe(0)
    expect(disagreements).toHaveLength(MOST_DISAGREEMENTS)
    expect(disagreements.map(({ image }) => image)).toEqual(
      Array.from({ length: MOST_DISAGREEMENTS }, (_, place) => `${200 - place}`),
    )
  })

  it('of no picture is none', () => {
    expect(new AgreementTally().agreement(0.95)).toBeUndefined()
  })
})
