import { bytesOfElements, onnxDataType } from '../data-types.js'
import type { NodeProto, TensorProto } from '../schema.js'
import { onnxTensorData } from '../tensor-data.js'
import type { GraphFacts } from './facts.js'
import { integerAttribute } from './node-attributes.js'

/** A constant that holds trained values. */
export interface Weights {
  readonly elements: number
  readonly bytes: number
  /** How many elements stand for zero. */
  readonly zeros: number
}

/** Inputs that say how to compute, not with what: shapes, axes, bounds, scales, zero points. `from` on, or exactly those. */
const SETTINGS: ReadonlyMap<string, { readonly from: number } | readonly number[]> = new Map<
  string,
  { readonly from: number } | readonly number[]
>([
  ...['Clip', 'Pad', 'Resize', 'Upsample', 'Slice', 'Dropout', 'TopK', 'Range', 'OneHot'].map(
    (name) => [name, { from: 1 }] as const,
  ),
  ...['QuantizeLinear', 'DequantizeLinear', 'Trilu', 'CumSum', 'Pow'].map(
    (name) => [name, { from: 1 }] as const,
  ),
  ['QLinearConv', [1, 2, 4, 5, 6, 7]],
  ['QLinearMatMul', [1, 2, 4, 5, 6, 7]],
  ['QLinearAdd', [1, 2, 4, 5, 6, 7]],
  ['QLinearMul', [1, 2, 4, 5, 6, 7]],
  ['QGemm', [1, 2, 4, 5, 7, 8]],
  ...[
    'QLinearAveragePool',
    'QLinearGlobalAveragePool',
    'QLinearLeakyRelu',
    'QLinearReduceMean',
    'QLinearSigmoid',
    'QLinearSoftmax',
  ].map((name) => [name, { from: 1 }] as const),
  // Scale and zero point of the result, and then a value, its scale and its zero point, as often as there are values.
  ['QLinearConcat', { from: 0 }],
  ['ConvInteger', { from: 2 }],
  ['MatMulInteger', { from: 2 }],
  ['NonMaxSuppression', { from: 2 }],
])

/** Inputs that are quantized weights, each with the input that holds their zero point. */
const QUANTIZED: ReadonlyMap<string, ReadonlyMap<number, number | undefined>> = new Map<
  string,
  ReadonlyMap<number, number | undefined>
>([
  ['DequantizeLinear', new Map([[0, 2]])],
  ['ConvInteger', new Map([[1, 3]])],
  ['MatMulInteger', new Map([[1, 3]])],
  [
    'QLinearConv',
    new Map<number, number | undefined>([
      [3, 5],
      [8, undefined],
    ]),
  ],
  ['QLinearMatMul', new Map([[3, 5]])],
  // Of com.microsoft: A, B and C with a scale and a zero point behind A and B each; C is the bias, which has none.
  [
    'QGemm',
    new Map<number, number | undefined>([
      [3, 5],
      [6, undefined],
    ]),
  ],
])

/**
 * Measures what a node gets as one of its inputs: floating point constants, and integers that are quantized weights. Others are
 * shapes, axes and indices.
 *
 * @returns undefined for anything else.
 */
export function measureWeights(node: NodeProto, index: number, facts: GraphFacts): Weights | undefined {
  const tensor = facts.constant(node.input[index])
  const type = onnxDataType(tensor?.dataType)
  if (tensor === undefined || type === undefined || type.bits === 0) return undefined
  const settings = SETTINGS.get(node.opType ?? '')
  if (settings !== undefined && ('from' in settings ? index >= settings.from : settings.includes(index))) {
    return undefined
  }
  const quantized = QUANTIZED.get(node.opType ?? '')
  const isFloat = /float|^complex/.test(type.name)
  if (!isFloat && quantized?.has(index) !== true) return undefined
  const place = quantized?.get(index)
  const zeroPoint = place === undefined ? undefined : facts.constant(node.input[place])
  const elements = tensor.dims.reduce((product, dim) => product * Number(dim), 1)
  const zeros = countZeros(
    tensor,
    isFloat ? undefined : zeroPoint,
    integerAttribute(node, 'axis', defaultAxis(node)),
  )
  return { elements, bytes: bytesOfElements(type, elements), zeros }
}

/** Along which axis zero points go where there are several: that of the output's channels. */
function defaultAxis(node: NodeProto): number {
  switch (node.opType) {
    case 'DequantizeLinear':
      return 1
    case 'QGemm':
      return integerAttribute(node, 'transB', 0) === 1 ? 0 : 1
    case 'MatMulInteger':
    case 'QLinearMatMul':
      return -1
    default:
      return 0
  }
}

function countZeros(tensor: TensorProto, zeroPoint: TensorProto | undefined, axis: number): number {
  const { shape } = onnxTensorData(tensor)
  const values = storedValues(tensor)
  const points = zeroPoint === undefined ? [0] : Array.from(storedValues(zeroPoint), Number)
  const [first = 0] = points
  const isUniform = points.every((point) => point === first)
  const at = axis < 0 ? axis + shape.length : axis
  const inner = shape.slice(at + 1).reduce((product, size) => product * size, 1)
  let zeros = 0
  for (let i = 0; i < values.length; i++) {
    const zero = isUniform ? first : points[Math.floor(i / inner) % points.length]
    if (Number(values[i]) === zero) zeros++
  }
  return zeros
}

/** The elements; of types that JavaScript lacks, numbers that are 0 exactly where the value is. */
function storedValues(tensor: TensorProto): ArrayLike<number | bigint> {
  const { dtype, shape, bytes } = onnxTensorData(tensor)
  // A copy begins where every typed array may begin.
  const memory = bytes.slice().buffer
  switch (dtype) {
    case 'float32':
      return new Float32Array(memory)
    case 'float64':
      return new Float64Array(memory)
    case 'float16':
    case 'bfloat16':
      // Without the sign, since there are two zeros.
      return new Uint16Array(memory).map((bits) => bits & 0x7fff)
    case 'float8e4m3fn':
    case 'float8e5m2':
      return new Uint8Array(memory).map((bits) => bits & 0x7f)
    case 'int8':
      return new Int8Array(memory)
    case 'int16':
      return new Int16Array(memory)
    case 'uint16':
      return new Uint16Array(memory)
    case 'int32':
      return new Int32Array(memory)
    case 'uint32':
      return new Uint32Array(memory)
    case 'int64':
      return new BigInt64Array(memory)
    case 'uint64':
      return new BigUint64Array(memory)
    case 'int4':
    case 'uint4':
    case 'float4e2m1':
    case 'int2':
    case 'uint2':
      return unpacked(bytes, dtype, shape)
    default:
      return new Uint8Array(memory)
  }
}

function unpacked(bytes: Uint8Array, dtype: string, shape: readonly number[]): ArrayLike<number> {
  const bits = dtype === 'int2' || dtype === 'uint2' ? 2 : 4
  const count = shape.reduce((product, size) => product * size, 1)
  const values = new Int8Array(count)
  for (let i = 0; i < count; i++) {
    const value = ((bytes[Math.floor((i * bits) / 8)] ?? 0) >> ((i * bits) % 8)) & ((1 << bits) - 1)
    const isNegative = dtype.startsWith('int') && value >= 1 << (bits - 1)
    values[i] = isNegative ? value - (1 << bits) : dtype === 'float4e2m1' ? value & 7 : value
  }
  return values
}
