import type { Size } from './geometry.js'

/** Interleaved 8-bit pixels, rows without padding. */
export interface Pixels extends Size {
  readonly data: Uint8Array
  /** Grey, RGB, or RGB and alpha. */
  readonly channels: 1 | 3 | 4
}

/**
 * Three channels: grey three times over, alpha dropped and not blended, as PIL's `convert('RGB')` does it.
 *
 * @param pixels - returned as they are where they are RGB.
 */
export function toRgb(pixels: Pixels): Pixels {
  const { data, width, height, channels } = pixels
  if (channels === 3) return pixels
  const rgb = new Uint8Array(width * height * 3)
  // Where in a pixel red, green and blue are found.
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from] ?? 0
    rgb[to + 1] = data[from + green] ?? 0
    rgb[to + 2] = data[from + blue] ?? 0
  }
  return { data: rgb, width, height, channels: 3 }
}

/**
 * One channel of ITU-R 601-2 luma, in the integer arithmetic of PIL's `convert('L')`. (libvips' own grey is another one: it
 * weighs linear light.)
 *
 * @param pixels - of three channels.
 */
export function toLuma({ data, width, height }: Pixels): Pixels {
  const grey = new Uint8Array(width * height)
  for (let pixel = 0; pixel < grey.length; pixel += 1) {
    const red = data[pixel * 3] ?? 0
    const green = data[pixel * 3 + 1] ?? 0
    const blue = data[pixel * 3 + 2] ?? 0
    grey[pixel] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
  }
  return { data: grey, width, height, channels: 1 }
}

/**
 * Puts a picture into a larger one.
 *
 * @param pixels - of three channels.
 * @param colour - of what the picture leaves free: red, green and blue, or one entry for all.
 */
export function padded(
  pixels: Pixels,
  target: Size,
  x: number,
  y: number,
  colour: readonly number[],
): Pixels {
  const { data, width, height } = pixels
  if (width === target.width && height === target.height) return pixels
  const whole = Buffer.alloc(target.width * target.height * 3)
  const all = colour[0] ?? 0
  whole.fill(Uint8Array.of(all, colour[1] ?? all, colour[2] ?? all))
  for (let row = 0; row < height; row += 1) {
    whole.set(data.subarray(row * width * 3, (row + 1) * width * 3), ((y + row) * target.width + x) * 3)
  }
  return { ...target, data: whole, channels: 3 }
}
