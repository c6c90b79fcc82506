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

/** Fields of each table of options that are enums, with the number of values of each. */
const ENUM_FIELDS: ReadonlyMap<string, readonly (readonly [field: string, values: number])[]> = enumFields()

function enumFields(): Map<string, (readonly [string, number])[]> {
  const enums = new Map<string, number>(
    Object.entries(TFLITE_SCHEMA.enums).map(([name, { values }]) => [name, values.length]),
  )
  const fields = new Map<string, (readonly [string, number])[]>()
  for (const [table, definition] of Object.entries(TFLITE_SCHEMA.tables)) {
    const found = Object.entries(definition).flatMap(([field, [, type]]) => {
      const values = enums.get(type)
      return values === undefined ? [] : [[field, values] as const]
    })
    if (found.length > 0) fields.set(table, found)
  }
  return fields
}

function checkEnums(operator: OperatorView): void {
  for (const options of [operator.operator.builtinOptions, operator.operator.builtinOptions2]) {
    const fields = options?.value === undefined ? undefined : ENUM_FIELDS.get(options.type)
    if (options?.value === undefined || fields === undefined) continue
    const values = new Map<string, unknown>(Object.entries(options.value))
    for (const [field, count] of fields) {
      const value = values.get(field)
      if (typeof value !== 'number' || value < 0 || value >= count) {
        throw operator.error(`its ${field}`, `a value from 0 to ${count - 1}`, String(value))
      }
    }
  }
}
