import type { Field } from './field-types.js'
import { ONNX_SCHEMA, type OnnxMessageName } from './schema.js'

/** A field with its name, as reader and writer look it up. */
export interface PlannedField {
  readonly name: string
  readonly field: Field
  /** The message that the field holds; undefined for a scalar. */
  readonly message: OnnxMessageName | undefined
  /** Other fields of its `oneOf` group. */
  readonly excludes: readonly string[]
}

/** A message's fields, by number and in the order of their numbers. */
export interface MessagePlan {
  readonly byId: ReadonlyMap<number, PlannedField>
  readonly inOrder: readonly PlannedField[]
  /** Names of the fields that are lists. */
  readonly lists: readonly PlannedField[]
}

/** Whether a field's type is the name of a message. */
export function isMessageName(type: string): type is OnnxMessageName {
  return Object.hasOwn(ONNX_SCHEMA, type)
}

function planMessage(name: OnnxMessageName): MessagePlan {
  const entries = Object.entries<Field>(ONNX_SCHEMA[name])
  const inOrder = entries
    .map(([fieldName, field]): PlannedField => {
      const rivals = entries.filter(
        ([other, { oneOf }]) => oneOf !== undefined && oneOf === field.oneOf && other !== fieldName,
      )
      return {
        name: fieldName,
        field,
        message: isMessageName(field.type) ? field.type : undefined,
        excludes: rivals.map(([other]) => other),
      }
    })
    .sort((a, b) => a.field.id - b.field.id)
  return {
    inOrder,
    byId: new Map(inOrder.map((planned) => [planned.field.id, planned])),
    lists: inOrder.filter(({ field }) => field.cardinality !== 'one'),
  }
}

const plans = new Map<OnnxMessageName, MessagePlan>()

/** The plan of a message, made at its first use. */
export function planOf(name: OnnxMessageName): MessagePlan {
  let plan = plans.get(name)
  if (plan === undefined) {
    plan = planMessage(name)
    plans.set(name, plan)
  }
  return plan
}
