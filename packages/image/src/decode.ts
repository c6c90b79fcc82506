import { constants } from 'node:buffer'
import { EdgeError } from '@edge/errors'
import type { Sharp } from 'sharp'
import { type Frame, frameToRgb } from './frame.js'
import { loadSharp } from './lazy-sharp.js'
import { withInput } from './pipeline-input.js'
import type { Pixels } from './pixels.js'
import { sharpFailure } from './sharp-failure.js'
import type { EncodedPicture, Picture, PipelinePicture } from './source.js'

/** How to decode. */
export interface DecodeOptions {
  /** Whether an embedded colour profile is applied. */
  readonly colorManaged: boolean
  /** Pictures of more pixels are refused. */
  readonly maxPixels: number
}

/** What is particular to a JPEG. */
export interface Jpeg {
  readonly pipeline: Sharp
  /** Whether the file ends as a JPEG does, so that rows which nobody needs can be left alone. */
  readonly hasEnd: boolean
}

/** A picture whose size is known. */
export interface DecodedPicture {
  /** Pixels after the orientation in the EXIF data was applied. */
  readonly width: number
  readonly height: number
  readonly name: string
  /** Of a JPEG, which libvips decodes at a half, a quarter or an eighth of its size where a resize of its own allows it. */
  readonly jpeg?: Jpeg
  /** What `pixels` makes RGB of, where a GPU may take it as it is. */
  readonly frame?: Frame
  /** All of its pixels, upright, in 8 bits; decoded when this is called. */
  pixels(): Promise<Pixels>
}

/**
 * First stage: the picture's size, and how its pixels become 8-bit RGB.
 *
 * As PIL's `convert('RGB')` does it: alpha is dropped, not blended; grey becomes three equal channels; a colour profile is ignored
 * unless `colorManaged`. Other than there, the EXIF orientation is applied, CMYK goes through libvips' profile, of 16 bits the upper
 * eight are taken, and a picture of which the decoder as much as warns is refused, because a warning is all that it has for corrupt
 * pixels. What is transparent in a GIF has no colour of its own, and is black.
 *
 * @param signal - stops waiting for the input of an instance of sharp.
 * @throws EdgeError `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`, `OUT_OF_MEMORY`; of an instance of sharp also `FILE_UNREADABLE`,
 *   `INVALID_ARGUMENT`, `ABORTED`.
 */
export async function decode(
  picture: Picture,
  options: DecodeOptions,
  signal?: AbortSignal,
): Promise<DecodedPicture> {
  if ('bytes' in picture) return await decodeFile(picture, options)
  const { name } = picture
  if ('frame' in picture) {
    const { frame } = picture
    const { width, height } = frame
    checkPixels(name, width, height, options)
    return { width, height, name, frame, pixels: async () => frameToRgb(frame, name) }
  }
  const pixels = 'pixels' in picture ? picture.pixels : await runPipeline(picture, options, signal)
  checkPixels(name, pixels.width, pixels.height, options)
  return { width: pixels.width, height: pixels.height, name, pixels: async () => pixels }
}

async function decodeFile(
  { bytes, format, name }: EncodedPicture,
  options: DecodeOptions,
): Promise<DecodedPicture> {
  const sharp = await loadSharp()
  const open = () =>
    sharp(bytes, {
      autoOrient: true,
      // sharp's own default. Bytes overwritten inside a JPEG are no more than a warning to its decoder, which goes on with whatever
      // pixels come of them; so are extraneous bytes, which PIL passes over.
      failOn: 'warning',
      ignoreIcc: !options.colorManaged,
      // Checked below, where the message can say what to do.
      limitInputPixels: false,
    })
  const metadata = await orInvalid(name, () => open().metadata())
  const { width, height } = metadata.autoOrient
  checkPixels(name, width, height, options)
  // What begins as one format and is decoded as another got past the check of signatures.
  if (metadata.format !== (format === 'avif' ? 'heif' : format)) {
    throw new EdgeError('IMAGE_INVALID', {
      summary: `the picture ${name} is not what it begins as`,
      expected: format,
      found: metadata.format,
      remedy: 'Copy or record the picture again.',
    })
  }
  // Only TIFF has others. What they mean is nowhere said, and libvips makes black or white of most.
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the samples of the picture ${name} are of a type that has no certain meaning as a colour`,
      expected: '8 or 16 bits without a sign',
      found: metadata.depth,
      remedy: 'Convert it first.',
    })
  }
  return {
    width,
    height,
    name,
    ...(format === 'jpeg' && { jpeg: { pipeline: open(), hasEnd: endsAsJpeg(bytes) } }),
    pixels: async () => {
      checkBuffer(name, width, height)
      return await rgbOf(name, open())
    },
  }
}

/** Whether the last two bytes are the marker EOI (ITU-T T.81, B.1.1.3), which a truncated file lacks. */
function endsAsJpeg(bytes: Uint8Array): boolean {
  return bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9
}

/** What an application's own pipeline makes. */
async function runPipeline(
  { name, pipeline }: PipelinePicture,
  options: DecodeOptions,
  signal: AbortSignal | undefined,
): Promise<Pixels> {
  // Of the instance itself, and cloned once it has its input: clones of sharp before 0.35 wait for input that came before them.
  const { width, height } = await withInput(name, pipeline, signal, () =>
    orInvalid(name, () => pipeline.metadata()),
  )
  checkPixels(name, width, height, options)
  return await rgbOf(name, pipeline.clone())
}

/**
 * Runs a pipeline to its end.
 *
 * @throws EdgeError `IMAGE_INVALID`, `OUT_OF_MEMORY`.
 */
export async function rgbOf(name: string, pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await orInvalid(name, () =>
    pipeline
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  const { width, height, channels } = info
  if (channels !== 3 && channels !== 1) {
    throw new EdgeError('INTERNAL', {
      summary: `the picture ${name} was decoded to something other than RGB`,
      expected: '3 channels',
      found: String(channels),
    })
  }
  return { data, width, height, channels }
}

function checkPixels(name: string, width: number, height: number, { maxPixels }: DecodeOptions): void {
  if (width * height <= maxPixels) return
  throw new EdgeError('IMAGE_UNSUPPORTED', {
    summary: `the picture ${name} has too many pixels`,
    expected: `at most ${maxPixels}`,
    found: `${width} × ${height}`,
    remedy: 'Make it smaller, or raise the option maxPixels.',
  })
}

// More than a buffer can hold, 4 GiB before Node.js 22, sharp 0.35 frees twice, which ends the process.
const MOST_DECODED = Math.floor(constants.MAX_LENGTH / 3)

function checkBuffer(name: string, width: number, height: number): void {
  if (width * height <= MOST_DECODED) return
  throw new EdgeError('IMAGE_UNSUPPORTED', {
    summary: `the picture ${name} has more pixels than a buffer of Node.js can hold`,
    expected: `at most ${MOST_DECODED}`,
    found: `${width} × ${height}`,
    remedy: 'Make it smaller.',
  })
}

/**
 * Runs a step of sharp's.
 *
 * @throws EdgeError `IMAGE_INVALID` with what sharp said, `OUT_OF_MEMORY`.
 */
async function orInvalid<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    throw sharpFailure(name, cause)
  }
}
