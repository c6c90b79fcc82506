import type { PlainGraph, PlainOperator, TensorId } from './plain-graph.js'

/** An operator that computes something, with what belongs to it: its bias, its activation, the rounding of its result. */
export interface Layer {
  /** Of the tensor that it ends with. */
  readonly name: string
  /** Of all tensors from the operator's own to the one that it ends with: each is a name that another variant may know it by. */
  readonly names: readonly string[]
  /** As the format calls it. */
  readonly operator: string
  readonly kind: string
  /** The tensor that it ends with, as the next layers get it. */
  readonly tensor: TensorId
  /** Which layers' results go into it. */
  readonly inputs: readonly number[]
}

const PRODUCTS = new Set([
  'convolution',
  'depthwise convolution',
  'matrix product',
  'transposeconv',
  'convtranspose',
])
const ACTIVATIONS = new Set(['relu', 'relu6', 'relun1to1', 'clip'])
/** With a constant, they are the end of a product: bias and batch normalization, which converters often put into the weights. */
const AFFINE = new Set(['add', 'sub', 'mul', 'div', 'batchnormalization'])
const ROUNDINGS = new Set(['quantize', 'dequantize', 'cast'])
/** What only moves values. */
const MOVES = new Set([
  ...ROUNDINGS,
  ...['reshape', 'transpose', 'squeeze', 'unsqueeze', 'expanddims', 'flatten', 'identity', 'pad', 'padv2'],
  ...['dropout', 'shape', 'slice', 'stridedslice', 'gather'],
])

/**
 * The layers of a graph, in the order in which they run. An operator on constants alone, such as one that makes float32 of weights that
 * are float16 in the file, is none; nor is one that only moves values.
 *
 * The same network is cut into operators differently by each converter and each quantizer. So that its layers stay comparable, a product of
 * matrices ends behind its bias, normalization and activation, as far as nothing else wants what is between, and any layer ends behind the
 * rounding of its result.
 */
export function layersOf(graph: PlainGraph): readonly Layer[] {
  const { operators, nameOf } = graph
  const varies = varyingTensors(graph)
  const chains = new Chains(graph, varies)
  // Which layers a tensor comes from; none of the model's inputs.
  const sources = new Map<TensorId, readonly number[]>()
  const taken = new Set<PlainOperator>()
  const layers: Layer[] = []
  for (const operator of operators) {
    const varying = operator.inputs.filter((input) => varies.has(input))
    if (varying.length === 0 || taken.has(operator)) continue
    const inputs = [...new Set(varying.flatMap((input) => sources.get(input) ?? []))]
    if (MOVES.has(operator.kind)) {
      for (const output of operator.outputs) sources.set(output, inputs)
      continue
    }
    for (const output of operator.outputs) {
      const { tensors, folded } = chains.from(operator, output)
      for (const one of folded) taken.add(one)
      for (const tensor of tensors) sources.set(tensor, [layers.length])
      const tensor = tensors.at(-1) ?? output
      const names = tensors.map(nameOf).filter((name) => name !== '')
      layers.push({
        name: names.at(-1) ?? '',
        names,
        operator: operator.name,
        kind: operator.kind,
        tensor,
        inputs,
      })
    }
  }
  return layers
}

/** What depends on the model's inputs. */
function varyingTensors({ inputs, operators }: PlainGraph): ReadonlySet<TensorId> {
  const varying = new Set<TensorId>(inputs)
  for (const operator of operators) {
    if (operator.inputs.some((input) => varying.has(input)))
      for (const output of operator.outputs) varying.add(output)
  }
  return varying
}

/** From an operator's result to where its layer ends. */
interface Chain {
  readonly tensors: readonly TensorId[]
  readonly folded: readonly PlainOperator[]
}

class Chains {
  readonly #consumers = new Map<TensorId, PlainOperator[]>()
  readonly #outputs: ReadonlySet<TensorId>
  readonly #varies: ReadonlySet<TensorId>

  constructor({ operators, outputs }: PlainGraph, varies: ReadonlySet<TensorId>) {
    this.#outputs = new Set(outputs)
    this.#varies = varies
    for (const operator of operators) {
      for (const input of new Set(operator.inputs)) {
        const consumers = this.#consumers.get(input)
        if (consumers === undefined) this.#consumers.set(input, [operator])
        else consumers.push(operator)
      }
    }
  }

  from(operator: PlainOperator, result: TensorId): Chain {
    const tensors = [result]
    const folded: PlainOperator[] = []
    let tail = result
    for (;;) {
      const next = this.#next(tail)
      const output = next?.outputs[0]
      if (next === undefined || output === undefined || next.outputs.length > 1) break
      if (!this.#belongs(next, operator, tail)) break
      folded.push(next)
      tensors.push(output)
      tail = output
    }
    return { tensors, folded }
  }

  /** What alone uses a tensor; of several that all make numbers of the same integers, the first. */
  #next(tensor: TensorId): PlainOperator | undefined {
    const consumers = this.#consumers.get(tensor) ?? []
    if (this.#outputs.has(tensor)) return undefined
    const [first, second] = consumers
    return second === undefined || consumers.every(({ kind }) => kind === 'dequantize') ? first : undefined
  }

  #belongs(next: PlainOperator, { kind }: PlainOperator, tail: TensorId): boolean {
    if (ACTIVATIONS.has(next.kind) || ROUNDINGS.has(next.kind)) return true
    return (
      PRODUCTS.has(kind) &&
      AFFINE.has(next.kind) &&
      next.inputs.every((input) => input === tail || !this.#varies.has(input))
    )
  }
}
