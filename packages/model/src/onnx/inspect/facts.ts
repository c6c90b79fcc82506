import { onnxDataType } from '../data-types.js'
import { isExternal } from '../external-reference.js'
import type { GraphProto, NodeProto, TensorProto, TypeProto } from '../schema.js'
import { onnxTensorData } from '../tensor-data.js'

/** Dimensions, outermost first; undefined where nobody knows. */
export type Shape = readonly (number | undefined)[]

// Longer ones are data, not shapes, axes or sizes.
const MAX_VALUES = 64

/** What is known of a graph's values before it runs: shapes, and the values of short lists of whole numbers. */
export class GraphFacts {
  readonly #shapes = new Map<string, Shape>()
  readonly #integers = new Map<string, readonly number[]>()
  readonly #constants = new Map<string, TensorProto>()

  /** Takes what the graph says itself: inputs, declared values, initializers. */
  constructor(graph: GraphProto, openDimension: (name: string, axis: number) => number | undefined) {
    for (const { name, type } of [...graph.valueInfo, ...graph.output]) {
      const shape = declaredShape(type, () => undefined)
      if (name !== undefined && shape !== undefined) this.#shapes.set(name, shape)
    }
    for (const { name, type } of graph.input) {
      const shape = declaredShape(type, openDimension)
      if (name !== undefined && shape !== undefined) this.#shapes.set(name, shape)
    }
    for (const tensor of graph.initializer) this.defineConstant(tensor.name ?? '', tensor)
  }

  shape(name: string | undefined): Shape | undefined {
    return name === undefined || name === '' ? undefined : this.#shapes.get(name)
  }

  integers(name: string | undefined): readonly number[] | undefined {
    return name === undefined || name === '' ? undefined : this.#integers.get(name)
  }

  constant(name: string | undefined): TensorProto | undefined {
    return name === undefined || name === '' ? undefined : this.#constants.get(name)
  }

  /** Takes a shape that was worked out; what the graph declares stays where it says more. */
  learn(name: string | undefined, shape: Shape | undefined): void {
    if (name === undefined || name === '' || shape === undefined) return
    const declared = this.#shapes.get(name)
    const merged =
      declared?.length === shape.length ? shape.map((size, axis) => size ?? declared[axis]) : shape
    this.#shapes.set(name, merged)
  }

  learnIntegers(name: string | undefined, values: readonly number[] | undefined): void {
    if (name !== undefined && values !== undefined && values.length <= MAX_VALUES)
      this.#integers.set(name, values)
  }

  /** Takes a constant: an initializer, or what a `Constant` node holds. */
  defineConstant(name: string, tensor: TensorProto): void {
    this.#constants.set(name, tensor)
    this.#shapes.set(name, Array.from(tensor.dims, Number))
    this.learnIntegers(name, integersOf(tensor))
  }
}

function declaredShape(
  type: TypeProto | undefined,
  openDimension: (name: string, axis: number) => number | undefined,
): Shape | undefined {
  return type?.tensorType?.shape?.dim.map(({ dimValue, dimParam }, axis) =>
    dimValue !== undefined && dimValue >= 0n ? Number(dimValue) : openDimension(dimParam ?? '', axis),
  )
}

function integersOf(tensor: TensorProto): readonly number[] | undefined {
  const type = onnxDataType(tensor.dataType)
  const isShort = tensor.dims.length <= 1 && Number(tensor.dims[0] ?? 1n) <= MAX_VALUES
  if (!isShort || isExternal(tensor)) return undefined
  if (type?.name !== 'int64' && type?.name !== 'int32' && type?.name !== 'float32') return undefined
  const { bytes } = onnxTensorData(tensor)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = type.bits / 8
  return Array.from({ length: bytes.length / size }, (_, index) => {
    if (type.name === 'float32') return view.getFloat32(index * size, true)
    return type.name === 'int32'
      ? view.getInt32(index * size, true)
      : Number(view.getBigInt64(index * size, true))
  })
}

/** The tensor that a `Constant` node holds; undefined for a number or list of numbers. */
export function constantOf(node: NodeProto): TensorProto | undefined {
  return node.attribute.find(({ name }) => name === 'value')?.t
}
