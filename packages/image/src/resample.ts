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
 * `bilinear`, `bicubic` and `lanczos` are PIL's antialiased filters, within a grey level or two.
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
