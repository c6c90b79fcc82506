import type { NodeProto } from '../schema.js'
import type { GraphFacts, Shape } from './facts.js'
import { integerAttribute, integersAttribute } from './node-attributes.js'
import type { ShapeRule } from './shape-rules.js'

/** Rules of the operators that move values about without computing any. */
export const LAYOUT_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ['Reshape', reshaped],
  ['Flatten', flattened],
  ['Transpose', transposed],
  [
    'Concat',
    (node, facts) =>
      concatenated(
        node,
        node.input.map((name) => facts.shape(name)),
      ),
  ],
  ['QLinearConcat', (node, facts) => concatenated(node, quantizedInputs(node, facts))],
  ['Squeeze', squeezed],
  ['Unsqueeze', unsqueezed],
  ['Pad', padded],
  ['Slice', sliced],
  ['Gather', gathered],
  ['ConstantOfShape', (node, facts) => facts.integers(node.input[0])],
  ['Expand', expanded],
  ['Tile', tiled],
  ['DepthToSpace', (node, facts) => blocks(node, facts, true)],
  ['SpaceToDepth', (node, facts) => blocks(node, facts, false)],
])

function axesOf(node: NodeProto, facts: GraphFacts, input: number): readonly number[] | undefined {
  return integersAttribute(node, 'axes') ?? facts.integers(node.input[input])
}

function reshaped(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const wanted = integersAttribute(node, 'shape') ?? facts.integers(node.input[1])
  if (wanted === undefined) return undefined
  const keepsZero = integerAttribute(node, 'allowzero', 0) === 0
  const shape = wanted.map((size, axis) => (size === 0 && keepsZero ? input?.[axis] : size))
  const total = countOf(input)
  const known = countOf(shape.map((size) => (size === -1 ? 1 : size)))
  return shape.map((size) =>
    size !== -1 ? size : total === undefined || !known ? undefined : Math.floor(total / known),
  )
}

/** Number of elements; undefined where a dimension is not known. */
export function countOf(shape: Shape | undefined): number | undefined {
  return shape?.reduce<number | undefined>(
    (product, size) => (product === undefined || size === undefined ? undefined : product * size),
    1,
  )
}

function flattened(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input === undefined) return undefined
  const axis = integerAttribute(node, 'axis', 1)
  const at = axis < 0 ? axis + input.length : axis
  return [countOf(input.slice(0, at)), countOf(input.slice(at))]
}

function transposed(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const order = integersAttribute(node, 'perm')
  if (input === undefined || order === undefined) return input?.toReversed()
  return order.map((axis) => input[axis])
}

function quantizedInputs(node: NodeProto, facts: GraphFacts): (Shape | undefined)[] {
  // The output's scale and zero point, then each input with its own.
  return node.input.filter((_, index) => index % 3 === 2).map((name) => facts.shape(name))
}

function concatenated(node: NodeProto, inputs: readonly (Shape | undefined)[]): Shape | undefined {
  const [first] = inputs
  if (first === undefined || inputs.some((shape) => shape?.length !== first.length)) return undefined
  const axis = (integerAttribute(node, 'axis', 0) + first.length) % first.length
  return first.map((size, at) =>
    at === axis
      ? sumOf(inputs.map((shape) => shape?.[axis]))
      : (size ?? inputs.find((shape) => shape?.[at] !== undefined)?.[at]),
  )
}

function sumOf(sizes: readonly (number | undefined)[]): number | undefined {
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0)
}

function squeezed(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const axes = axesOf(node, facts, 1)
  if (input === undefined) return undefined
  if (axes === undefined) {
    // Which ones are 1 has to be known of all.
    return node.input.length > 1 || input.includes(undefined) ? undefined : input.filter((size) => size !== 1)
  }
  return input.filter((_, axis) => !axes.includes(axis) && !axes.includes(axis - input.length))
}

function unsqueezed(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const axes = axesOf(node, facts, 1)
  if (input === undefined || axes === undefined) return undefined
  const rank = input.length + axes.length
  const rest = [...input]
  return Array.from({ length: rank }, (_, axis) =>
    axes.includes(axis) || axes.includes(axis - rank) ? 1 : rest.shift(),
  )
}

function padded(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const pads = integersAttribute(node, 'pads') ?? facts.integers(node.input[1])
  if (input === undefined || pads === undefined) return input?.map(() => undefined)
  const axes = facts.integers(node.input[3]) ?? input.map((_, axis) => axis)
  return input.map((size, axis) => {
    const place = axes.findIndex((candidate) => (candidate + input.length) % input.length === axis)
    if (size === undefined || place < 0) return size
    return size + (pads[place] ?? 0) + (pads[place + axes.length] ?? 0)
  })
}

function sliced(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input === undefined) return undefined
  const starts = integersAttribute(node, 'starts') ?? facts.integers(node.input[1])
  const ends = integersAttribute(node, 'ends') ?? facts.integers(node.input[2])
  if (starts === undefined || ends === undefined) return input.map(() => undefined)
  const axes = axesOf(node, facts, 3) ?? starts.map((_, axis) => axis)
  const steps = facts.integers(node.input[4])
  return input.map((size, axis) => {
    const place = axes.findIndex((candidate) => (candidate + input.length) % input.length === axis)
    const [start, end, step] = [starts[place], ends[place], steps?.[place] ?? 1]
    if (size === undefined || start === undefined || end === undefined) return size
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
    const bound = (at: number): number => Math.min(high, Math.max(low, at < 0 ? at + size : at))
    return Math.max(0, Math.ceil((bound(end) - bound(start)) / step))
  })
}

function gathered(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const [data, indices] = [facts.shape(node.input[0]), facts.shape(node.input[1])]
  if (data === undefined || indices === undefined) return undefined
  const axis = (integerAttribute(node, 'axis', 0) + data.length) % data.length
  return [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)]
}

function expanded(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const wanted = facts.integers(node.input[1])
  if (input === undefined || wanted === undefined) return undefined
  const rank = Math.max(input.length, wanted.length)
  return Array.from({ length: rank }, (_, axis) => {
    const own = axis < rank - input.length ? 1 : input[axis - rank + input.length]
    const other = axis < rank - wanted.length ? 1 : wanted[axis - rank + wanted.length]
    return other === 1 ? own : other
  })
}

function tiled(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const repeats = facts.integers(node.input[1])
  return facts.shape(node.input[0])?.map((size, axis) => {
    const times = repeats?.[axis]
    return size === undefined || times === undefined ? undefined : size * times
  })
}

function blocks(node: NodeProto, facts: GraphFacts, spreads: boolean): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input?.length !== 4) return undefined
  const size = integerAttribute(node, 'blocksize', 1)
  const factor = spreads ? size : 1 / size
  return input.map((extent, axis) => {
    if (extent === undefined || axis === 0) return extent
    return axis === 1 ? extent / (factor * factor) : extent * factor
  })
}
