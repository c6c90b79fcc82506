/** How ONNX keeps elements of one type. */
export interface OnnxDataType {
  /** The number that stands for it in a file. */
  readonly id: number
  /** As NumPy names it; in lower case as ONNX does where NumPy has none. */
  readonly name: string
  /** Size of an element; 0 for strings, whose size varies. Several elements share a byte below 8. */
  readonly bits: number
  /** The field that holds the values where they are not raw bytes. */
  readonly field: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data' | 'stringData'
}

const DATA_TYPES = [
  { id: 1, name: 'float32', bits: 32, field: 'floatData' },
  { id: 2, name: 'uint8', bits: 8, field: 'int32Data' },
  { id: 3, name: 'int8', bits: 8, field: 'int32Data' },
  { id: 4, name: 'uint16', bits: 16, field: 'int32Data' },
  { id: 5, name: 'int16', bits: 16, field: 'int32Data' },
  { id: 6, name: 'int32', bits: 32, field: 'int32Data' },
  { id: 7, name: 'int64', bits: 64, field: 'int64Data' },
  { id: 8, name: 'string', bits: 0, field: 'stringData' },
  { id: 9, name: 'bool', bits: 8, field: 'int32Data' },
  { id: 10, name: 'float16', bits: 16, field: 'int32Data' },
  { id: 11, name: 'float64', bits: 64, field: 'doubleData' },
  { id: 12, name: 'uint32', bits: 32, field: 'uint64Data' },
  { id: 13, name: 'uint64', bits: 64, field: 'uint64Data' },
  // Two numbers each, real and imaginary.
  { id: 14, name: 'complex64', bits: 64, field: 'floatData' },
  { id: 15, name: 'complex128', bits: 128, field: 'doubleData' },
  { id: 16, name: 'bfloat16', bits: 16, field: 'int32Data' },
  { id: 17, name: 'float8e4m3fn', bits: 8, field: 'int32Data' },
  { id: 18, name: 'float8e4m3fnuz', bits: 8, field: 'int32Data' },
  { id: 19, name: 'float8e5m2', bits: 8, field: 'int32Data' },
  { id: 20, name: 'float8e5m2fnuz', bits: 8, field: 'int32Data' },
  { id: 21, name: 'uint4', bits: 4, field: 'int32Data' },
  { id: 22, name: 'int4', bits: 4, field: 'int32Data' },
  { id: 23, name: 'float4e2m1', bits: 4, field: 'int32Data' },
  { id: 24, name: 'float8e8m0', bits: 8, field: 'int32Data' },
  { id: 25, name: 'uint2', bits: 2, field: 'int32Data' },
  { id: 26, name: 'int2', bits: 2, field: 'int32Data' },
] as const satisfies readonly OnnxDataType[]

/** The name of a type of elements. */
export type OnnxDataTypeName = (typeof DATA_TYPES)[number]['name']

/** One of the types that there are. */
export interface KnownOnnxDataType extends OnnxDataType {
  /** As NumPy names it; in lower case as ONNX does where NumPy has none. */
  readonly name: OnnxDataTypeName
}

const byId = new Map<number, KnownOnnxDataType>(DATA_TYPES.map((type) => [type.id, type]))

/** The type with that number, `TensorProto.dataType`; undefined for none. */
export function onnxDataType(id: number | undefined): KnownOnnxDataType | undefined {
  return id === undefined ? undefined : byId.get(id)
}

/** The number of a type. */
export function onnxDataTypeId(name: OnnxDataTypeName): number {
  return DATA_TYPES.find((type) => type.name === name)?.id ?? 0
}

/** Bytes that so many elements take; the last byte may be partly unused. */
export function bytesOfElements(type: OnnxDataType, elements: number): number {
  return Math.ceil((elements * type.bits) / 8)
}

/** How many values a field holds for so many elements. */
export function fieldValues({ bits, field, name }: OnnxDataType, elements: number): number {
  // Elements that share a byte are kept as those bytes, one to a value.
  if (bits > 0 && bits < 8) return Math.ceil((elements * bits) / 8)
  return field !== 'stringData' && name.startsWith('complex') ? elements * 2 : elements
}
