import { elementCount } from '../constants.js'
import type { TfliteOperator, TfliteSubGraph, TfliteTensor } from '../model.js'
import type { OperatorKind } from '../operator-kind.js'

/** More dimensions than any operator that multiplies has. */
const MAX_RANK = 32

/**
 * Multiply-accumulates of one operator at the shapes that the file declares, where a batch of unknown size counts as one.
 *
 * | operator | formula |
 * | --- | --- |
 * | convolutions | outputs × filter height × width × channels that one filter sees |
 * | depthwise convolution | outputs × filter height × width |
 * | transposed convolutions | inputs × filter height × width × filters |
 * | fully connected | rows × units × depth |
 * | batch matrix product | outputs × inner size |
 *
 * @returns 0 for operators that do not multiply matrices; null for recurrent layers, and where shapes are not known.
 */
export function macsOf(
  kind: OperatorKind,
  operator: TfliteOperator,
  { tensors = [] }: TfliteSubGraph,
): number | null {
  const input = (at: number): TfliteTensor | undefined => tensors[operator.inputs?.[at] ?? -1]
  const output = tensors[operator.outputs?.[0] ?? -1]
  switch (kind.builtin) {
    case 'CONV_2D':
      return product(elements(output), elements(slice(input(1), 1)))
    case 'DEPTHWISE_CONV_2D':
      return product(elements(output), elements(slice(input(1), 1, 3)))
    case 'CONV_3D':
      return product(elements(output), elements(slice(input(1), 0, 4)))
    case 'TRANSPOSE_CONV':
      return product(elements(input(2)), elements(slice(input(1), 0, 3)))
    case 'CONV_3D_TRANSPOSE':
      return product(elements(input(2)), elements(slice(input(1), 0, 4)))
    case 'FULLY_CONNECTED': {
      // Each value of the input meets each unit once.
      return product(elements(input(0)), elements(slice(input(1), 0, 1)))
    }
    case 'BATCH_MATMUL': {
      const { builtinOptions } = operator
      const transposed = builtinOptions?.type === 'BatchMatMulOptions' && builtinOptions.value?.adjX === true
      return product(elements(output), elements(transposed ? slice(input(0), -2, -1) : slice(input(0), -1)))
    }
    case 'LSTM':
    case 'RNN':
    case 'SVDF':
    case 'UNIDIRECTIONAL_SEQUENCE_LSTM':
    case 'UNIDIRECTIONAL_SEQUENCE_RNN':
    case 'BIDIRECTIONAL_SEQUENCE_LSTM':
    case 'BIDIRECTIONAL_SEQUENCE_RNN':
      return null
    default:
      return 0
  }
}

/** The declared shape, undefined where more than the batch is unknown. */
function shapeOf(tensor: TfliteTensor | undefined): Int32Array | undefined {
  if (tensor?.shape === undefined || tensor.shape.length === 0) return undefined
  // Many operators may take a tensor of a model that nobody has validated.
  if (tensor.shape.length > MAX_RANK || (tensor.shapeSignature?.length ?? 0) > MAX_RANK) return undefined
  return tensor.shapeSignature?.subarray(1).includes(-1) ? undefined : tensor.shape
}

function slice(tensor: TfliteTensor | undefined, begin: number, end?: number): Int32Array | undefined {
  return shapeOf(tensor)?.slice(begin, end)
}

function elements(of: TfliteTensor | Int32Array | undefined): number | null {
  const shape = of instanceof Int32Array ? of : shapeOf(of)
  return shape === undefined ? null : elementCount(shape)
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b
}
