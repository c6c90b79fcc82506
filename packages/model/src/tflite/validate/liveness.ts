import { enumValue, type TfliteModel, type TfliteOperator, type TfliteSubGraph } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import type { BuiltinName } from './arity.js'
import type { Place } from './place.js'

/** What XNNPACK calculates with. */
const DELEGATED: ReadonlySet<number> = new Set([
  enumValue('TensorType', 'FLOAT32'),
  enumValue('TensorType', 'INT8'),
  enumValue('TensorType', 'UINT8'),
])

/** Operators that do more than give results. */
const WITH_EFFECT: ReadonlySet<BuiltinName> = new Set([
  ...(['ASSIGN_VARIABLE', 'CALL', 'CALL_ONCE', 'HASHTABLE_IMPORT', 'IF', 'STABLEHLO_CASE'] as const),
  ...(['STABLEHLO_COMPOSITE', 'STABLEHLO_CUSTOM_CALL', 'STABLEHLO_WHILE', 'WHILE'] as const),
])

/**
 * Checks that the results of operators lead to an output: TensorFlow Lite's XNNPACK delegate, at least of version 2.20, ends the process
 * while it removes those that do not. No converter leaves any.
 */
export function checkLiveness(model: TfliteModel, graph: TfliteSubGraph, place: () => Place): void {
  const { tensors = [], operators = [], outputs } = graph
  const live = new Uint8Array(tensors.length)
  for (const output of outputs ?? []) live[output] = 1
  for (let at = operators.length - 1; at >= 0; at -= 1) {
    const operator = operators[at]
    if (operator === undefined) continue
    if (!isNeeded(model, graph, operator, live)) {
      const kind = operatorKind(model, operator)
      throw place()
        .in(`operator ${at} (${kind?.name})`)
        .error(
          'its results',
          'results that lead to an output of the graph',
          'results that nothing uses',
          'Remove the operator, or make its result an output of the graph.',
        )
    }
    for (const input of operator.inputs ?? []) live[input] = 1
  }
}

function isNeeded(
  model: TfliteModel,
  { tensors = [] }: TfliteSubGraph,
  operator: TfliteOperator,
  live: Uint8Array,
): boolean {
  const results = operator.outputs ?? new Int32Array(0)
  if (results.some((index) => live[index] === 1)) return true
  if (!results.some((index) => DELEGATED.has(tensors[index]?.type ?? -1))) return true
  const builtin = operatorKind(model, operator)?.builtin
  if (builtin === undefined || WITH_EFFECT.has(builtin)) return true
  return operator.inputs?.some((index) => tensors[index]?.isVariable === true) ?? false
}
