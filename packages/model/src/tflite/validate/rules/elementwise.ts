import { enumValue } from '../../model.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import { checkOutputShape } from './bounds.js'

const INT16 = enumValue('TensorType', 'INT16')

const UNARY: readonly BuiltinName[] = [
  ...(['ABS', 'CAST', 'CEIL', 'COS', 'DEQUANTIZE', 'ELU', 'EXP', 'FLOOR', 'GELU', 'HARD_SWISH'] as const),
  ...(['LEAKY_RELU', 'LOG', 'LOGICAL_NOT', 'LOGISTIC', 'NEG', 'QUANTIZE', 'RELU', 'RELU6'] as const),
  ...(['RELU_0_TO_1', 'RELU_N1_TO_1', 'ROUND', 'RSQRT', 'SIGN', 'SIN', 'SQRT', 'SQUARE', 'TANH'] as const),
  ...(['ZEROS_LIKE', 'REVERSE_V2', 'REVERSE_SEQUENCE', 'CUMSUM'] as const),
]

const BINARY: readonly BuiltinName[] = [
  ...([
    'ADD',
    'ATAN2',
    'BITWISE_XOR',
    'DIV',
    'EQUAL',
    'FLOOR_DIV',
    'FLOOR_MOD',
    'GREATER',
    'GREATER_EQUAL',
  ] as const),
  ...([
    'LESS',
    'LESS_EQUAL',
    'LOGICAL_AND',
    'LOGICAL_OR',
    'MAXIMUM',
    'MINIMUM',
    'MUL',
    'NOT_EQUAL',
    'POW',
  ] as const),
  ...(['PRELU', 'RIGHT_SHIFT', 'SQUARED_DIFFERENCE'] as const),
]

/** What operators take for granted that work value by value: shapes that are equal, or that broadcast. */
export const ELEMENTWISE_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ...UNARY.map((name) => [name, unary] as const),
  ...BINARY.map((name) => [name, binary] as const),
  ['ADD', sum],
  ['SUB', sum],
  ['ADD_N', addN],
]

function unary(operator: OperatorView): void {
  const shape = operator.fixedShape(0)
  if (shape !== undefined) checkOutputShape(operator, 0, [...shape])
}

/** The shape that two shapes broadcast to, aligned at their ends. */
export function broadcast(operator: OperatorView, left: Int32Array, right: Int32Array): readonly number[] {
  const rank = Math.max(left.length, right.length)
  return Array.from({ length: rank }, (_, at) => {
    const a = left[at - (rank - left.length)] ?? 1
    const b = right[at - (rank - right.length)] ?? 1
    if (a !== b && a !== 1 && b !== 1) {
      throw operator.error(
        'the shapes of its inputs',
        'equal sizes, or 1',
        `[${left.join(', ')}] and [${right.join(', ')}]`,
      )
    }
    return a === 1 ? b : a
  })
}

function binary(operator: OperatorView): void {
  const left = operator.fixedShape(0)
  const right = operator.fixedShape(1)
  if (left === undefined || right === undefined) return
  checkOutputShape(operator, 0, broadcast(operator, left, right))
}

/** Checks the scales of a quantized sum: its kernels want factors below 1 after shifting both inputs to the left. */
function sum(operator: OperatorView): void {
  binary(operator)
  const scales = [operator.input(0), operator.input(1), operator.output(0)].map(
    (tensor) => tensor?.quantization?.scale?.[0],
  )
  const [left, right, result] = scales
  if (left === undefined || right === undefined || result === undefined) return
  const shift = operator.input(0)?.type === INT16 ? 15 : 20
  const most = 2 ** (shift - 1) * result
  if (Math.max(left, right) >= most) {
    throw operator.error(
      'the scales of its inputs',
      `less than ${most}, as its output's scale says`,
      Math.max(left, right),
    )
  }
}

function addN(operator: OperatorView): void {
  const first = operator.fixedShape(0)
  for (let at = 0; at < operator.inputCount; at += 1) {
    if (operator.input(at)?.type !== operator.input(0)?.type) {
      throw operator.error(
        `the dtype of its input ${at}`,
        'that of the first',
        operator.input(at)?.type ?? 'none',
      )
    }
    const shape = operator.fixedShape(at)
    if (first !== undefined && shape !== undefined && first.join() !== shape.join()) {
      throw operator.error(
        `the shape of its input ${at}`,
        `[${first.join(', ')}], as the first has`,
        `[${shape.join(', ')}]`,
      )
    }
  }
  if (first !== undefined) checkOutputShape(operator, 0, [...first])
}
