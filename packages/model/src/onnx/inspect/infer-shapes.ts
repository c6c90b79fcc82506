import type { GraphProto, NodeProto } from '../schema.js'
import { constantOf, GraphFacts } from './facts.js'
import { LAYOUT_RULES } from './layout-rules.js'
import { integerAttribute, integersAttribute } from './node-attributes.js'
import { SHAPE_RULES } from './shape-rules.js'

/**
 * Works out the shapes of a graph's values from those of its inputs, as far as its operators are known here.
 *
 * @param openDimension - the size of an input's dimension that the model leaves open, if there is one to take.
 */
export function inferShapes(
  graph: GraphProto,
  openDimension: (name: string, axis: number) => number | undefined,
): GraphFacts {
  const facts = new GraphFacts(graph, openDimension)
  for (const node of graph.node) {
    learnConstant(node, facts)
    learnIntegers(node, facts)
    if (node.opType === 'Split') learnSplit(node, facts)
    const rule = SHAPE_RULES.get(node.opType ?? '') ?? LAYOUT_RULES.get(node.opType ?? '')
    if (rule !== undefined) facts.learn(node.output[0], rule(node, facts))
  }
  return facts
}

function learnConstant(node: NodeProto, facts: GraphFacts): void {
  const [output] = node.output
  if (node.opType !== 'Constant' || output === undefined) return
  const tensor = constantOf(node)
  if (tensor !== undefined) facts.defineConstant(output, tensor)
  const list = integersAttribute(node, 'value_ints')
  facts.learnIntegers(output, list)
  if (list !== undefined) facts.learn(output, [list.length])
}

/** Follows shapes as values: exporters write `Reshape` to a shape that is computed from another value's. */
function learnIntegers(node: NodeProto, facts: GraphFacts): void {
  const [output] = node.output
  const values = node.input.map((name) => facts.integers(name))
  const [first] = values
  switch (node.opType) {
    case 'Shape': {
      const shape = facts.shape(node.input[0])
      if (shape === undefined) return
      const sizes = shape.slice(
        integerAttribute(node, 'start', 0),
        integerAttribute(node, 'end', shape.length),
      )
      facts.learn(output, [sizes.length])
      if (sizes.every((size) => size !== undefined)) facts.learnIntegers(output, sizes)
      return
    }
    case 'Gather': {
      const indices = values[1]
      if (first === undefined || indices === undefined) return
      const picked = indices.map((index) => first.at(index))
      if (picked.every((value) => value !== undefined)) facts.learnIntegers(output, picked)
      return
    }
    case 'Concat':
      if (values.every((list) => list !== undefined)) facts.learnIntegers(output, values.flat())
      return
    case 'Slice': {
      const [, starts, ends, , steps] = values
      const [start, end] = [starts?.[0], ends?.[0]]
      if (first === undefined || start === undefined || end === undefined || (steps?.[0] ?? 1) !== 1) return
      facts.learnIntegers(output, first.slice(start, end))
      return
    }
    case 'Cast':
    case 'Identity':
    case 'Squeeze':
    case 'Unsqueeze':
      facts.learnIntegers(output, first)
      return
    case 'Mul':
    case 'Add':
    case 'Div':
    case 'Sub':
      facts.learnIntegers(output, calculated(node.opType, first, values[1]))
      return
    default:
  }
}

function calculated(
  operator: 'Mul' | 'Add' | 'Div' | 'Sub',
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
): readonly number[] | undefined {
  if (a === undefined || b === undefined || (a.length !== b.length && a.length !== 1 && b.length !== 1)) {
    return undefined
  }
  // Scales are floating point numbers, and divide in another way.
  if (![...a, ...b].every(Number.isInteger)) return undefined
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => {
    const [x, y] = [a[a.length === 1 ? 0 : index] ?? 0, b[b.length === 1 ? 0 : index] ?? 0]
    if (operator === 'Mul') return x * y
    if (operator === 'Add') return x + y
    return operator === 'Sub' ? x - y : Math.trunc(x / y)
  })
}

function learnSplit(node: NodeProto, facts: GraphFacts): void {
  const input = facts.shape(node.input[0])
  if (input === undefined) return
  const axis = (integerAttribute(node, 'axis', 0) + input.length) % input.length
  const sizes = integersAttribute(node, 'split') ?? facts.integers(node.input[1])
  const isChosenLater = sizes === undefined && (node.input[1] ?? '') !== ''
  const total = isChosenLater ? undefined : input[axis]
  const even = total === undefined ? undefined : Math.ceil(total / node.output.length)
  node.output.forEach((output, index) => {
    const rest = total === undefined || even === undefined ? undefined : Math.max(0, total - even * index)
    const equal = rest === undefined || even === undefined ? undefined : Math.min(even, rest)
    const size = sizes === undefined ? equal : sizes[index]
    facts.learn(
      output,
      input.map((old, at) => (at === axis ? size : old)),
    )
  })
}
