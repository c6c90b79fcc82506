import { EdgeError } from '@edge/errors'
import type { Sharp } from 'sharp'
import { loadSharp } from './lazy-sharp.js'
import type { EncodedPicture } from './source.js'

/** How to decode. */
export interface DecodeOptions {
  /** Whether an embedded colour profile is applied. */
  readonly colorManaged: boolean
  /** Pictures of more pixels are refused. */
  readonly maxPixels: number
}

/**
 * A picture whose header was read. Its pixels are decoded when the second stage asks for them, because libvips decodes a JPEG
 * at a half, a quarter or an eighth of its size where the resize allows it.
 */
export interface DecodedPicture {
  /** Pixels after the orientation in the EXIF data was applied. */
  readonly width: number
  readonly height: number
  readonly name: string
  /** 8-bit RGB, upright, without alpha. */
  readonly pipeline: Sharp
}

/**
 * First stage: the picture's header, and how its pixels become 8-bit RGB.
 *
 * As PIL's `convert('RGB')` does it: alpha is dropped, not blended; grey becomes three equal channels; a colour profile is ignored
 * unless `colorManaged`. Other than there, the EXIF orientation is applied, CMYK goes through libvips' profile, and a picture of which
 * the decoder as much as warns is refused, because a warning is all that it has for corrupt pixels.
 *
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function decode(
  { bytes, name }: EncodedPicture,
  { colorManaged, maxPixels }: DecodeOptions,
): Promise<DecodedPicture> {
  const sharp = await loadSharp()
  const pipeline = sharp(bytes, {
    autoOrient: true,
    // sharp's own default. Bytes overwritten inside a JPEG are no more than a warning to its decoder, which goes on with whatever
    // pixels come of them; so are extraneous bytes, which PIL passes over.
    failOn: 'warning',
    ignoreIcc: !colorManaged,
    // Checked below, where the message can say what to do.
    limitInputPixels: false,
  })
  const { autoOrient, hasAlpha } = await orInvalid(name, () => pipeline.metadata())
  const { width, height } = autoOrient
  if (width * height > maxPixels) {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the picture ${name} has too many pixels`,
      expected: `at most ${maxPixels}`,
      found: `${width} × ${height}`,
      remedy: 'Make it smaller, or raise the option maxPixels.',
    })
  }
  return { width, height, name, pipeline: hasAlpha ? await withoutAlpha(name, pipeline) : pipeline }
}

/**
 * Runs a step of sharp's.
 *
 * @throws EdgeError `IMAGE_INVALID` with what sharp said.
 */
export async function orInvalid<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    // libvips repeats itself line by line, and its buffer of messages may begin with an empty one.
    const lines = cause instanceof Error ? cause.message.split('\n') : [String(cause)]
    throw new EdgeError('IMAGE_INVALID', {
      summary: `the picture ${name} is truncated or corrupt`,
      found: lines.find((line) => line.trim() !== '') ?? 'an error of libvips without a message',
      remedy: 'Copy or record the picture again.',
      cause,
    })
  }
}

/**
 * sharp weighs colours by alpha when it resizes, and a transparent pixel's own colour is lost. A pipeline of its own takes alpha
 * away before that, at the price of the whole picture in memory.
 */
async function withoutAlpha(name: string, pipeline: Sharp): Promise<Sharp> {
  const sharp = await loadSharp()
  const { data, info } = await orInvalid(name, () =>
    pipeline
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  const { width, height, channels } = info
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}
