import type { AttributeProto, GraphProto, NodeProto } from '../schema.js'
import type { ModelContext } from './context.js'
import { invalid, quote } from './invalid.js'
import { validateSparseTensor, validateTensor } from './tensors.js'
import { validateType } from './types.js'

/** The numbers of `AttributeProto.type`, each with the field that holds the value. */
const ATTRIBUTE_FIELDS: ReadonlyMap<number, keyof AttributeProto> = new Map([
  [1, 'f'],
  [2, 'i'],
  [3, 's'],
  [4, 't'],
  [5, 'g'],
  [6, 'floats'],
  [7, 'ints'],
  [8, 'strings'],
  [9, 'tensors'],
  [10, 'graphs'],
  [11, 'sparseTensor'],
  [12, 'sparseTensors'],
  [13, 'tp'],
  [14, 'typeProtos'],
])

/** Checks a node's attributes; subgraphs are left to `visitGraph`, which knows the names around them. */
export function validateAttributes(
  node: Pick<NodeProto, 'attribute'>,
  place: string,
  context: ModelContext,
  visitGraph: (graph: GraphProto, place: string) => void,
): void {
  const names = new Set<string>()
  node.attribute.forEach((attribute, index) => {
    const { name } = attribute
    const at = `${place}.attribute[${index}]`
    if (name === undefined || name === '') throw invalid(at, 'an attribute has no name', 'a name', 'none')
    if (names.has(name)) throw invalid(at, 'two attributes have one name', 'each name once', quote(name))
    names.add(name)
    validateAttribute(attribute, `${at} (${quote(name)})`, context)
    const { t, g, tp, sparseTensor } = attribute
    if (t !== undefined) validateTensor(t, `${at}.t`, context)
    if (g !== undefined) visitGraph(g, `${at}.g`)
    if (tp !== undefined) validateType(tp, `${at}.tp`)
    if (sparseTensor !== undefined) validateSparseTensor(sparseTensor, `${at}.sparseTensor`, context)
    for (const [i, tensor] of attribute.tensors.entries())
      validateTensor(tensor, `${at}.tensors[${i}]`, context)
    for (const [i, graph] of attribute.graphs.entries()) visitGraph(graph, `${at}.graphs[${i}]`)
    for (const [i, type] of attribute.typeProtos.entries()) validateType(type, `${at}.typeProtos[${i}]`)
    for (const [i, sparse] of attribute.sparseTensors.entries())
      validateSparseTensor(sparse, `${at}.sparseTensors[${i}]`, context)
  })
}

function validateAttribute(attribute: AttributeProto, place: string, context: ModelContext): void {
  const present = [...ATTRIBUTE_FIELDS.values()].filter((field) => isPresent(attribute[field]))
  if (attribute.refAttrName !== undefined && attribute.refAttrName !== '') {
    if (!context.inFunction) {
      throw invalid(place, 'it refers to an attribute of a function', 'a value', quote(attribute.refAttrName))
    }
    if (present.length > 0)
      throw invalid(place, 'it has a value besides its reference', 'one', present.join(', '))
    return
  }
  if (attribute.type === undefined || attribute.type === 0) {
    // The first version of the format had no types.
    if (context.irVersion < 2n && present.length === 1) return
    throw invalid(place, 'it has no type', 'a type from 1 to 14', 'none')
  }
  const field = ATTRIBUTE_FIELDS.get(attribute.type)
  if (field === undefined) throw invalid(place, 'its type is not known', '1 to 14', String(attribute.type))
  const others = present.filter((other) => other !== field)
  if (others.length > 0)
    throw invalid(place, 'it has a value that its type does not', field, others.join(', '))
  // A number or text that is not there is the default of its type, and an absent list is empty.
  if (['t', 'g', 'tp', 'sparseTensor'].includes(field) && attribute[field] === undefined) {
    throw invalid(place, 'it has no value', field, 'none')
  }
}

function isPresent(value: unknown): boolean {
  if (value === undefined) return false
  const isList = Array.isArray(value) || ArrayBuffer.isView(value)
  return !isList || !('length' in value) || value instanceof Uint8Array || value.length !== 0
}
