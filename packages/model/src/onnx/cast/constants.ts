import { onnxDataTypeId } from '../data-types.js'
import { onnxMessage } from '../message.js'
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../schema.js'
import { onnxTensor } from '../tensor-data.js'
import { type HalfLosses, halfTensor } from './half.js'
import type { Constant, Scope } from './scope.js'

const FLOAT32 = onnxDataTypeId('float32')

/** Makes a graph's initializers known; gives them as they are to be listed. */
export function defineInitializers(
  graph: GraphProto,
  scope: Scope,
  overridable: ReadonlySet<string>,
): readonly (TensorProto | Constant)[] {
  for (const { values } of graph.sparseInitializer) {
    // Kept as they are: whoever reads one gets it cast.
    if (values?.dataType === FLOAT32) scope.defineAs(values.name ?? '', 'full', 'float32')
  }
  return graph.initializer.map((tensor) => {
    const { name = '', dataType } = tensor
    if (dataType !== FLOAT32 || overridable.has(name)) return tensor
    return defineConstant({ name, tensor, node: undefined, wanted: new Map() }, scope)
  })
}

/** Makes the value of a `Constant` node known. */
export function defineConstantNode(node: NodeProto, scope: Scope): void {
  const [name = ''] = node.output
  const attribute = node.attribute[0]
  const tensor = attribute === undefined ? undefined : floatTensor(attribute, name)
  if (tensor !== undefined) {
    scope.nodes.push(defineConstant({ name, tensor, node, wanted: new Map() }, scope))
    return
  }
  scope.nodes.push(node)
  const isReference = (attribute?.refAttrName ?? '') !== ''
  if (attribute?.sparseTensor?.values?.dataType === FLOAT32) scope.defineAs(name, 'full', 'float32')
  else if (isReference && /^value_floats?$/.test(attribute?.name ?? ''))
    scope.defineAs(name, 'full', 'float32')
  else if (isReference && !/^value_/.test(attribute?.name ?? '')) scope.defineAs(name, 'full', 'unknown')
}

function defineConstant(constant: Constant, scope: Scope): Constant {
  scope.define(constant.name, { type: 'float32', isShape: false, names: new Map(), constant })
  return constant
}

function floatTensor(
  { name, t, f, floats, refAttrName }: AttributeProto,
  output: string,
): TensorProto | undefined {
  if ((refAttrName ?? '') !== '') return undefined
  if (name === 'value') return t?.dataType === FLOAT32 ? t : undefined
  if (name === 'value_float') return onnxTensor(output, 'float32', [], bytesOf([f ?? 0]))
  return name === 'value_floats' ? onnxTensor(output, 'float32', [floats.length], bytesOf(floats)) : undefined
}

function bytesOf(values: Iterable<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer)
}

/** The tensors of a constant that somebody wants; as it was where nobody does. */
export function constantTensors(
  { wanted, tensor, name }: Constant,
  scope: Scope,
  losses: HalfLosses,
): TensorProto[] {
  if (wanted.size === 0) return [{ ...tensor, name }]
  return [...wanted].map(([form, as]) =>
    form === 'half' ? halfTensor(tensor, scope.half, as, losses) : { ...tensor, name: as },
  )
}

/** The same as nodes. */
export function constantNodes(
  constant: Constant,
  node: NodeProto,
  scope: Scope,
  losses: HalfLosses,
): NodeProto[] {
  return constantTensors(constant, scope, losses).map((t, index) => ({
    ...node,
    ...(index > 0 && { name: scope.names.fresh(`${t.name ?? ''}_constant`) }),
    output: [t.name ?? ''],
    attribute: [onnxMessage('AttributeProto', { name: 'value', type: 4, t })],
  }))
}

/** The nodes of what a scope becomes. */
export function nodesOf(scope: Scope, losses: HalfLosses): NodeProto[] {
  return scope.nodes.flatMap((item) => {
    if (!('wanted' in item)) return [item]
    return item.node === undefined ? [] : constantNodes(item, item.node, scope, losses)
  })
}

/** Declarations, those of values that have 16 bits now with their new type. */
export function declarationsOf(values: readonly ValueInfoProto[], scope: Scope): readonly ValueInfoProto[] {
  const elemType = onnxDataTypeId(scope.half)
  return values.map((value) => {
    const tensorType = value.type?.tensorType
    if (tensorType?.elemType !== FLOAT32 || !scope.halved.has(value.name ?? '')) return value
    return { ...value, type: { ...value.type, tensorType: { ...tensorType, elemType } } }
  })
}
