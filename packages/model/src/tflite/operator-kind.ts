import { enumName, type TfliteEnumValue, type TfliteModel, type TfliteOperator } from './model.js'

/** What an operator does. */
export interface OperatorKind {
  /** Its name: `CONV_2D`, or that of a custom operator. */
  readonly name: string
  /** Its name where it is a built-in operator that this version knows. */
  readonly builtin: TfliteEnumValue<'BuiltinOperator'> | undefined
  readonly version: number
}

/** What an operator does; undefined where its code does not exist. */
export function operatorKind(model: TfliteModel, operator: TfliteOperator): OperatorKind | undefined {
  const code = model.operatorCodes?.[operator.opcodeIndex]
  if (code === undefined) return undefined
  // Codes that fit into a byte stand in the older field too, or only there.
  const number = Math.max(code.builtinCode, code.deprecatedBuiltinCode)
  const name = enumName('BuiltinOperator', number)
  const { version } = code
  if (name === 'CUSTOM') return { name: code.customCode ?? 'CUSTOM', builtin: undefined, version }
  return { name: name ?? `built-in operator ${number}`, builtin: name, version }
}
