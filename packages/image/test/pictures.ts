import sharp from 'sharp'
import { decode } from '../src/decode.js'
import type { Resize } from '../src/geometry.js'
import type { Pixels } from '../src/pixels.js'
import { resample, type ShrinkOnLoad } from '../src/resample.js'
import { type PictureSource, readPicture } from '../src/source.js'

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

/** What {@link decoded} makes of a picture. */
export interface Wanted extends Partial<Resize> {
  readonly width: number
  readonly height: number
  readonly shrinkOnLoad?: ShrinkOnLoad
  readonly maxPixels?: number
}

/** The first two stages. */
export async function decoded(
  picture: PictureSource,
  { width, height, shrinkOnLoad = false, maxPixels = 1e8, ...resize }: Wanted,
  colorManaged = false,
): Promise<Pixels> {
  const { pixels } = await resample(
    await decode(await readPicture(picture), { colorManaged, maxPixels }),
    { width, height },
    { resize: { ...RESIZE, ...resize }, shrinkOnLoad, maxPixels },
  )
  return pixels
}

/** How a frame lies in memory, as it is decoded. */
export async function decodeFrame(source: unknown): Promise<unknown> {
  const picture: unknown = await Promise.resolve(Reflect.apply(readPicture, undefined, [source]))
  return typeof picture === 'object' && picture !== null ? Reflect.get(picture, 'frame') : undefined
}

/** All fields of a resize, to be changed. */
export const RESIZE: Required<Resize> = {
  fit: 'stretch',
  cropRatio: 0.875,
  rounding: 'nearest',
  pad: [0],
  kernel: 'bilinear',
  antialias: true,
}

/** How far pixels are from others, in grey levels. */
export function difference(
  actual: Uint8Array,
  expected: ArrayLike<number>,
): { mean: number; p99: number; max: number } {
  const sorted = Uint8Array.from(actual, (value, index) =>
    Math.abs(value - (expected[index] ?? Number.NaN)),
  ).sort()
  return {
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  }
}
