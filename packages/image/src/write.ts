import { EdgeError } from '@edge/errors'
import { fromAddon, loadAddon, type Tensor } from '@edge/native'
import { type Pixels, toLuma } from './pixels.js'
import type { Preprocessing } from './preprocessing.js'

/**
 * Third stage: pixels into a tensor's memory, normalised, quantised and laid out in one pass of native code.
 *
 * @param pixels - RGB, of the tensor's width and height.
 * @throws EdgeError `SESSION_DISPOSED` if the tensor's memory is gone, `SHAPE_MISMATCH` if the tensor is not the one that
 *   `preprocessing` was made for.
 */
export function write(pixels: Pixels, tensor: Tensor, preprocessing: Preprocessing): void {
  const { width, height, channels, layout, dtype, mean, std, quantization } = preprocessing
  const source = channels === 'grey' ? toLuma(pixels) : pixels
  checkTensor(tensor, preprocessing)
  try {
    loadAddon().writePixels({
      pixels: source.data,
      width,
      height,
      channels: source.channels,
      swapRedBlue: channels === 'bgr',
      mean,
      std,
      layout,
      dtype,
      ...(quantization !== undefined && { quantization }),
      target: tensor.buffer,
      byteOffset: 0,
    })
  } catch (error) {
    throw fromAddon(error)
  }
}

/**
 * Checks that a tensor is there, and the one that `preprocessing` was made for.
 *
 * @throws EdgeError `SESSION_DISPOSED`, `SHAPE_MISMATCH`.
 */
export function checkTensor(tensor: Tensor, { width, height, channels, dtype }: Preprocessing): void {
  // Reading `data` checks that the memory is still there; `buffer` does not.
  const { length } = tensor.data
  const expected = width * height * (channels === 'grey' ? 1 : 3)
  if (tensor.dtype === dtype && length === expected) return
  throw new EdgeError('SHAPE_MISMATCH', {
    summary: `the preprocessing was made for another tensor than "${tensor.name}"`,
    expected: `${expected} values of ${dtype}`,
    found: `${length} of ${tensor.dtype}`,
  })
}
