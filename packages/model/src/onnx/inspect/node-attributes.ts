import type { AttributeProto, NodeProto } from '../schema.js'

function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((candidate) => candidate.name === name)
}

/** A whole-number attribute of a node, or its default. */
export function integerAttribute(node: NodeProto, name: string, otherwise: number): number {
  const value = attribute(node, name)?.i
  return value === undefined ? otherwise : Number(value)
}

/** A list of whole numbers; undefined where the node has none. */
export function integersAttribute(node: NodeProto, name: string): readonly number[] | undefined {
  const found = attribute(node, name)
  return found === undefined ? undefined : Array.from(found.ints, Number)
}

/** A list of numbers; undefined where the node has none. */
export function floatsAttribute(node: NodeProto, name: string): readonly number[] | undefined {
  const found = attribute(node, name)
  return found === undefined ? undefined : Array.from(found.floats)
}

/** A text attribute of a node, or its default. */
export function textAttribute(node: NodeProto, name: string, otherwise: string): string {
  const value = attribute(node, name)?.s
  return value === undefined ? otherwise : new TextDecoder().decode(value)
}
