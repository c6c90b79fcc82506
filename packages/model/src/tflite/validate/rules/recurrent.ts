import { enumValue } from '../../model.js'
import type { BuiltinName } from '../arity.js'
import type { Rule } from '../operator.js'
import type { OperatorView } from '../operator-view.js'
import { checkNotEmpty, checkRank } from './bounds.js'

const INT8 = enumValue('TensorType', 'INT8')
const BASIC = enumValue('LSTMKernelType', 'BASIC')

/** Inputs that an LSTM may leave out: weights of the input gate, peepholes, projection, layer normalisation. */
const LSTM_OPTIONAL: ReadonlySet<number> = new Set([1, 5, 9, 10, 11, 12, 16, 17, 20, 21, 22, 23])
/** The same of a bidirectional one: forward, backward, and the weights of an auxiliary input. */
const BIDIRECTIONAL_OPTIONAL: ReadonlySet<number> = new Set([
  ...[1, 5, 9, 10, 11, 12, 16, 17],
  ...[18, 22, 26, 27, 28, 29, 33, 34],
  ...[39, 40, 41, 42, 43, 44, 45, 46, 47],
])

/** What recurrent layers take for granted. */
export const RECURRENT_RULES: readonly (readonly [BuiltinName, Rule])[] = [
  ['LSTM', lstm],
  ['UNIDIRECTIONAL_SEQUENCE_LSTM', fullLstm],
  ['BIDIRECTIONAL_SEQUENCE_LSTM', bidirectionalLstm],
  ['SVDF', svdf],
]

function lstm(operator: OperatorView): void {
  if (operator.requiredOptions('LSTMOptions').kernelType !== BASIC) {
    fullLstm(operator)
    if (operator.outputCount !== 1) throw operator.error('its number of outputs', '1', operator.outputCount)
    return
  }
  checkInputs(operator, [5], new Set())
  if (operator.outputCount !== 4) throw operator.error('its number of outputs', '4', operator.outputCount)
}

function fullLstm(operator: OperatorView): void {
  checkInputs(operator, [20, 24], LSTM_OPTIONAL)
  if (operator.input(0)?.type !== INT8) return
  // What the gates add up to has scales of its own, in tensors that hold nothing else.
  const intermediates = operator.intermediates
  if (intermediates.length !== 5 && intermediates.length !== 12) {
    throw operator.error('its intermediates', '5 or 12 tensors', intermediates.length)
  }
  intermediates.forEach(({ quantization }, at) => {
    if ((quantization?.scale?.length ?? 0) === 0) {
      throw operator.error(`the scale of its intermediate ${at}`, 'one value', 'none')
    }
  })
}

function bidirectionalLstm(operator: OperatorView): void {
  checkInputs(operator, [48], BIDIRECTIONAL_OPTIONAL)
}

function checkInputs(operator: OperatorView, counts: readonly number[], optional: ReadonlySet<number>): void {
  if (!counts.includes(operator.inputCount)) {
    throw operator.error('its number of inputs', counts.join(' or '), operator.inputCount)
  }
  for (let at = 0; at < operator.inputCount; at += 1) {
    if (operator.input(at) === undefined && !optional.has(at)) {
      throw operator.error(`its input ${at}`, 'a tensor', 'none (-1)')
    }
  }
}

function svdf(operator: OperatorView): void {
  const options = operator.requiredOptions('SVDFOptions')
  checkRank(operator, 1, 2)
  checkNotEmpty(operator, 1)
  const filters = operator.shape(1)?.[0]
  if (options.rank < 1 || (filters !== undefined && filters % options.rank !== 0)) {
    throw operator.error('its rank', `a divisor of ${filters ?? 'its number of filters'}`, options.rank)
  }
}
