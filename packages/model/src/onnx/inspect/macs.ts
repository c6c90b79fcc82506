import type { NodeProto } from '../schema.js'
import type { GraphFacts, Shape } from './facts.js'
import { countOf } from './layout-rules.js'
import { integerAttribute } from './node-attributes.js'

/** Operators that multiply matrices in ways that are not counted. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  'Attention',
  'DeformConv',
  'Einsum',
  'GRU',
  'GroupQueryAttention',
  'LSTM',
  'MatMulNBits',
  'MultiHeadAttention',
  'RNN',
])

/** Operators that multiply, counted or not. */
const COUNTED: ReadonlySet<string> = new Set([
  'Conv',
  'ConvInteger',
  'ConvTranspose',
  'FusedConv',
  'FusedMatMul',
  'Gemm',
  'MatMul',
  'MatMulInteger',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
])

/** Whether an operator multiplies matrices or convolves. */
export function multiplies({ opType = '' }: NodeProto): boolean {
  return COUNTED.has(opType) || UNCOUNTED.has(opType)
}

/**
 * Multiply-accumulates of one node.
 *
 * | operator | formula |
 * | --- | --- |
 * | convolutions | outputs × kernel size × input channels of a group |
 * | transposed convolution | inputs × kernel size × output channels of a group |
 * | Gemm, matrix products | outputs × inner size |
 *
 * @returns 0 for operators that do not multiply matrices; null for recurrent layers, attention and the like, and where shapes are
 *   not known.
 */
export function macsOf(node: NodeProto, facts: GraphFacts): number | null {
  const input = (index: number): Shape | undefined => facts.shape(node.input[index])
  const output = countOf(facts.shape(node.output[0]))
  switch (node.opType) {
    case 'Conv':
    case 'ConvInteger':
    case 'FusedConv':
      return product(output, countOf(input(1)?.slice(1)))
    case 'QLinearConv':
      return product(output, countOf(input(3)?.slice(1)))
    case 'ConvTranspose':
      return product(countOf(input(0)), countOf(input(1)?.slice(1)))
    case 'Gemm':
    case 'QGemm':
      return product(output, input(0)?.[integerAttribute(node, 'transA', 0) === 1 ? 0 : 1])
    case 'MatMul':
    case 'MatMulInteger':
    case 'QLinearMatMul':
      return product(output, input(0)?.at(-1))
    default:
      return multiplies(node) ? null : 0
  }
}

function product(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? null : a * b
}
