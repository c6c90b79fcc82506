import { planOf } from './field-plan.js'
import type { ModelProto, OnnxMessageName, TensorProto } from './schema.js'

/** Is given each tensor with its place in the model, and returns what is to be there instead. */
export type TensorChange = (tensor: TensorProto, place: string) => TensorProto

/**
 * A model with its tensors changed: initializers, attributes, those inside sparse tensors, subgraphs, functions and training.
 *
 * What does not change is shared with the given model.
 */
export function mapTensors(model: ModelProto, change: TensorChange): ModelProto {
  return mapMessage('ModelProto', model, '', change)
}

/** Shows every tensor of a model, with its place. */
export function visitTensors(model: ModelProto, visit: (tensor: TensorProto, place: string) => void): void {
  mapTensors(model, (tensor, place) => {
    visit(tensor, place)
    return tensor
  })
}

const holders = new Map<OnnxMessageName, boolean>()

/** Whether tensors can be anywhere inside a message of that kind. */
function holdsTensors(name: OnnxMessageName): boolean {
  let holds = holders.get(name)
  if (holds === undefined) {
    holds = reaches(name, 'TensorProto', new Set())
    holders.set(name, holds)
  }
  return holds
}

function reaches(from: OnnxMessageName, to: OnnxMessageName, seen: Set<OnnxMessageName>): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return planOf(from).inOrder.some(({ message }) => message !== undefined && reaches(message, to, seen))
}

function mapMessage<M extends object>(
  name: OnnxMessageName,
  message: M,
  path: string,
  change: TensorChange,
): M {
  const values = new Map<string, unknown>(Object.entries(message))
  const changed: Record<string, unknown> = {}
  for (const { name: field, message: inner } of planOf(name).inOrder) {
    const value = values.get(field)
    if (inner === undefined || value === undefined || !holdsTensors(inner)) continue
    const place = path === '' ? field : `${path}.${field}`
    const mapped = Array.isArray(value)
      ? mapList(inner, value, place, change)
      : mapOne(inner, value, place, change)
    if (mapped !== value) changed[field] = mapped
  }
  return Object.keys(changed).length === 0 ? message : { ...message, ...changed }
}

function mapList(
  name: OnnxMessageName,
  list: readonly unknown[],
  path: string,
  change: TensorChange,
): readonly unknown[] {
  const mapped = list.map((entry, index) => mapOne(name, entry, `${path}[${index}]`, change))
  return mapped.every((entry, index) => entry === list[index]) ? list : mapped
}

function mapOne(name: OnnxMessageName, value: unknown, path: string, change: TensorChange): unknown {
  if (typeof value !== 'object' || value === null) return value
  // The schema says that this field holds tensors.
  if (name === 'TensorProto') return change(value as TensorProto, path)
  return mapMessage(name, value, path, change)
}
