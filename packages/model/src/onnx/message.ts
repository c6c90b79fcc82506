import type { PlannedField } from './field-plan.js'
import { planOf } from './field-plan.js'
import type { NumericScalar } from './field-types.js'
import { emptyNumbers } from './number-lists.js'
import type { OnnxMessage, OnnxMessageName } from './schema.js'

/** Messages inside each other, as deep as protocol buffer libraries go; a graph inside a graph counts three. */
export const MAX_DEPTH = 100

/**
 * Messages, fields of bytes and unknown fields that a file may have, together: an empty one has two bytes there and more than a hundred in
 * memory. FlatBuffers' verifier admits as many tables; a model of 100,000 nodes has fewer.
 */
export const MAX_PARTS = 1_000_000
/** Strings that a file may have: a short one has a few bytes there and forty in memory. */
export const MAX_STRINGS = 2_000_000

const NOTHING: readonly never[] = Object.freeze([])

/** Whether a scalar type is one whose lists are typed arrays. */
export function isNumeric(type: string): type is NumericScalar {
  return type === 'int32' || type === 'int64' || type === 'uint64' || type === 'float' || type === 'double'
}

/** What a list field holds when it is empty. */
export function emptyList({ field }: PlannedField): unknown {
  return isNumeric(field.type) ? emptyNumbers(field.type) : NOTHING
}

/**
 * Makes one of ONNX's messages: lists that are not given are empty.
 *
 * @example
 * ```ts
 * const node = onnxMessage('NodeProto', { opType: 'Relu', input: ['x'], output: ['y'] })
 * ```
 */
export function onnxMessage<N extends OnnxMessageName>(
  name: N,
  fields: Partial<OnnxMessage<N>> = {},
): OnnxMessage<N> {
  const message: Record<string, unknown> = {}
  for (const list of planOf(name).lists) message[list.name] = emptyList(list)
  // Lists are all there, and the other fields are optional: that is what the type says.
  return Object.assign(message, fields) as OnnxMessage<N>
}
