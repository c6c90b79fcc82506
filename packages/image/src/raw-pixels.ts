import { EdgeError } from '@edge/errors'
import type { Size } from './geometry.js'
import type { Pixels } from './pixels.js'

/** A picture that is decoded already: 8 bits a channel, interleaved, rows from the top without padding. */
export interface RawPixels extends Size {
  /**
   * `width × height × channels` values; grey, RGB or RGBA. Alpha is dropped, not blended. Their memory must be neither transferred nor
   * resized until the call has ended.
   */
  readonly data: Uint8Array | Uint8ClampedArray
  /** Grey, RGB or RGBA. */
  readonly channels: 1 | 3 | 4
}

/** Whether a source is meant as raw pixels. */
export function isRawPixels(source: object): source is RawPixels {
  return 'data' in source && 'width' in source && 'height' in source
}

/**
 * Checks raw pixels, as JavaScript may give them.
 *
 * @throws EdgeError `INVALID_ARGUMENT` where size, channels and data do not agree.
 */
export function checkRawPixels({ data, width, height, channels }: RawPixels): Pixels {
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw wrong('data is not an array of bytes', 'a Uint8Array or a Uint8ClampedArray', typeof data)
  }
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side < 2 ** 30)) {
    throw wrong('the size is out of range', 'whole numbers above 0', `${width} × ${height}`)
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw wrong('the number of channels is wrong', '1, 3 or 4', String(channels))
  }
  if (data.length !== width * height * channels) {
    const expected = `${width} × ${height} × ${channels} = ${width * height * channels} values`
    throw wrong('data is of the wrong length', expected, String(data.length))
  }
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.length)
  return { data: bytes, width, height, channels }
}

function wrong(what: string, expected: string, found: string): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', { summary: `raw pixels: ${what}`, expected, found })
}
