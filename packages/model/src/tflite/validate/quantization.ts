import { enumName, type TfliteEnumValue, type TfliteTensor } from '../model.js'
import type { Place } from './place.js'

/** What zero points of each dtype can be: values of the dtype itself. */
const ZERO_POINTS: ReadonlyMap<TfliteEnumValue<'TensorType'>, readonly [min: number, max: number]> = new Map([
  ['INT4', [-8, 7]],
  ['INT8', [-128, 127]],
  ['UINT8', [0, 255]],
  ['INT16', [-32768, 32767]],
])
const ZEROS = Buffer.alloc(64 * 1024)

/** Beyond these, kernels that multiply and divide scales end the process. A scale of 0 stands for none. */
const MAX_SCALE = 1e18
const MIN_SCALE = 1e-18
const INT32_RANGE = [-(2 ** 31), 2 ** 31 - 1] as const

/**
 * Checks scale, zero point and axis of a tensor against each other and its shape.
 *
 * @param isConstant - whether the file holds its values: those of a channel without weights may have any small scale.
 */
export function checkQuantization(tensor: TfliteTensor, isConstant: boolean, place: () => Place): void {
  const { quantization } = tensor
  if (quantization === undefined) return
  const { scale, zeroPoint, quantizedDimension } = quantization
  if (scale === undefined || scale.length === 0) return
  // Details say that scale and zero point mean something else.
  if (quantization.details !== undefined) return
  if (zeroPoint === undefined || zeroPoint.length !== scale.length) {
    throw place().error('its zero points', `${scale.length}, as many as scales`, zeroPoint?.length ?? 'none')
  }
  const rank = tensor.shape?.length ?? 0
  if (quantizedDimension < 0 || (rank > 0 && quantizedDimension >= rank)) {
    throw place().error('its quantized_dimension', `0 to ${rank - 1}`, quantizedDimension)
  }
  const size = tensor.shape?.[quantizedDimension]
  if (scale.length !== 1 && size !== undefined && scale.length !== size) {
    throw place().error('its scales', `1, or ${size} as dimension ${quantizedDimension} has`, scale.length)
  }
  const least = isConstant ? 0 : MIN_SCALE
  // One for each channel: a loop, since a callback for each costs more than all other checks of a model.
  for (let index = 0; index < scale.length; index += 1) {
    const value = scale[index] ?? 0
    if (!((value === 0 || value >= least) && value >= 0 && value <= MAX_SCALE)) {
      throw place().error('its scale', `${least === 0 ? '0' : `0, or ${least}`} to ${MAX_SCALE}`, value)
    }
  }
  checkZeroPoints(tensor, zeroPoint, place)
}

/** What there is to know of vectors of scales, each gone through once however many operators take its tensor. */
export class Scales {
  readonly #zeros = new Map<Float32Array, boolean>()

  /** Whether one of them is 0: it stands for none. */
  hasZero(scale: Float32Array): boolean {
    const known = this.#zeros.get(scale)
    if (known !== undefined) return known
    const found = scale.includes(0)
    this.#zeros.set(scale, found)
    return found
  }
}

function checkZeroPoints(tensor: TfliteTensor, zeroPoints: BigInt64Array, place: () => Place): void {
  const bytes = Buffer.from(zeroPoints.buffer, zeroPoints.byteOffset, zeroPoints.byteLength)
  // Those of weights are all zero, and there are as many as channels.
  if (bytes.length <= ZEROS.length && bytes.equals(ZEROS.subarray(0, bytes.length))) return
  const dtype = enumName('TensorType', tensor.type)
  const [min, max] = (dtype && ZERO_POINTS.get(dtype)) ?? INT32_RANGE
  const wrong = zeroPoints.find((value) => value < min || value > max)
  if (wrong !== undefined) throw place().error('its zero point', `${min} to ${max}`, String(wrong))
}
