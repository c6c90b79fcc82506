import { describe, expect, it } from 'vitest'
import { softmax, toProbabilities } from '../src/probabilities.js'

describe('softmax', () => {
  // scipy 1.17: scipy.special.softmax(numpy.array(logits, dtype=float))
  it.each([
    [
      [1, 2, 3, 4, 1, 2, 3],
      [
        0.02364054302159139, 0.06426165851049616, 0.17468129859572226, 0.47483299974438037,
        0.02364054302159139, 0.06426165851049616, 0.17468129859572226,
      ],
    ],
    [
      [1000, 1001, 998.5, -1000],
      [0.25371618163502524, 0.6896720861245036, 0.05661173224047129, 0],
    ],
    [
      [-5e8, -5e8, 0.5],
      [0, 0, 1],
    ],
    [
      [-3.25, 0.125, 7.75, 2, -11],
      [
        1.6640338130044726e-5, 0.0004863019637281314, 0.9963259633871077, 0.00317108714333248,
        7.16770152217395e-9,
      ],
    ],
    [[-7], [1]],
  ])('of %j is what scipy says', (logits, expected) => {
    const actual = softmax(Float64Array.from(logits))
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 14)
  })
})

describe('toProbabilities', () => {
  it('leaves probabilities alone, and sigmoids that are called so', () => {
    expect([...toProbabilities(Float64Array.of(0.9, 0.8), 'probabilities')]).toEqual([0.9, 0.8])
    expect([...toProbabilities(Float64Array.of(1.004, -0.004), 'probabilities')]).toEqual([1.004, -0.004])
  })

  it('makes probabilities of logits, whatever they look like', () => {
    const expected = [...softmax(Float64Array.of(0.25, 0.75))]
    expect([...toProbabilities(Float64Array.of(0.25, 0.75), 'logits')]).toEqual(expected)
  })

  it.each([
    [[0.5, 1.5], 1],
    [[-3, 0.5], 0],
  ])('refuses %j as probabilities', (values, index) => {
    expect(() => toProbabilities(Float64Array.from(values), 'probabilities')).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        summary: expect.stringContaining(`class ${index}`),
        remedy: expect.stringContaining('outputKind'),
      }),
    )
  })
})
