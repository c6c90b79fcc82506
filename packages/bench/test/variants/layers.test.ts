import { describe, expect, it } from 'vitest'
import { layersOf } from '../../src/variants/layers.js'
import { kindOf, type PlainGraph } from '../../src/variants/plain-graph.js'

/** "Conv: x w > y" for an operator, its inputs and its outputs. */
function graph(inputs: string, outputs: string, ...operators: string[]): PlainGraph {
  const words = (text = ''): string[] => text.trim().split(/\s+/).filter(Boolean)
  return {
    inputs: words(inputs),
    outputs: words(outputs),
    operators: operators.map((line) => {
      const [, name = '', its, results] = /^(\w+):([^>]*)>(.*)$/.exec(line) ?? []
      return { name, kind: kindOf(name), inputs: words(its), outputs: words(results) }
    }),
    nameOf: String,
  }
}

const ends = (plain: PlainGraph) =>
  layersOf(plain).map(({ operator, tensor, inputs }) => [operator, tensor, inputs])

describe('the layers of a graph', () => {
  it('are its operators, with which others they get their inputs from', () => {
    const plain = graph(
      'x',
      'z',
      'CONV_2D: x w > a',
      'MAX_POOL_2D: a > b',
      'CONV_2D: b v > c',
      'ADD: c b > z',
    )
    expect(ends(plain)).toEqual([
      ['CONV_2D', 'a', []],
      ['MAX_POOL_2D', 'b', [0]],
      ['CONV_2D', 'c', [1]],
      ['ADD', 'z', [2, 1]],
    ])
  })

  it('end behind bias, normalization and activation, in whichever way a converter writes them', () => {
    const apart = graph(
      'x',
      'y',
      'Conv: x w > a',
      'BatchNormalization: a s b m v > c',
      'Relu: c > d',
      'MatMul: d u > e',
      'Add: e bias > f',
      'Clip: f > y',
    )
    expect(ends(apart)).toEqual([
      ['Conv', 'd', []],
      ['MatMul', 'y', [0]],
    ])
    expect(layersOf(apart)[0]?.names).toEqual(['a', 'c', 'd'])
    const fused = graph('x', 'y', 'CONV_2D: x w b > d', 'FULLY_CONNECTED: d u bias > y')
    expect(layersOf(fused).map(({ kind }) => kind)).toEqual(layersOf(apart).map(({ kind }) => kind))
  })

  it('do not swallow what adds two branches, nor what others want too, nor an output', () => {
    // The branch that is added is computed later than the product.
    const branches = graph('x', 'z', 'Conv: x w > a', 'Conv: x v > b', 'Add: a b > c', 'Relu: c > z')
    expect(ends(branches)).toEqual([
      ['Conv', 'a', []],
      ['Conv', 'b', []],
      ['Add', 'z', [0, 1]],
    ])
    const swish = graph('x', 'z', 'Conv: x w > a', 'Sigmoid: a > s', 'Mul: a s > z')
    expect(ends(swish)).toEqual([
      ['Conv', 'a', []],
      ['Sigmoid', 's', [0]],
      ['Mul', 'z', [0, 1]],
    ])
    expect(ends(graph('x', 'a z', 'Conv: x w > a', 'Relu: a > z')).map(([, end]) => end)).toEqual(['a', 'z'])
  })

  it('are not what only moves values, nor what makes weights of constants', () => {
    const plain = graph(
      'x',
      'z',
      'DEQUANTIZE: half > w',
      'QUANTIZE: x > q',
      'CONV_2D: q w > a',
      'RESHAPE: a shape > b',
      'FULLY_CONNECTED: b v > z',
    )
    expect(ends(plain)).toEqual([
      ['CONV_2D', 'a', []],
      ['FULLY_CONNECTED', 'z', [0]],
    ])
  })

  it('end behind the rounding of their results', () => {
    const plain = graph(
      'x',
      'y',
      'QuantizeLinear: x s z > xq',
      'DequantizeLinear: xq s z > xd',
      'Conv: xd w > a',
      'Relu: a > b',
      'QuantizeLinear: b s z > bq',
      'DequantizeLinear: bq s z > bd',
      'MatMul: bd v > y',
    )
    expect(ends(plain)).toEqual([
      ['Conv', 'bd', []],
      ['MatMul', 'y', [0]],
    ])
    expect(layersOf(plain)[0]?.names).toEqual(['a', 'b', 'bq', 'bd'])
    // Quantizers that give each consumer a DequantizeLinear of its own.
    const each = graph(
      'x',
      'y',
      'Conv: x w > a',
      'QuantizeLinear: a s > q',
      'DequantizeLinear: q s > d',
      'DequantizeLinear: q s > e',
      'Add: d e > y',
    )
    expect(ends(each)).toEqual([
      ['Conv', 'd', []],
      ['Add', 'y', [0]],
    ])
  })
})

describe('kinds of operators', () => {
  it.each([
    ['CONV_2D', 'Conv', 'QLinearConv'],
    ['FULLY_CONNECTED', 'Gemm', 'MatMul'],
    ['ADD', 'Add', 'QLinearAdd'],
    ['MEAN', 'GlobalAveragePool', 'QLinearGlobalAveragePool'],
    ['LOGISTIC', 'Sigmoid', 'QLinearSigmoid'],
    ['SOFTMAX', 'Softmax', 'QLinearSoftmax'],
  ])('%s, %s and %s are the same', (...names) => {
    expect(new Set(names.map(kindOf)).size).toBe(1)
  })

  it('tell a convolution from one of depths', () => {
    expect(kindOf('DEPTHWISE_CONV_2D')).not.toBe(kindOf('CONV_2D'))
  })
})
