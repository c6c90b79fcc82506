import { enumName, type TfliteEnumValue } from './model.js'

type TensorTypeName = TfliteEnumValue<'TensorType'>

interface Dtype {
  /** As NumPy names it, where NumPy has it. */
  readonly name: string
  /** Size of one element; undefined where elements have no fixed size. */
  readonly bits: number | undefined
}

const DTYPES: Readonly<Record<TensorTypeName, Dtype>> = {
  FLOAT32: { name: 'float32', bits: 32 },
  FLOAT16: { name: 'float16', bits: 16 },
  INT32: { name: 'int32', bits: 32 },
  UINT8: { name: 'uint8', bits: 8 },
  INT64: { name: 'int64', bits: 64 },
  STRING: { name: 'string', bits: undefined },
  BOOL: { name: 'bool', bits: 8 },
  INT16: { name: 'int16', bits: 16 },
  COMPLEX64: { name: 'complex64', bits: 64 },
  INT8: { name: 'int8', bits: 8 },
  FLOAT64: { name: 'float64', bits: 64 },
  COMPLEX128: { name: 'complex128', bits: 128 },
  UINT64: { name: 'uint64', bits: 64 },
  RESOURCE: { name: 'resource', bits: undefined },
  VARIANT: { name: 'variant', bits: undefined },
  UINT32: { name: 'uint32', bits: 32 },
  UINT16: { name: 'uint16', bits: 16 },
  INT4: { name: 'int4', bits: 4 },
  BFLOAT16: { name: 'bfloat16', bits: 16 },
  INT2: { name: 'int2', bits: 2 },
  UINT4: { name: 'uint4', bits: 4 },
  FLOAT8_E4M3FN: { name: 'float8_e4m3fn', bits: 8 },
  FLOAT8_E5M2: { name: 'float8_e5m2', bits: 8 },
}

/** What an element of a tensor is, from the number in the file; undefined for a number without a name. */
export function dtypeOf(type: number): Dtype | undefined {
  const name = enumName('TensorType', type)
  return name === undefined ? undefined : DTYPES[name]
}
