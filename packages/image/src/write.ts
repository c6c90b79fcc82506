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
  // Reading `data` checks that the memory is still there; `buffer` does not.
  const { length } = tensor.data
  if (tensor.dtype !== dtype || length !== width * height * source.channels) {
    throw new EdgeError('SHAPE_MISMATCH', {
      summary: `the preprocessing was made for another tensor than "${tensor.name}"`,
      expected: `${width * height * source.channels} values of ${dtype}`,
      found: `${length} of ${tensor.dtype}`,
    })
  }
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
