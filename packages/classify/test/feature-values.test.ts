import { describe, expect, it } from 'vitest'
import { averagePool, halfToNumber } from '../src/feature-values.js'
import { type Graph, penultimate } from '../src/penultimate.js'

describe('halfToNumber', () => {
  // https://en.wikipedia.org/wiki/Half-precision_floating-point_format#Half_precision_examples
  it.each([
    [0x0000, 0],
    [0x0001, 0.000000059604644775390625],
    [0x03ff, 0.00006097555160522461],
    [0x0400, 0.00006103515625],
    [0x3555, 0.333251953125],
    [0x3bff, 0.99951171875],
    [0x3c00, 1],
    [0x3c01, 1.0009765625],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0x8000, -0],
    [0xc000, -2],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('of %i is %d', (bits, value) => {
    expect(halfToNumber(bits)).toBe(value)
  })
})

describe('averagePool', () => {
  it('takes the mean over height and width, in both layouts', () => {
    // np.arange(12).reshape(1, 2, 2, 3).mean((1, 2)) and np.arange(12).reshape(1, 3, 2, 2).mean((2, 3))
    const values = Float32Array.from({ length: 12 }, (_, index) => index)
    expect([...averagePool(values, [1, 2, 2, 3], 'NHWC')]).toEqual([4.5, 5.5, 6.5])
    expect([...averagePool(values, [1, 3, 2, 2], 'NCHW')]).toEqual([1.5, 5.5, 9.5])
  })

  it('leaves other tensors as they are', () => {
    const values = Float32Array.of(1, 2, 3)
    expect(averagePool(values, [1, 3], 'NHWC')).toBe(values)
  })
})

describe('penultimate', () => {
  const products = new Set(['MatMul', 'Conv'])
  const graph = (...operators: [string, string, string][]): Graph<string> => ({
    inputs: ['image'],
    outputs: ['out'],
    operators: operators.map(([name, inputs, outputs]) => ({
      name,
      inputs: inputs.split(' '),
      outputs: outputs.split(' '),
    })),
  })

  it.each<[string, Graph<string>, string | undefined]>([
    ['a last layer', graph(['Conv', 'image w', 'a'], ['MatMul', 'a w2', 'out']), 'a'],
    [
      'a bias and an activation after it',
      graph(['Relu', 'image', 'a'], ['MatMul', 'a w', 'b'], ['Add', 'b c', 'd'], ['Softmax', 'd', 'out']),
      'a',
    ],
    [
      'weights that are unpacked',
      graph(
        ['Relu', 'image', 'a'],
        ['Dequantize', 'w8', 'w'],
        ['MatMul', 'w a', 'b'],
        ['Dequantize', 'c8', 'c'],
        ['Add', 'c b', 'out'],
      ),
      'a',
    ],
    [
      'one that a pooling follows',
      graph(['Relu', 'image', 'a'], ['Conv', 'a w', 'b'], ['Pool', 'b', 'out']),
      'a',
    ],
    ['a square', graph(['MatMul', 'image w', 'a'], ['Mul', 'a a', 'out']), 'image'],
    [
      'a branch',
      graph(['Conv', 'image w', 'a'], ['Conv', 'image v', 'b'], ['Concat', 'a b', 'out']),
      undefined,
    ],
    ['no such layer', graph(['Relu', 'image', 'out']), undefined],
    ['a constant', graph(['Relu', 'image', 'a'], ['Neg', 'w', 'out']), undefined],
    ['a cycle', graph(['Relu', 'out', 'a'], ['Relu', 'a', 'out']), undefined],
    ['no operator', graph(), undefined],
  ])('of %s', (_, model, tensor) => {
    expect(penultimate(model, products)).toBe(tensor)
  })
})
