import { EdgeError } from '@edge/errors'
import { type DecodedPicture, orInvalid } from './decode.js'
import { planResize, type Resize, type ResizeKernel, type Size } from './geometry.js'

/** Interleaved 8-bit pixels, rows without padding. */
export interface Pixels extends Size {
  readonly data: Uint8Array
  readonly channels: 1 | 3
}

const KERNELS = {
  nearest: 'nearest',
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
} as const satisfies Record<ResizeKernel, string>

/**
 * Second stage: the picture's pixels at the tensor's size, in RGB.
 *
 * `bilinear`, `bicubic` and `lanczos` are PIL's antialiased filters: on photographs the mean difference from PIL's pixels is below 1
 * grey level, and 99 % of the values are within 5. That does not hold for a JPEG that is made many times smaller. libvips then
 * decodes it at a half, a quarter or an eighth of its size, by averaging, which costs a fraction of the time, and filters only the rest
 * of the way. How much that changes goes up and down with the factor: for 3000 × 2250 pixels made 341 × 256, bicubic, mean 2 and
 * 99 % within 20; for 3600 × 2700, which leaves libvips less than a factor of 2 to filter, mean 4 and 99 % within 34.
 *
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function resample(
  picture: DecodedPicture,
  target: Size,
  resize: Required<Resize>,
): Promise<Pixels> {
  const { resized, left, top, crop } = planResize(picture, target, resize, picture.name)
  const { data, info } = await orInvalid(picture.name, () =>
    picture.pipeline
      .resize({ ...resized, fit: 'fill', kernel: KERNELS[resize.kernel] })
      // Resized first and cut afterwards, or libvips decodes a JPEG at its full size. Only columns are cut here: libvips does not
      // decode rows that nobody asks for, and a picture that is truncated below the crop would pass.
      .extract({ left, top: 0, width: crop.width, height: resized.height })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  if (info.channels !== 3) {
    throw new EdgeError('INTERNAL', {
      summary: `the picture ${picture.name} was decoded to something other than RGB`,
      expected: '3 channels',
      found: String(info.channels),
    })
  }
  const row = crop.width * 3
  return { ...crop, channels: 3, data: data.subarray(top * row, (top + crop.height) * row) }
}
