import type { NodeProto } from '../schema.js'
import type { GraphFacts, Shape } from './facts.js'
import { floatsAttribute, integerAttribute, integersAttribute } from './node-attributes.js'
import { unwindowed, windowed } from './sliding-window.js'

/** Works out the shape of a node's first output; undefined where it does not know. */
export type ShapeRule = (node: NodeProto, facts: GraphFacts) => Shape | undefined

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

// One list, so that a rule is found by the operator's name alone.
const SAME_SHAPE = words(`
  Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Cast CastLike Ceil Celu Clip Cos Cosh CumSum DequantizeLinear
  Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN
  LRN LayerNormalization LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Not PRelu
  QuantizeLinear Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh
  ThresholdedRelu Trilu QLinearLeakyRelu QLinearSigmoid QLinearSoftmax FastGelu QuickGelu BiasGelu`)
const BROADCAST = words(`
  Add And BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow
  Sub Sum Where Xor`)
const REDUCE = words(`
  ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare`)

/** Rules by the operator's name; ONNX's own operators, and those of com.microsoft that quantizers write. */
export const SHAPE_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...SAME_SHAPE.map((name) => [name, sameAsFirst] as const),
  ...BROADCAST.map((name) => [name, broadcastAll] as const),
  ...REDUCE.map((name) => [name, reduced] as const),
  ['QLinearAdd', (node, facts) => broadcast(facts.shape(node.input[0]), facts.shape(node.input[3]))],
  ['QLinearMul', (node, facts) => broadcast(facts.shape(node.input[0]), facts.shape(node.input[3]))],
  ['Conv', (node, facts) => convolved(node, facts, 1)],
  ['ConvInteger', (node, facts) => convolved(node, facts, 1)],
  ['FusedConv', (node, facts) => convolved(node, facts, 1)],
  ['QLinearConv', (node, facts) => convolved(node, facts, 3)],
  ['ConvTranspose', transposedConvolution],
  ['MaxPool', pooled],
  ['AveragePool', pooled],
  ['LpPool', pooled],
  ['QLinearAveragePool', pooled],
  ['GlobalAveragePool', globallyPooled],
  ['GlobalMaxPool', globallyPooled],
  ['GlobalLpPool', globallyPooled],
  ['QLinearGlobalAveragePool', globallyPooled],
  ['Gemm', (node, facts) => gemm(node, facts, 1)],
  ['QGemm', (node, facts) => gemm(node, facts, 3)],
  ['MatMul', (node, facts) => product(facts.shape(node.input[0]), facts.shape(node.input[1]))],
  ['MatMulInteger', (node, facts) => product(facts.shape(node.input[0]), facts.shape(node.input[1]))],
  ['QLinearMatMul', (node, facts) => product(facts.shape(node.input[0]), facts.shape(node.input[3]))],
  ['ArgMax', argument],
  ['ArgMin', argument],
  ['Upsample', resized],
  ['Resize', resized],
])

function sameAsFirst(node: NodeProto, facts: GraphFacts): Shape | undefined {
  return facts.shape(node.input[0])
}

function broadcastAll(node: NodeProto, facts: GraphFacts): Shape | undefined {
  return node.input.map((name) => facts.shape(name)).reduce(broadcast)
}

/** NumPy's broadcasting. */
export function broadcast(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined) return undefined
  return Array.from({ length: Math.max(a.length, b.length) }, (_, axis) => {
    const length = Math.max(a.length, b.length)
    const left = axis < length - a.length ? 1 : a[axis - length + a.length]
    const right = axis < length - b.length ? 1 : b[axis - length + b.length]
    if (left === 1) return right
    if (right === 1) return left
    // One that is known and not 1 is what the other has to be.
    return left ?? right
  })
}

function reduced(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input === undefined) return undefined
  const axes = integersAttribute(node, 'axes') ?? facts.integers(node.input[1])
  if (axes === undefined && node.input[1] !== undefined && node.input[1] !== '') return undefined
  const none = axes === undefined || axes.length === 0
  if (none && integerAttribute(node, 'noop_with_empty_axes', 0) === 1) return input
  const isReduced = (axis: number): boolean =>
    none || axes.includes(axis) || axes.includes(axis - input.length)
  if (integerAttribute(node, 'keepdims', 1) === 1)
    return input.map((size, axis) => (isReduced(axis) ? 1 : size))
  return input.filter((_, axis) => !isReduced(axis))
}

function argument(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input === undefined) return undefined
  const axis = (integerAttribute(node, 'axis', 0) + input.length) % input.length
  if (integerAttribute(node, 'keepdims', 1) === 1) return input.map((size, at) => (at === axis ? 1 : size))
  return input.filter((_, at) => at !== axis)
}

function convolved(node: NodeProto, facts: GraphFacts, weights: number): Shape | undefined {
  const input = facts.shape(node.input[0])
  const kernel = facts.shape(node.input[weights])
  if (input === undefined || kernel === undefined || input.length !== kernel.length) return undefined
  return [input[0], kernel[0], ...windowed(node, input, kernel.slice(2))]
}

function transposedConvolution(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const kernel = facts.shape(node.input[1])
  if (input === undefined || kernel === undefined || input.length !== kernel.length) return undefined
  const perGroup = kernel[1]
  const channels = perGroup === undefined ? undefined : perGroup * integerAttribute(node, 'group', 1)
  return [input[0], channels, ...unwindowed(node, input, kernel.slice(2))]
}

function pooled(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  const kernel = integersAttribute(node, 'kernel_shape')
  if (input === undefined || kernel === undefined || input.length !== kernel.length + 2) return undefined
  return [input[0], input[1], ...windowed(node, input, kernel)]
}

function globallyPooled(node: NodeProto, facts: GraphFacts): Shape | undefined {
  return facts.shape(node.input[0])?.map((size, axis) => (axis < 2 ? size : 1))
}

/** @param weights - which input the second matrix is. */
function gemm(node: NodeProto, facts: GraphFacts, weights: number): Shape | undefined {
  const [a, b] = [facts.shape(node.input[0]), facts.shape(node.input[weights])]
  if (a?.length !== 2 || b?.length !== 2) return undefined
  return [
    a[integerAttribute(node, 'transA', 0) === 1 ? 1 : 0],
    b[integerAttribute(node, 'transB', 0) === 1 ? 0 : 1],
  ]
}

/** As NumPy's matmul. */
function product(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return undefined
  const outer = broadcast(a.slice(0, -2), b.slice(0, -2)) ?? []
  return [...outer, ...(a.length > 1 ? [a[a.length - 2]] : []), ...(b.length > 1 ? [b[b.length - 1]] : [])]
}

function resized(node: NodeProto, facts: GraphFacts): Shape | undefined {
  const input = facts.shape(node.input[0])
  if (input === undefined) return undefined
  const isOld = node.opType === 'Upsample' || node.input.length === 2
  const sizes = facts.integers(node.input[3])
  const scales = floatsAttribute(node, 'scales') ?? facts.integers(node.input[isOld ? 1 : 2])
  const axes = integersAttribute(node, 'axes')?.map((axis) => (axis + input.length) % input.length)
  const place = (axis: number): number => (axes === undefined ? axis : axes.indexOf(axis))
  if (sizes !== undefined && sizes.length > 0) return input.map((size, axis) => sizes[place(axis)] ?? size)
  if (scales === undefined || scales.length === 0) return input.map(() => undefined)
  return input.map((size, axis) =>
    size === undefined ? undefined : Math.floor(size * (scales[place(axis)] ?? 1)),
  )
}
