import { onnxDataTypeId } from '../data-types.js'
import type { NodeProto } from '../schema.js'
import type { Scope, ValueType } from './scope.js'

/** Operators whose values are of a type that an attribute says, or the first input where it says none. */
const TYPED_LIKE_INPUT = new Set(['RandomNormalLike', 'RandomUniformLike', 'Bernoulli', 'EyeLike'])
/** The same, float32 where the attribute says none. */
const TYPED_BY_ATTRIBUTE = new Set([
  'RandomNormal',
  'RandomUniform',
  'HannWindow',
  'HammingWindow',
  'BlackmanWindow',
  'MelWeightMatrix',
  'ConstantOfShape',
])
const TYPE_ATTRIBUTES = new Set(['dtype', 'output_datatype', 'stash_type', 'to'])

/** Whether a node makes values of a type that an attribute says. Those are few, and cheap: they stay as they are. */
export function makesValues({ opType = '' }: NodeProto): boolean {
  return TYPED_LIKE_INPUT.has(opType) || TYPED_BY_ATTRIBUTE.has(opType)
}

/** The type of an output that the types of the inputs do not tell. */
export function typeByAttribute(node: NodeProto, scope: Scope): ValueType {
  const { opType = '', attribute, input } = node
  if (opType === 'ConstantOfShape') {
    const value = attribute.find(({ name }) => name === 'value')
    if ((value?.refAttrName ?? '') !== '') return 'unknown'
    return typeOfId(value?.t?.dataType ?? onnxDataTypeId('float32'))
  }
  const typed = attribute.find(({ name }) => TYPE_ATTRIBUTES.has(name ?? ''))
  if ((typed?.refAttrName ?? '') !== '') return 'unknown'
  if (typed !== undefined) return typeOfId(Number(typed.i ?? 0n))
  if (TYPED_LIKE_INPUT.has(opType)) return scope.find(input[0] ?? '')?.type ?? 'other'
  return TYPED_BY_ATTRIBUTE.has(opType) || opType === 'LayerNormalization' ? 'float32' : 'unknown'
}

function typeOfId(id: number): ValueType {
  return id === onnxDataTypeId('float32') ? 'float32' : 'other'
}

/** What a graph tells where its operators do not. */
export function orDeclared(type: ValueType, name: string, scope: Scope): ValueType {
  return type === 'unknown' ? (scope.declared.get(name) ?? 'unknown') : type
}
