import type { TfliteEnumValue } from '../model.js'

/** Name of a built-in operator. */
export type BuiltinName = TfliteEnumValue<'BuiltinOperator'>

/** How many tensors an operator takes and gives. */
export interface Arity {
  readonly inputs: Range
  readonly outputs: Range
  /** Inputs that may be left out (-1), by position; `any` where TensorFlow Lite looks for each. */
  readonly optional: readonly number[] | 'any'
}

type Range = readonly [min: number, max: number]

const ANY: Range = [0, Number.POSITIVE_INFINITY]
const SOME: Range = [1, Number.POSITIVE_INFINITY]
const NONE: readonly number[] = []

function arity(inputs: number | Range, outputs: number | Range, optional: Arity['optional'] = NONE): Arity {
  return { inputs: range(inputs), outputs: range(outputs), optional }
}

function range(count: number | Range): Range {
  return typeof count === 'number' ? [count, count] : count
}

function each(names: readonly BuiltinName[], entry: Arity): readonly (readonly [BuiltinName, Arity])[] {
  return names.map((name) => [name, entry] as const)
}

/**
 * The operators whose arity is known. Kernels take a missing tensor for one that is there unless they check; so they are not asked.
 */
export const ARITIES: ReadonlyMap<BuiltinName, Arity> = new Map([
  ...each(
    [
      ...([
        'ABS',
        'BITCAST',
        'BUCKETIZE',
        'CAST',
        'CEIL',
        'COMPLEX_ABS',
        'COS',
        'DENSIFY',
        'DEPTH_TO_SPACE',
      ] as const),
      ...([
        'DEQUANTIZE',
        'ELU',
        'EXP',
        'FAKE_QUANT',
        'FLOOR',
        'GELU',
        'HARD_SWISH',
        'HASHTABLE_SIZE',
        'IMAG',
      ] as const),
      ...(['L2_NORMALIZATION', 'LEAKY_RELU', 'LOCAL_RESPONSE_NORMALIZATION', 'LOG', 'LOGICAL_NOT'] as const),
      ...(['LOGISTIC', 'LOG_SOFTMAX', 'MATRIX_DIAG', 'NEG', 'QUANTIZE', 'RANDOM_STANDARD_NORMAL'] as const),
      ...([
        'RANDOM_UNIFORM',
        'RANK',
        'READ_VARIABLE',
        'REAL',
        'RELU',
        'RELU6',
        'RELU_0_TO_1',
        'RELU_N1_TO_1',
      ] as const),
      ...([
        'ROUND',
        'RSQRT',
        'SHAPE',
        'SIGN',
        'SIN',
        'SKIP_GRAM',
        'SOFTMAX',
        'SPACE_TO_DEPTH',
        'SQRT',
        'SQUARE',
      ] as const),
      ...([
        'SQUEEZE',
        'TANH',
        'WHERE',
        'ZEROS_LIKE',
        'AVERAGE_POOL_2D',
        'MAX_POOL_2D',
        'L2_POOL_2D',
      ] as const),
      ...([
        'STABLEHLO_ABS',
        'STABLEHLO_CBRT',
        'STABLEHLO_COSINE',
        'STABLEHLO_EXPONENTIAL',
        'STABLEHLO_FLOOR',
      ] as const),
      ...([
        'STABLEHLO_LOG',
        'STABLEHLO_LOGISTIC',
        'STABLEHLO_NEGATE',
        'STABLEHLO_RESHAPE',
        'STABLEHLO_RSQRT',
      ] as const),
      ...(['STABLEHLO_SLICE', 'STABLEHLO_TANH', 'STABLEHLO_TRANSPOSE', 'STABLEHLO_CONVERT'] as const),
    ],
    arity(1, 1),
  ),
  ...each(
    [
      ...(['ADD', 'ARG_MAX', 'ARG_MIN', 'ATAN2', 'BATCH_MATMUL', 'BITWISE_XOR', 'BROADCAST_ARGS'] as const),
      ...([
        'BROADCAST_TO',
        'CUMSUM',
        'DIV',
        'EMBEDDING_LOOKUP',
        'EQUAL',
        'EXPAND_DIMS',
        'FILL',
        'FLOOR_DIV',
      ] as const),
      ...(['FLOOR_MOD', 'GATHER', 'GATHER_ND', 'GREATER', 'GREATER_EQUAL', 'LESS', 'LESS_EQUAL'] as const),
      ...([
        'LOGICAL_AND',
        'LOGICAL_OR',
        'MATRIX_SET_DIAG',
        'MAXIMUM',
        'MEAN',
        'MINIMUM',
        'MIRROR_PAD',
        'MUL',
      ] as const),
      ...([
        'MULTINOMIAL',
        'NOT_EQUAL',
        'PAD',
        'POW',
        'PRELU',
        'REDUCE_ALL',
        'REDUCE_ANY',
        'REDUCE_MAX',
      ] as const),
      ...([
        'REDUCE_MIN',
        'REDUCE_PROD',
        'RESIZE_BILINEAR',
        'RESIZE_NEAREST_NEIGHBOR',
        'REVERSE_SEQUENCE',
      ] as const),
      ...([
        'REVERSE_V2',
        'RFFT2D',
        'RIGHT_SHIFT',
        'SEGMENT_SUM',
        'SQUARED_DIFFERENCE',
        'SUB',
        'SUM',
        'TILE',
      ] as const),
      ...(['TRANSPOSE', 'STABLEHLO_ADD', 'STABLEHLO_AND', 'STABLEHLO_COMPARE', 'STABLEHLO_DIVIDE'] as const),
      ...([
        'STABLEHLO_GATHER',
        'STABLEHLO_MAXIMUM',
        'STABLEHLO_MINIMUM',
        'STABLEHLO_MULTIPLY',
        'STABLEHLO_OR',
      ] as const),
      ...(['STABLEHLO_PAD', 'STABLEHLO_POWER', 'STABLEHLO_REMAINDER', 'STABLEHLO_SHIFT_LEFT'] as const),
      ...(['STABLEHLO_SUBTRACT', 'STABLEHLO_CONVOLUTION', 'STABLEHLO_DOT_GENERAL'] as const),
    ],
    arity(2, 1),
  ),
  ...each(
    [
      ...(['BATCH_TO_SPACE_ND', 'DYNAMIC_UPDATE_SLICE', 'HASHTABLE_FIND', 'RANGE', 'SCATTER_ND'] as const),
      ...([
        'SELECT',
        'SELECT_V2',
        'SLICE',
        'SPACE_TO_BATCH_ND',
        'UNSORTED_SEGMENT_MAX',
        'STABLEHLO_CLAMP',
      ] as const),
      ...([
        'UNSORTED_SEGMENT_MIN',
        'UNSORTED_SEGMENT_PROD',
        'UNSORTED_SEGMENT_SUM',
        'STABLEHLO_SCATTER',
      ] as const),
      ...(['STABLEHLO_SELECT'] as const),
    ],
    arity(3, 1),
  ),
  ...each(['ONE_HOT', 'SPARSE_TO_DENSE', 'STRIDED_SLICE'], arity(4, 1)),
  ...each(['CONV_2D', 'DEPTHWISE_CONV_2D', 'CONV_3D'], arity([2, 3], 1, [2])),
  ...each(['TRANSPOSE_CONV', 'CONV_3D_TRANSPOSE'], arity([3, 4], 1, [3])),
  ...each(['ADD_N', 'CONCATENATION', 'PACK', 'STABLEHLO_CONCATENATE'], arity(SOME, 1)),
  ...each(['IF', 'STABLEHLO_CASE'], arity(SOME, ANY)),
  ...each(['WHILE', 'STABLEHLO_WHILE'], arity(ANY, ANY)),
  ...each(['UNPACK'], arity(1, SOME)),
  ...each(['SPLIT'], arity(2, SOME)),
  ...each(['SPLIT_V'], arity(3, SOME)),
  ...each(['TOPK_V2'], arity(2, 2)),
  ...each(['UNIQUE', 'STABLEHLO_RNG_BIT_GENERATOR'], arity(1, 2)),
  ...each(['HASHTABLE', 'VAR_HANDLE', 'STABLEHLO_IOTA'], arity(0, 1)),
  ...each(['ASSIGN_VARIABLE'], arity(2, 0)),
  ...each(['HASHTABLE_IMPORT'], arity(3, 0)),
  ...each(['HASHTABLE_LOOKUP'], arity(3, 2)),
  ...each(['CALL_ONCE'], arity(0, 0)),
  ...each(['RESHAPE'], arity([1, 2], 1)),
  ...each(['PADV2'], arity([2, 3], 1, [2])),
  ...each(['FULLY_CONNECTED'], arity([2, 4], [1, 2], [2, 3])),
  ...each(['NON_MAX_SUPPRESSION_V4'], arity(5, 2)),
  ...each(['NON_MAX_SUPPRESSION_V5'], arity(6, 3)),
  ...each(['EMBEDDING_LOOKUP_SPARSE'], arity(5, 1)),
  ...each(['LSH_PROJECTION'], arity([2, 3], 1)),
  ...each(['DILATE', 'REDUCE_WINDOW'], arity(5, 1)),
  ...each(['RNN', 'UNIDIRECTIONAL_SEQUENCE_RNN'], arity(5, 1)),
  ...each(['BIDIRECTIONAL_SEQUENCE_RNN'], arity(12, [1, 2], [9, 10, 11])),
  ...each(['SVDF'], arity(5, 1, [3])),
  ...each(['LSTM'], arity([5, 24], [1, 4], 'any')),
  ...each(['UNIDIRECTIONAL_SEQUENCE_LSTM'], arity([20, 24], 1, 'any')),
  ...each(['BIDIRECTIONAL_SEQUENCE_LSTM'], arity(48, [1, 2], 'any')),
])
