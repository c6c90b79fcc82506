import { TFLITE_SCHEMA } from '../schema/schema.js'
import { ARITIES, type BuiltinName } from './arity.js'
import type { OperatorView } from './operator-view.js'
import { CONVOLUTION_RULES } from './rules/convolution.js'
import { ELEMENTWISE_RULES } from './rules/elementwise.js'
import { GENERATING_RULES } from './rules/generating.js'
import { PRODUCT_RULES } from './rules/product.js'
import { RECURRENT_RULES } from './rules/recurrent.js'
import { RESHAPING_RULES } from './rules/reshaping.js'
import { RESIZING_RULES } from './rules/resizing.js'
import { SELECTION_RULES } from './rules/selection.js'
import { checkTyping } from './typing.js'

/** Checks one operator, or refuses the model. */
export type Rule = (operator: OperatorView) => void

const RULES: ReadonlyMap<BuiltinName, Rule> = new Map([
  ...CONVOLUTION_RULES,
  ...ELEMENTWISE_RULES,
  ...GENERATING_RULES,
  ...PRODUCT_RULES,
  ...RECURRENT_RULES,
  ...RESHAPING_RULES,
  ...RESIZING_RULES,
  ...SELECTION_RULES,
])

/**
 * Checks a built-in operator: number of inputs and outputs, enums of its options, and what its kernel takes for granted.
 *
 * Inputs and outputs are known to be indices of tensors. Shapes of tensors that are computed are what the file declares; TensorFlow
 * Lite computes them again, so that rules stay with what no converter writes.
 *
 * @throws EdgeError `MODEL_INVALID`.
 */
export function checkOperator(operator: OperatorView): void {
  checkArity(operator)
  checkEnums(operator)
  checkTyping(operator)
  RULES.get(operator.name)?.(operator)
}

function checkArity(operator: OperatorView): void {
  const arity = ARITIES.get(operator.name)
  if (arity === undefined) return
  const { inputs, outputs, optional } = arity
  checkCount(operator, 'its number of inputs', inputs, operator.inputCount)
  checkCount(operator, 'its number of outputs', outputs, operator.outputCount)
  if (optional === 'any') return
  operator.operator.inputs?.forEach((index, at) => {
    if (index === -1 && !optional.includes(at))
      throw operator.error(`its input ${at}`, 'a tensor', 'none (-1)')
  })
}

function checkCount(
  operator: OperatorView,
  what: string,
  [min, max]: readonly [min: number, max: number],
  found: number,
): void {
  if (found >= min && found <= max) return
  if (max === Number.POSITIVE_INFINITY) throw operator.error(what, `${min} or more`, found)
  throw operator.error(what, min === max ? String(min) : `${min} to ${max}`, found)
}

/** How many values each field has that is an enum, by table of options and name. */
const ENUM_FIELDS: ReadonlyMap<string, ReadonlyMap<string, number>> = enumFields()

function enumFields(): Map<string, ReadonlyMap<string, number>> {
  const enums = new Map<string, number>(
    Object.entries(TFLITE_SCHEMA.enums).map(([name, { values }]) => [name, values.length]),
  )
  const tables = new Map<string, ReadonlyMap<string, number>>()
  for (const [table, definition] of Object.entries(TFLITE_SCHEMA.tables)) {
    const fields = Object.entries(definition).flatMap(([field, [, type]]) => {
      const count = enums.get(type)
      return count === undefined ? [] : [[field, count] as const]
    })
    if (fields.length > 0) tables.set(table, new Map(fields))
  }
  return tables
}

function checkEnums(operator: OperatorView): void {
  for (const options of [operator.operator.builtinOptions, operator.operator.builtinOptions2]) {
    if (options?.value === undefined) continue
    const counts = ENUM_FIELDS.get(options.type)
    if (counts === undefined) continue
    for (const [field, value] of Object.entries(options.value)) {
      const count = counts.get(field)
      if (count !== undefined && !(typeof value === 'number' && value >= 0 && value < count)) {
        throw operator.error(`its ${field}`, `a value from 0 to ${count - 1}`, String(value))
      }
    }
  }
}
