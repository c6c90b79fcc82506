import { onnxDataType } from '../data-types.js'
import type { TensorShapeProto, TypeProto } from '../schema.js'
import { invalid } from './invalid.js'

/** Checks that a type is of a known kind, over known element types, with possible dimensions. */
export function validateType(type: TypeProto, place: string): void {
  const tensor = type.tensorType ?? type.sparseTensorType
  const inner = type.sequenceType ?? type.optionalType
  if (tensor !== undefined) {
    validateElementType(tensor.elemType, place)
    if (tensor.shape !== undefined) validateShape(tensor.shape, `${place}.shape`)
  } else if (inner !== undefined) {
    if (inner.elemType === undefined) {
      throw invalid(place, 'a sequence or optional is of nothing', 'a type', 'none')
    }
    validateType(inner.elemType, `${place}.elemType`)
  } else if (type.mapType !== undefined) {
    validateElementType(type.mapType.keyType, place)
    const { valueType } = type.mapType
    if (valueType === undefined) throw invalid(place, 'a map is to nothing', 'a type', 'none')
    validateType(valueType, `${place}.valueType`)
  } else if (type.opaqueType === undefined) {
    throw invalid(place, 'the type is empty', 'a tensor, sequence, map or optional', 'none')
  }
}

function validateElementType(id: number | undefined, place: string): void {
  if (onnxDataType(id) !== undefined) return
  throw invalid(place, 'the element type is not known', 'a data type from 1 to 26', String(id ?? 'none'))
}

function validateShape(shape: TensorShapeProto, place: string): void {
  shape.dim.forEach(({ dimValue }, index) => {
    // -1 is no size, but exporters have written it for one that is not known, and libraries take it so.
    if (dimValue === undefined || (dimValue >= -1n && dimValue <= BigInt(Number.MAX_SAFE_INTEGER))) return
    throw invalid(
      `${place}.dim[${index}]`,
      'the size is impossible',
      `0 to ${Number.MAX_SAFE_INTEGER}`,
      String(dimValue),
    )
  })
}
