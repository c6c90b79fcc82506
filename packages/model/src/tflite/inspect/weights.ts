import { elementCount } from '../constants.js'
import { dtypeOf } from '../dtypes.js'
import { enumName, type TfliteTensor } from '../model.js'

/** A constant tensor that holds trained values. */
export interface Weights {
  readonly elements: number
  /** As stored: of a sparse tensor only what is not zero. */
  readonly bytes: number
  /** How many elements stand for zero. */
  readonly zeros: number
}

/**
 * Measures a constant tensor: floating point numbers, and integers that have a scale. Other integers are shapes, axes and indices.
 *
 * @param data - its bytes.
 * @returns undefined for anything else.
 */
export function measureWeights(tensor: TfliteTensor, data: Uint8Array): Weights | undefined {
  const dtype = dtypeOf(tensor.type)
  if (dtype?.bits === undefined) return undefined
  const isFloat = dtype.name.startsWith('float') || dtype.name.startsWith('bfloat')
  if (!isFloat && (tensor.quantization?.scale?.length ?? 0) === 0) return undefined
  // A model that nobody has validated may claim any shape.
  const elements = Math.max(0, elementCount(tensor.shape ?? []))
  const stored = Math.min(elements, Math.floor((data.length * 8) / dtype.bits))
  const left = tensor.sparsity === undefined ? 0 : elements - stored
  const zeros = countZeros(tensor, data, stored) + left
  return { elements, bytes: data.length, zeros }
}

function countZeros(tensor: TfliteTensor, data: Uint8Array, stored: number): number {
  const values = storedValues(tensor, data, stored)
  const zeroPoint = zeroPoints(tensor)
  let zeros = 0
  for (let index = 0; index < values.length; index += 1) {
    if (Number(values[index]) === zeroPoint(index)) zeros += 1
  }
  return zeros
}

/** What stands for zero at each element: the zero point of its slice. */
function zeroPoints({ quantization, shape = new Int32Array(0) }: TfliteTensor): (index: number) => number {
  const points = Array.from(quantization?.zeroPoint ?? [], Number)
  const [first = 0] = points
  if (points.every((point) => point === first)) return () => first
  const axis = quantization?.quantizedDimension ?? 0
  const inner = elementCount(shape.subarray(axis + 1))
  return (index) => points[Math.floor(index / inner) % points.length] ?? 0
}

/** Stored elements; of floating point types that JavaScript lacks, numbers that are 0 exactly where the value is. */
function storedValues(tensor: TfliteTensor, data: Uint8Array, stored: number): ArrayLike<number | bigint> {
  // A copy begins at a multiple of 8, as every typed array may ask for.
  const memory = data.slice().buffer
  switch (enumName('TensorType', tensor.type)) {
    case 'FLOAT32':
      return new Float32Array(memory, 0, stored)
    case 'FLOAT64':
      return new Float64Array(memory, 0, stored)
    case 'INT8':
      return new Int8Array(memory, 0, stored)
    case 'UINT8':
      return new Uint8Array(memory, 0, stored)
    case 'INT16':
      return new Int16Array(memory, 0, stored)
    case 'UINT16':
      return new Uint16Array(memory, 0, stored)
    case 'INT32':
      return new Int32Array(memory, 0, stored)
    case 'INT64':
      return new BigInt64Array(memory, 0, stored)
    case 'FLOAT16':
    case 'BFLOAT16':
      // All bits but the sign.
      return new Uint16Array(memory, 0, stored).map((bits) => bits & 0x7fff)
    case 'FLOAT8_E4M3FN':
    case 'FLOAT8_E5M2':
      return new Uint8Array(memory, 0, stored).map((bits) => bits & 0x7f)
    case 'INT4':
    case 'INT2':
      return narrowValues(data, dtypeOf(tensor.type)?.bits ?? 4, stored)
    default:
      return []
  }
}

/** Signed integers of a few bits, packed from the lowest bits of each byte. */
function narrowValues(data: Uint8Array, bits: number, stored: number): Int8Array {
  const perByte = 8 / bits
  return Int8Array.from({ length: stored }, (_, index) => {
    const byte = data[Math.floor(index / perByte)] ?? 0
    return (byte << (32 - bits - bits * (index % perByte))) >> (32 - bits)
  })
}
