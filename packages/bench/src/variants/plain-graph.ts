/** A model's graph in the words that .tflite and .onnx share, as far as comparing layers needs it. */
export interface PlainGraph {
  /** Of tensors: names or numbers, whatever tells them apart. */
  readonly inputs: readonly TensorId[]
  readonly outputs: readonly TensorId[]
  /** In the order in which they run. */
  readonly operators: readonly PlainOperator[]
  readonly nameOf: (tensor: TensorId) => string
}

export type TensorId = string | number

export interface PlainOperator {
  /** As the format calls it: `CONV_2D`, `Conv`. */
  readonly name: string
  /** What it does, by one name for all formats: see {@link kindOf}. */
  readonly kind: string
  readonly inputs: readonly TensorId[]
  readonly outputs: readonly TensorId[]
}

// Names that formats, and operators on integers, have for the same work, in lower case and without what parts their words.
const SAME: Readonly<Record<string, string>> = {
  conv: 'convolution',
  conv2d: 'convolution',
  convinteger: 'convolution',
  depthwiseconv2d: 'depthwise convolution',
  fullyconnected: 'matrix product',
  batchmatmul: 'matrix product',
  gemm: 'matrix product',
  qgemm: 'matrix product',
  matmul: 'matrix product',
  matmulinteger: 'matrix product',
  averagepool2d: 'average',
  averagepool: 'average',
  globalaveragepool: 'average',
  mean: 'average',
  reducemean: 'average',
  maxpool2d: 'maximum',
  maxpool: 'maximum',
  logistic: 'sigmoid',
  concatenation: 'concat',
  quantizelinear: 'quantize',
  dequantizelinear: 'dequantize',
}

/** What an operator does, by one name for all formats: `convolution` for `CONV_2D`, `Conv` and `QLinearConv`. */
export function kindOf(operator: string): string {
  const plain = operator.replaceAll('_', '').toLowerCase()
  const unquantized = plain.replace(/^qlinear/, '')
  return SAME[unquantized] ?? unquantized
}
