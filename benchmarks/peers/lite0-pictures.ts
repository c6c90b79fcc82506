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

// (pixel − MEAN) / STD of each byte.
const NORMALISED = Float32Array.from({ length: 256 }, (_, pixel) => (pixel - MEAN) / STD)

/** Pixels as the float32 models take them. Looked up in a loop: by Float32Array.from() with a function it would take longer than an inference. */
export function normalised(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length)
  for (let at = 0; at < pixels.length; at += 1) values[at] = NORMALISED[pixels[at] ?? 0] ?? 0
  return values
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
