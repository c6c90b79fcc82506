import sharp from 'sharp'
import { decode } from '../src/decode.js'
import type { Resize } from '../src/geometry.js'
import { type Pixels, resample } from '../src/resample.js'
import type { EncodedPicture } from '../src/source.js'

/** Pixels made by a formula, interleaved. */
export function pixels(
  width: number,
  height: number,
  channels: 1 | 3 | 4,
  value: (x: number, y: number, channel: number) => number,
): Buffer {
  const data = Buffer.alloc(width * height * channels)
  for (let index = 0; index < data.length; index += 1) {
    const pixel = Math.floor(index / channels)
    data[index] = value(pixel % width, Math.floor(pixel / width), index % channels) & 255
  }
  return data
}

/** A PNG of such pixels. */
export async function png(...picture: Parameters<typeof pixels>): Promise<Buffer> {
  const [width, height, channels] = picture
  return await sharp(pixels(...picture), { raw: { width, height, channels } })
    .png()
    .toBuffer()
}

/** A JPEG of noise: no part of it is small, so that cutting it cuts pixels. */
export async function noisyJpeg(width: number, height: number): Promise<Buffer> {
  let state = 1
  const data = pixels(width, height, 3, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** The first two stages. */
export async function decoded(
  picture: Uint8Array | EncodedPicture,
  { width, height, ...resize }: { width: number; height: number } & Partial<Resize>,
  colorManaged = false,
): Promise<Pixels> {
  const encoded = picture instanceof Uint8Array ? { bytes: picture, name: 'picture' } : picture
  return await resample(
    await decode(encoded, { colorManaged, maxPixels: 1e8 }),
    { width, height },
    { fit: 'stretch', cropRatio: 0.875, kernel: 'bilinear', ...resize },
  )
}
