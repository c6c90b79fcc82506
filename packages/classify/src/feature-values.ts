import { EdgeError } from '@edge/errors'
import type { Tensor, TensorInfo } from '@edge/runtime'

/** How a feature map becomes a vector. */
export type FeaturePooling = 'none' | 'average'

/**
 * Checks that a tensor holds real numbers.
 *
 * @throws EdgeError `MODEL_UNSUPPORTED` for integers without a quantization, and what is no number.
 */
export function checkFeatureTensor({ name, dtype, quantization }: TensorInfo): void {
  const isReal = dtype === 'float32' || dtype === 'float16' || dtype === 'float64'
  const isQuantized =
    quantization !== undefined && (dtype === 'int8' || dtype === 'uint8' || dtype === 'int16')
  if (isReal || isQuantized) return
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: `the tensor ${JSON.stringify(name)} holds no features`,
    expected: 'float32, float16, float64, or int8, uint8 or int16 with a quantization',
    found: `plain ${dtype}`,
    remedy: 'Name another tensor with the option tensor.',
  })
}

/**
 * A tensor's values as real numbers, in memory of their own.
 *
 * @throws EdgeError `INFERENCE_FAILED` where one of them is NaN or infinite; `SESSION_DISPOSED`.
 */
export function featureValues(tensor: Tensor): Float32Array {
  const values = toFloats(tensor)
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return values
  throw new EdgeError('INFERENCE_FAILED', {
    summary: `the model computed ${values[wrong]} for value ${wrong} of ${JSON.stringify(tensor.name)}`,
    expected: 'a number',
    found: String(values[wrong]),
    remedy: 'Check that the preprocessing is the one the model was trained with, and the model itself.',
  })
}

function toFloats(tensor: Tensor): Float32Array {
  if (tensor.is('float32')) return tensor.data.slice()
  if (tensor.is('float16')) return Float32Array.from(tensor.data, halfToNumber)
  const { scale, zeroPoint } = tensor.quantization ?? { scale: 1, zeroPoint: 0 }
  const { data } = tensor
  const values = new Float32Array(tensor.size)
  for (let index = 0; index < values.length; index += 1)
    values[index] = scale * (Number(data[index]) - zeroPoint)
  return values
}

/**
 * The number that the bits of an IEEE 754 binary16 stand for.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/**
 * The mean of each channel over height and width.
 *
 * @param values - of a tensor of `shape`.
 * @param shape - of one picture: [1, height, width, channels], or [1, channels, height, width]. Values of any other number of dimensions
 *   are returned as they are.
 */
export function averagePool(
  values: Float32Array,
  shape: readonly number[],
  layout: 'NHWC' | 'NCHW',
): Float32Array {
  if (shape.length !== 4) return values
  const channels = shape[layout === 'NHWC' ? 3 : 1] ?? 1
  const places = values.length / channels
  const [channelStride, placeStride] = layout === 'NHWC' ? [1, channels] : [places, 1]
  const pooled = new Float32Array(channels)
  for (let channel = 0; channel < channels; channel += 1) {
    // A number of JavaScript has the 53 bits that a sum of thousands of float32 needs.
    let sum = 0
    for (let place = 0; place < places; place += 1)
      sum += values[channel * channelStride + place * placeStride] ?? 0
    pooled[channel] = sum / places
  }
  return pooled
}
