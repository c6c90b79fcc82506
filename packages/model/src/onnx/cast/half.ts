import type { TensorProto } from '../schema.js'
import { onnxTensor, onnxTensorData } from '../tensor-data.js'

/** A floating point type of 16 bits. */
export type HalfType = 'float16' | 'bfloat16'

/** What a conversion could not keep as it was. */
export interface HalfLosses {
  /** Values beyond the type's largest, which became that: ±65504 in float16. */
  clamped: number
  /** Values other than 0 that are nearer to 0 than to anything else; they became the smallest there is, so that nothing is divided by 0. */
  raised: number
}

/** A tensor of float32 in 16 bits: rounded to the nearest, ties to even; infinities and NaN stay what they are. */
export function halfTensor(
  tensor: TensorProto,
  type: HalfType,
  name: string,
  losses: HalfLosses,
): TensorProto {
  const { shape, bytes } = onnxTensorData(tensor)
  // The file's bytes may begin anywhere, and numbers may not.
  const values = new Float32Array(bytes.slice().buffer)
  return onnxTensor(name, type, shape, new Uint8Array(halfBits(values, type, losses).buffer))
}

/** Numbers in 16 bits each. */
export function halfBits(values: Float32Array, type: HalfType, losses: HalfLosses): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  const { infinity, round } = type === 'float16' ? FLOAT16 : BFLOAT16
  for (let i = 0; i < bits.length; i++) {
    const whole = bits[i] ?? 0
    const sign = (whole >>> 16) & 0x8000
    const magnitude = whole & 0x7fffffff
    let half: number
    if (magnitude > INFINITY) half = infinity | (infinity >>> 1)
    else if (magnitude === INFINITY) half = infinity
    else {
      half = round(magnitude)
      if (half >= infinity) {
        half = infinity - 1
        losses.clamped++
      } else if (half === 0 && magnitude !== 0) {
        half = 1
        losses.raised++
      }
    }
    halves[i] = sign | half
  }
  return halves
}

/** Infinity's bits in float32; what is above is NaN. */
const INFINITY = 0x7f800000

const FLOAT16 = {
  infinity: 0x7c00,
  round(magnitude: number): number {
    // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴.
    if (magnitude < 0x38800000) return nearestEven(toNumber(magnitude) * 2 ** 24)
    return roundedShift(magnitude - 0x38000000, 13)
  },
}

// As float32 in its exponents, with fewer digits.
const BFLOAT16 = { infinity: 0x7f80, round: (magnitude: number): number => roundedShift(magnitude, 16) }

/** Leaves the lowest bits out: to the nearest, ties to even. */
function roundedShift(value: number, bits: number): number {
  return (value + (1 << (bits - 1)) - 1 + ((value >>> bits) & 1)) >>> bits
}

const scratch = new DataView(new ArrayBuffer(4))

function toNumber(bits: number): number {
  scratch.setUint32(0, bits)
  return scratch.getFloat32(0)
}

function nearestEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest === 0.5) return below + (below % 2)
  return rest < 0.5 ? below : below + 1
}
