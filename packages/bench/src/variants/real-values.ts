import { halfToNumber } from '@edge/classify'
import type { Tensor } from '@edge/runtime'
import type { TensorFacts } from './compared-model.js'

export type RealValues = Float32Array | Float64Array

/**
 * A tensor's values as real numbers. Those of float32 and float64 are the tensor's own memory, and change with its next run.
 *
 * @param quantization - where the tensor itself does not tell one.
 */
export function realValues(
  tensor: Tensor,
  quantization: TensorFacts['quantization'] = tensor.quantization,
): RealValues {
  if (tensor.is('float32') || tensor.is('float64')) return tensor.data
  if (tensor.is('float16')) return Float32Array.from(tensor.data, halfToNumber)
  const { scale, zeroPoint } = quantization ?? { scale: 1, zeroPoint: 0 }
  const { data, size } = tensor
  const values = new Float32Array(size)
  for (let index = 0; index < size; index += 1) values[index] = scale * (Number(data[index]) - zeroPoint)
  return values
}

/** Values of [n, c, h, w] in the order of [n, h, w, c]. */
export function channelsLast(values: RealValues, shape: readonly number[]): RealValues {
  const [n = 1, c = 1, h = 1, w = 1] = shape
  const places = h * w
  const moved = values.slice()
  for (let picture = 0; picture < n; picture += 1) {
    const base = picture * c * places
    for (let channel = 0; channel < c; channel += 1)
      for (let place = 0; place < places; place += 1)
        moved[base + place * c + channel] = values[base + channel * places + place] ?? 0
  }
  return moved
}
