import type { DType, TypedArrayOf } from '@edge/native'
import type { WorkerTensor } from './protocol.js'

/** Size of an element. */
export const ELEMENT_BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  float64: 8,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
}

/** Size of a tensor's data; 0 where only a run tells its shape. */
export function tensorBytes({ dtype, shape }: Pick<WorkerTensor, 'dtype' | 'shape'>): number {
  if (shape.includes(-1)) return 0
  return shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype])
}

/** The typed array of a dtype over a whole buffer. */
export function typedArray(dtype: DType, buffer: ArrayBuffer): TypedArrayOf<DType> {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer)
    case 'float64':
      return new Float64Array(buffer)
    case 'int8':
      return new Int8Array(buffer)
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'uint16':
    case 'float16':
      return new Uint16Array(buffer)
    case 'int32':
      return new Int32Array(buffer)
    case 'uint32':
      return new Uint32Array(buffer)
    case 'int64':
      return new BigInt64Array(buffer)
    case 'uint64':
      return new BigUint64Array(buffer)
  }
}
