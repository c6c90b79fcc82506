import { elementCount } from '../../constants.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import { checkNotEmpty, checkRank } from './bounds.js'

/** What matrix products and recurrent layers take for granted. */
export const PRODUCT_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['FULLY_CONNECTED', fullyConnected],
  ['BATCH_MATMUL', batchMatMul],
  ['SVDF', svdf],
  ['SOFTMAX', notScalar],
  ['LOG_SOFTMAX', notScalar],
  ['L2_NORMALIZATION', notScalar],
  ['LOCAL_RESPONSE_NORMALIZATION', localResponseNormalization],
]

function fullyConnected(operator: OperatorView): void {
  checkRank(operator, 1, 2)
  checkNotEmpty(operator, 1)
  const weights = operator.shape(1)
  if (weights === undefined) return
  const [units = 0, depth = 0] = weights
  const input = operator.shape(0)
  if (input !== undefined && elementCount(input) % depth !== 0) {
    throw operator.error(
      'its input',
      `a multiple of ${depth} elements, as its weights say`,
      elementCount(input),
    )
  }
  const bias = operator.shape(2)
  if (bias !== undefined && elementCount(bias) !== units) {
    throw operator.error('its bias', `${units} values, one for each unit`, elementCount(bias))
  }
}

function batchMatMul(operator: OperatorView): void {
  checkRank(operator, 0, 2, 5)
  checkRank(operator, 1, 2, 5)
}

function svdf(operator: OperatorView): void {
  const options = operator.requiredOptions('SVDFOptions')
  checkRank(operator, 1, 2)
  const filters = operator.shape(1)?.[0]
  if (options.rank < 1 || (filters !== undefined && filters % options.rank !== 0)) {
    throw operator.error('its rank', `a divisor of ${filters ?? 'its number of filters'}`, options.rank)
  }
}

function notScalar(operator: OperatorView): void {
  const shape = operator.shape(0)
  if (shape !== undefined && shape.length === 0)
    throw operator.error('the rank of its input 0', '1 or more', 0)
}

function localResponseNormalization(operator: OperatorView): void {
  const options = operator.requiredOptions('LocalResponseNormalizationOptions')
  if (options.radius < 0 || options.radius > 2 ** 16)
    throw operator.error('its radius', '0 to 65536', options.radius)
}
