import type { DevicePicture, PictureTarget, Tensor } from '@edge/native'
import type { DecodedPicture } from './decode.js'
import { toRgb } from './pixels.js'
import type { Preprocessing } from './preprocessing.js'
import { type PlannedPicture, planPicture, resampleAxes } from './resample.js'
import { checkTensor } from './write.js'

/** A picture that is decoded, and what is left to be done to it. */
export interface ReadyPicture {
  readonly pixels: Pick<DevicePicture, 'pixels' | 'format' | 'rowBytes' | 'chroma'>
  readonly resampling: Pick<DevicePicture, 'columns' | 'rows' | 'kernel' | 'antialias' | 'x' | 'y'>
}

/**
 * In place of the second stage, where a GPU does it: the pixels as they come out of the decoder, or as they are, and what is to be done
 * with them.
 *
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function readyForDevice(
  picture: DecodedPicture,
  preprocessing: Preprocessing,
): Promise<ReadyPicture> {
  const planned = await planPicture(picture, preprocessing, preprocessing)
  const pixels = await devicePixels(picture, planned)
  const { plan, shrunk } = planned
  const { kernel, antialias } = preprocessing.resize
  // What libvips brought to its size is taken pixel for pixel.
  const resampling =
    shrunk === undefined
      ? { ...resampleAxes(picture, plan), kernel, antialias }
      : {
          ...resampleAxes(shrunk, { ...plan, resized: plan.crop, left: 0, top: 0 }),
          kernel: 'nearest' as const,
          antialias: true,
        }
  return { pixels, resampling: { ...resampling, x: plan.x, y: plan.y } }
}

async function devicePixels(
  picture: DecodedPicture,
  { shrunk }: PlannedPicture,
): Promise<ReadyPicture['pixels']> {
  const { frame } = picture
  if (frame !== undefined) {
    const { pixels, rowBytes, chroma } = frame
    if (chroma === undefined) return { pixels, rowBytes, format: 'rgb' }
    return { pixels, rowBytes, format: 'nv12', chroma }
  }
  const rgb = toRgb(shrunk ?? (await picture.pixels()))
  return { pixels: rgb.data, rowBytes: rgb.width * 3, format: 'rgb' }
}

/**
 * In place of the third stage: has the next run of the tensor's request begin with the picture. Pixels in the processor's memory are copied.
 *
 * @throws EdgeError as `write`, and `INVALID_ARGUMENT` where the GPU cannot read the picture, `REQUEST_BUSY`, `DEVICE_FAILED`.
 */
export function handOver(
  { pixels, resampling }: ReadyPicture,
  target: PictureTarget,
  tensor: Tensor,
  preprocessing: Preprocessing,
): void {
  checkTensor(tensor, preprocessing)
  const { width, height, channels, layout, dtype, mean, std, quantization, resize } = preprocessing
  const [red = 0, green = red, blue = red] = resize.pad
  target.write({
    ...pixels,
    ...resampling,
    width,
    height,
    pad: [red, green, blue],
    swapRedBlue: channels === 'bgr',
    mean,
    std,
    layout,
    dtype,
    ...(quantization !== undefined && { quantization }),
  })
}
