import type { Pixels } from './resample.js'

/**
 * RGB to one channel of ITU-R 601-2 luma, in the integer arithmetic of PIL's `convert('L')`. (libvips' own grey is another one: it
 * weighs linear light.)
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
