import { elementCount } from '../../constants.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import { checkNotEmpty, checkOutputShape, checkRank } from './bounds.js'
import { broadcast } from './elementwise.js'

/** What matrix products and normalisations take for granted. */
export const PRODUCT_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['FULLY_CONNECTED', fullyConnected],
  ['BATCH_MATMUL', batchMatMul],
  ['SOFTMAX', normalization],
  ['LOG_SOFTMAX', alongLast],
  ['L2_NORMALIZATION', alongLast],
  ['LOCAL_RESPONSE_NORMALIZATION', localResponseNormalization],
]

function fullyConnected(operator: OperatorView): void {
  checkRank(operator, 1, 2)
  checkNotEmpty(operator, 1)
  const weights = operator.shape(1)
  if (weights === undefined) return
  const [units = 0, depth = 0] = weights
  const bias = operator.shape(2)
  if (bias !== undefined && elementCount(bias) !== units) {
    throw operator.error('its bias', `${units} values, one for each unit`, elementCount(bias))
  }
  const input = operator.fixedShape(0)
  if (input === undefined) return
  const elements = elementCount(input)
  if (elements % depth !== 0) {
    throw operator.error('its input', `a multiple of ${depth} elements, as its weights say`, elements)
  }
  if (operator.options('FullyConnectedOptions')?.keepNumDims !== true) {
    const output = operator.fixedOutputShape(0)
    // Files exist that give the result more dimensions; only the number of its values counts.
    if (output !== undefined && elementCount(output) !== (elements / depth) * units) {
      checkOutputShape(operator, 0, [elements / depth, units])
    }
    return
  }
  if (input.at(-1) !== depth) {
    throw operator.error('the last size of its input', `${depth}, as its weights say`, input.at(-1) ?? 'none')
  }
  checkOutputShape(operator, 0, [...input.slice(0, -1), units])
}

function batchMatMul(operator: OperatorView): void {
  checkRank(operator, 0, 2, 5)
  checkRank(operator, 1, 2, 5)
  const left = operator.fixedShape(0)
  const right = operator.fixedShape(1)
  if (left === undefined || right === undefined) return
  const { adjX = false, adjY = false } = operator.options('BatchMatMulOptions') ?? {}
  const [rows = 0, inner = 0] = adjX ? left.slice(-2).reverse() : left.slice(-2)
  const [depth = 0, columns = 0] = adjY ? right.slice(-2).reverse() : right.slice(-2)
  if (inner !== depth)
    throw operator.error('the inner size of its input 1', `${inner}, as input 0 has`, depth)
  const batch = broadcast(operator, left.slice(0, -2), right.slice(0, -2))
  checkOutputShape(operator, 0, [...batch, rows, columns])
}

function normalization(operator: OperatorView): void {
  const shape = operator.fixedShape(0)
  if (shape === undefined) return
  if (shape.length === 0) throw operator.error('the rank of its input 0', '1 or more', 0)
  checkOutputShape(operator, 0, [...shape])
}

/** Kernels that take the last dimension without asking whether there is one: what has no shape begins as a scalar. */
function alongLast(operator: OperatorView): void {
  if (operator.shape(0) === undefined)
    throw operator.error('the rank of its input 0', '1 or more', 'no shape')
  normalization(operator)
}

function localResponseNormalization(operator: OperatorView): void {
  const options = operator.requiredOptions('LocalResponseNormalizationOptions')
  if (options.radius < 0 || options.radius > 2 ** 16) {
    throw operator.error('its radius', '0 to 65536', options.radius)
  }
  checkRank(operator, 0, 4)
  normalization(operator)
}
