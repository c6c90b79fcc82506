import { PictureFailure } from '@edge/bench'
import sharp from 'sharp'

/** Pixels of a side of what EfficientNet-Lite0 looks at. */
export const SIDE = 224
const RESIZED = 256
const MEAN = 127
const STD = 128

/** The middle of a picture by sharp, as EfficientNet-Lite0 was trained on it: bytes of red, green and blue, pixel by pixel. */
export async function pixelsOf(path: string): Promise<Buffer> {
  return await sharp(path)
    .resize({ width: RESIZED, height: RESIZED, fit: 'cover', kernel: 'cubic' })
    .extract({ left: (RESIZED - SIDE) / 2, top: (RESIZED - SIDE) / 2, width: SIDE, height: SIDE })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer()
}

/** Pixels as the float32 models take them. */
export function normalised(pixels: Buffer): Float32Array {
  return Float32Array.from(pixels, (pixel) => (pixel - MEAN) / STD)
}

/** What a peer makes of a picture; one that it cannot read or decode is the picture's failure, and not the peer's. */
export async function ofPicture<T>(image: number, decoded: Promise<T>): Promise<T> {
  try {
    return await decoded
  } catch (cause) {
    throw new PictureFailure(image, 'IMAGE_INVALID', messageOf(cause), { cause })
  }
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
