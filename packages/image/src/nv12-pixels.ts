import { type Frame, type FrameLayout, frameBytes, settleLayout, show, wrongFrame } from './frame.js'
import type { Size } from './geometry.js'

/**
 * A frame as cameras and video decoders give it: a plane of luma, and one of half its width and height with a pair of chroma for every four
 * pixels, Cb first. Of an odd width or height the last pair is for those that are left.
 */
export interface Nv12Pixels extends Size, FrameLayout {
  /**
   * The whole frame: `width × height` bytes of luma and then the pairs, or what {@link FrameLayout} says. Its memory must be neither
   * transferred nor resized until the call has ended.
   */
  readonly data: Uint8Array | Uint8ClampedArray
  /** Says that it is no RGB. */
  readonly format: 'nv12'
}

/** Whether a source is meant as pixels of NV12, or of another format than raw pixels have. */
export function isNv12Pixels(source: object): source is Nv12Pixels {
  if (!('data' in source && 'width' in source && 'height' in source && 'format' in source)) return false
  // Raw pixels may carry a format along: sharp's `info` has one.
  return source.format === 'nv12' || !('channels' in source)
}

/**
 * Checks pixels of NV12, as JavaScript may give them.
 *
 * @throws EdgeError `INVALID_ARGUMENT` where size, layout and data do not agree.
 */
export function checkNv12Pixels(source: Nv12Pixels): Frame {
  const { data, format } = source
  if (format !== 'nv12') throw wrongFrame(WHAT, 'the format is not known', '"nv12"', show(format))
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw wrongFrame(
      WHAT,
      'data is not an array of bytes',
      'a Uint8Array or a Uint8ClampedArray',
      typeof data,
    )
  }
  const { chroma, isPacked, ...size } = settleLayout(format, source, WHAT)
  if (chroma === undefined) throw wrongFrame(WHAT, 'it has no chroma', 'a plane of pairs', 'none')
  const pixels = data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.length)
  const frame = { ...size, pixels, chroma }
  const bytes = frameBytes(frame)
  // Where nothing is said of the layout, a length that is not exactly right is that of another format, or of another size.
  if (isPacked ? data.length !== bytes : data.length < bytes) {
    const expected = `${isPacked ? '' : 'at least '}${bytes} bytes for ${frame.width} × ${frame.height}`
    throw wrongFrame(WHAT, 'data is of the wrong length', expected, String(data.length))
  }
  return frame
}

const WHAT = 'pixels of NV12'
