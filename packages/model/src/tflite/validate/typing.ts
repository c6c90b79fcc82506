import { enumName, enumValue, type TfliteTensor } from '../model.js'
import type { BuiltinName } from './arity.js'
import type { OperatorView } from './operator-view.js'

const INT8 = enumValue('TensorType', 'INT8')
const UINT8 = enumValue('TensorType', 'UINT8')
const INT16 = enumValue('TensorType', 'INT16')

/** Operators whose results have the dtype of one input, by the input's position. */
const RESULT_LIKE: ReadonlyMap<BuiltinName, number> = new Map([
  ...each<number>(0, [
    ...(['ABS', 'AVERAGE_POOL_2D', 'BATCH_TO_SPACE_ND', 'BROADCAST_TO', 'CEIL', 'COS', 'CUMSUM'] as const),
    ...(['DEPTH_TO_SPACE', 'DYNAMIC_UPDATE_SLICE', 'ELU', 'EXP', 'EXPAND_DIMS', 'FLOOR', 'GATHER'] as const),
    ...(['GATHER_ND', 'GELU', 'HARD_SWISH', 'L2_NORMALIZATION', 'L2_POOL_2D', 'LEAKY_RELU'] as const),
    ...(['LOCAL_RESPONSE_NORMALIZATION', 'LOG', 'LOGISTIC', 'LOG_SOFTMAX', 'MATRIX_DIAG'] as const),
    ...(['MATRIX_SET_DIAG', 'MAX_POOL_2D', 'MEAN', 'MIRROR_PAD', 'NEG', 'PAD', 'PADV2', 'PRELU'] as const),
    ...(['REDUCE_ALL', 'REDUCE_ANY', 'REDUCE_MAX', 'REDUCE_MIN', 'REDUCE_PROD', 'RELU', 'RELU6'] as const),
    ...(['RELU_0_TO_1', 'RELU_N1_TO_1', 'RESHAPE', 'RESIZE_BILINEAR', 'RESIZE_NEAREST_NEIGHBOR'] as const),
    ...(['REVERSE_SEQUENCE', 'REVERSE_V2', 'ROUND', 'RSQRT', 'SEGMENT_SUM', 'SIGN', 'SIN', 'SLICE'] as const),
    ...(['SPACE_TO_BATCH_ND', 'SPACE_TO_DEPTH', 'SPLIT_V', 'SQRT', 'SQUARE', 'SQUEEZE'] as const),
    ...(['STRIDED_SLICE', 'SUM', 'TANH', 'TILE', 'TRANSPOSE', 'UNPACK', 'ZEROS_LIKE'] as const),
  ]),
  ...each<number>(1, ['FILL', 'SCATTER_ND', 'SELECT', 'SELECT_V2', 'SPLIT']),
])

const STRING = enumValue('TensorType', 'STRING')
const RESOURCE = enumValue('TensorType', 'RESOURCE')
const VARIANT = enumValue('TensorType', 'VARIANT')

type Pair = readonly [number, number]

/** Operators whose results have one dtype. */
const RESULT_TYPES: ReadonlyMap<BuiltinName, number> = new Map([
  ...each<number>(enumValue('TensorType', 'FLOAT32'), ['COMPLEX_ABS', 'DEQUANTIZE', 'REAL', 'IMAG']),
  ...each<number>(enumValue('TensorType', 'BOOL'), [
    ...(['EQUAL', 'GREATER', 'GREATER_EQUAL', 'LESS', 'LESS_EQUAL', 'LOGICAL_AND', 'LOGICAL_NOT'] as const),
    ...(['LOGICAL_OR', 'NOT_EQUAL', 'REDUCE_ALL', 'REDUCE_ANY'] as const),
  ]),
  ...each<number>(RESOURCE, ['HASHTABLE', 'VAR_HANDLE']),
])

/** Operators whose first input is a handle: kernels take its bytes for the number of what it stands for. */
const HANDLED: ReadonlySet<BuiltinName> = new Set([
  ...(['ASSIGN_VARIABLE', 'HASHTABLE_FIND', 'HASHTABLE_IMPORT', 'HASHTABLE_SIZE', 'READ_VARIABLE'] as const),
])

/** Operators that take two inputs of one dtype, by the inputs' positions. Kernels give their results that dtype, whatever the file says. */
const INPUTS_ALIKE: ReadonlyMap<BuiltinName, Pair> = new Map([
  ...each<Pair>(
    [0, 1],
    [
      ...(['ADD', 'ATAN2', 'BITWISE_XOR', 'DIV', 'EQUAL', 'FLOOR_DIV', 'FLOOR_MOD', 'GREATER'] as const),
      ...(['GREATER_EQUAL', 'LESS', 'LESS_EQUAL', 'LOGICAL_AND', 'LOGICAL_OR', 'MATRIX_SET_DIAG'] as const),
      ...(['MAXIMUM', 'MINIMUM', 'MUL', 'NOT_EQUAL', 'POW', 'PRELU', 'RIGHT_SHIFT'] as const),
      ...(['SQUARED_DIFFERENCE', 'SUB', 'DYNAMIC_UPDATE_SLICE'] as const),
    ],
  ),
  ...each<Pair>([1, 2], ['SELECT', 'SELECT_V2']),
])

/**
 * Operators that calculate with the real values of 8-bit and 16-bit tensors, and so with scales. Those that only move values do not
 * need any.
 */
const SCALED: ReadonlySet<BuiltinName> = new Set([
  ...([
    'ABS',
    'ADD',
    'BATCH_MATMUL',
    'CONV_2D',
    'DEPTHWISE_CONV_2D',
    'DIV',
    'ELU',
    'EXP',
    'FULLY_CONNECTED',
  ] as const),
  ...([
    'GELU',
    'HARD_SWISH',
    'L2_NORMALIZATION',
    'LEAKY_RELU',
    'LOGISTIC',
    'LOG',
    'LOG_SOFTMAX',
    'MEAN',
  ] as const),
  ...([
    'MUL',
    'PRELU',
    'RELU',
    'RELU6',
    'RELU_N1_TO_1',
    'RSQRT',
    'SOFTMAX',
    'SQUARED_DIFFERENCE',
    'SUB',
  ] as const),
  ...(['SUM', 'TANH', 'TRANSPOSE_CONV', 'SVDF', 'QUANTIZE', 'DEQUANTIZE', 'REDUCE_PROD'] as const),
  ...(['LSTM', 'UNIDIRECTIONAL_SEQUENCE_LSTM', 'BIDIRECTIONAL_SEQUENCE_LSTM', 'RNN'] as const),
  ...(['UNIDIRECTIONAL_SEQUENCE_RNN', 'BIDIRECTIONAL_SEQUENCE_RNN'] as const),
])

/** Operators that take or give tensors whose elements have no fixed size: strings, handles, lists. */
const UNSIZED: ReadonlySet<BuiltinName> = new Set([
  ...([
    'ADD_N',
    'ASSIGN_VARIABLE',
    'BROADCAST_TO',
    'CALL',
    'CALL_ONCE',
    'CAST',
    'CONCATENATION',
    'EQUAL',
  ] as const),
  ...([
    'EXPAND_DIMS',
    'FILL',
    'GATHER',
    'GATHER_ND',
    'HASHTABLE',
    'HASHTABLE_FIND',
    'HASHTABLE_IMPORT',
  ] as const),
  ...(['HASHTABLE_LOOKUP', 'HASHTABLE_SIZE', 'IF', 'LSH_PROJECTION', 'NOT_EQUAL', 'PACK', 'RANK'] as const),
  ...(['READ_VARIABLE', 'RESHAPE', 'SELECT', 'SELECT_V2', 'SHAPE', 'SKIP_GRAM', 'SLICE', 'SPLIT'] as const),
  ...(['SPLIT_V', 'SQUEEZE', 'STABLEHLO_CASE', 'STABLEHLO_COMPOSITE', 'STABLEHLO_CUSTOM_CALL'] as const),
  ...([
    'STABLEHLO_WHILE',
    'STRIDED_SLICE',
    'TILE',
    'TRANSPOSE',
    'UNIQUE',
    'UNPACK',
    'VAR_HANDLE',
    'WHERE',
  ] as const),
  ...(['WHILE', 'ZEROS_LIKE'] as const),
])

function each<T>(entry: T, names: readonly BuiltinName[]): readonly (readonly [BuiltinName, T])[] {
  return names.map((name) => [name, entry] as const)
}

/**
 * Checks that the tensors of an operator have the dtypes and scales that its kernel reads them with: several look at one tensor's dtype
 * and take it for all.
 */
export function checkTyping(operator: OperatorView): void {
  const like = RESULT_LIKE.get(operator.name)
  if (like !== undefined) {
    for (let at = 0; at < operator.outputCount; at += 1) {
      checkDtype(operator, `output ${at}`, operator.output(at)?.type, operator.input(like)?.type)
    }
  }
  checkDtype(operator, 'output 0', operator.output(0)?.type, RESULT_TYPES.get(operator.name))
  if (HANDLED.has(operator.name)) checkDtype(operator, 'input 0', operator.input(0)?.type, RESOURCE)
  const alike = INPUTS_ALIKE.get(operator.name)
  if (alike !== undefined) {
    const [first, second] = alike
    checkDtype(operator, `input ${second}`, operator.input(second)?.type, operator.input(first)?.type)
  }
  if (SCALED.has(operator.name)) checkScaled(operator)
  if (!UNSIZED.has(operator.name)) checkSized(operator)
}

function checkSized(operator: OperatorView): void {
  for (const { what, tensor } of tensorsOf(operator)) {
    const type = tensor?.type
    if (type === STRING || type === RESOURCE || type === VARIANT) {
      throw operator.error(`the dtype of its ${what}`, 'one with elements of a fixed size', dtypeName(type))
    }
  }
}

interface NamedTensor {
  readonly what: string
  readonly tensor: TfliteTensor | undefined
}

function tensorsOf(operator: OperatorView): readonly NamedTensor[] {
  const tensors: NamedTensor[] = []
  for (let at = 0; at < operator.inputCount; at += 1) {
    tensors.push({ what: `input ${at}`, tensor: operator.input(at) })
  }
  for (let at = 0; at < operator.outputCount; at += 1) {
    tensors.push({ what: `output ${at}`, tensor: operator.output(at) })
  }
  return tensors
}

function checkDtype(
  operator: OperatorView,
  what: string,
  found: number | undefined,
  expected: number | undefined,
): void {
  if (found === undefined || expected === undefined || found === expected) return
  throw operator.error(`the dtype of its ${what}`, dtypeName(expected), dtypeName(found))
}

function dtypeName(type: number): string {
  return enumName('TensorType', type) ?? String(type)
}

function checkScaled(operator: OperatorView): void {
  const tensors = tensorsOf(operator)
  // 16-bit integers without any scale are plain numbers to some kernels.
  const scaled = tensors.some(({ tensor }) => (tensor?.quantization?.scale?.length ?? 0) > 0)
  for (const { what, tensor } of tensors) {
    if (tensor === undefined) continue
    const { type, quantization } = tensor
    if (type !== INT8 && type !== UINT8 && !(type === INT16 && scaled)) continue
    if (quantization?.details !== undefined) continue
    const scale = quantization?.scale
    if (scale === undefined || scale.length === 0 || operator.scales.hasZero(scale)) {
      throw operator.error(`the scale of its ${what}`, 'one greater than 0', scale?.length ? 0 : 'none')
    }
  }
}
