import type { Readable } from 'node:stream'
import { readFileBounded, toFilePath } from '@edge/model'
import type { Tensor } from '@edge/native'
import type { Sharp } from 'sharp'
import { checkDeviceFrame, type DeviceFrame, isDeviceFrame } from './device-frame.js'
import type { FileMemory } from './file-memory.js'
import type { Frame } from './frame.js'
import { checkNv12Pixels, isNv12Pixels, type Nv12Pixels } from './nv12-pixels.js'
import type { Pixels } from './pixels.js'
import { checkRawPixels, isRawPixels, type RawPixels } from './raw-pixels.js'
import { checkSignature, type PictureFormat, SIGNATURE_BYTES } from './signature.js'
import { isNodeStream, isWebStream, readStream, type WebByteStream } from './stream.js'
import { wrongSource } from './wrong-source.js'

/**
 * Writes a model's input itself, for pixels that are the tensor's values already: frames of a camera or a decoder that makes the tensor's size,
 * read into its memory. Nothing is decoded, resized or normalised then.
 *
 * @example
 * ```ts
 * await classifier.classify({
 *   async writeTensor(tensor) {
 *     if (tensor.is('uint8')) await frames.read(tensor.data)
 *     else throw new TypeError(`the model takes ${tensor.dtype}`)
 *   },
 * })
 * ```
 */
export interface TensorWriter {
  /**
   * Writes all of the tensor's values: those that it leaves are of an earlier picture, whose label would be this one's.
   * What it throws, the call throws; an `EdgeError` is that of one picture among many.
   *
   * @param tensor - the request's input; not to be touched any more once this has ended.
   * @param signal - that of the call, which waits for this whatever the signal says.
   */
  writeTensor(tensor: Tensor, signal?: AbortSignal): void | Promise<void>
}

/**
 * A picture.
 *
 * - A path, a `file:` URL, the bytes of a file, or a stream of them, Node's or the web's: JPEG, PNG, WebP, AVIF, TIFF or GIF of at most
 *   256 MiB; of an animated or a paged one the first.
 * - Raw pixels.
 * - Pixels of NV12, as cameras and video decoders give them; or a frame that is in the GPU's memory already, for sessions that preprocess
 *   there.
 * - An instance of sharp with whatever it is to do to a picture. It is cloned, and its own options hold: neither is it turned upright, nor
 *   its colour profile ignored, nor what it reads restricted to those formats, but as it was told. The clone copies the bytes or pixels that
 *   it was made of; several frames are one tall picture; and what comes of it must not exceed 4 GiB before Node.js 22.
 * - What writes the model's input itself.
 *
 * Memory is read, not copied: leave bytes and pixels alone until the call has ended. Pixels that are transferred or resized meanwhile end
 * the process.
 *
 * A stream belongs to the call, which closes it also where it ends before it came to read it. An instance of sharp that is still fed is
 * waited for until the signal says otherwise.
 */
export type ImageSource =
  | string
  | URL
  | Uint8Array
  | RawPixels
  | Nv12Pixels
  | DeviceFrame
  | Readable
  | WebByteStream
  | Sharp
  | TensorWriter

/** What is read as a picture. */
export type PictureSource = Exclude<ImageSource, TensorWriter>

/** The bytes of a picture whose format was checked. */
export interface EncodedPicture {
  readonly bytes: Uint8Array
  readonly format: PictureFormat
  /** What to call it in messages. */
  readonly name: string
}

/** An application's own instance of sharp. */
export interface PipelinePicture {
  readonly pipeline: Sharp
  /** What to call it in messages. */
  readonly name: string
}

/** What a source comes to, before anything is decoded. */
export type Picture =
  | EncodedPicture
  | { readonly pixels: Pixels; readonly name: string }
  | { readonly frame: Frame; readonly name: string }
  | PipelinePicture

/** The largest picture file that is read. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024

const EXPECTED =
  'a path, a file: URL, a Uint8Array with the bytes of the file, a stream of them, raw pixels or those of NV12, an instance of sharp, or an object with writeTensor()'

/**
 * What to call a picture in messages and tables.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export function sourceName(source: ImageSource): string {
  if (source instanceof Uint8Array) return `(${source.length} bytes in memory)`
  if (typeof source !== 'object' || source === null || source instanceof URL) return String(source)
  if (isSharp(source)) return '(an instance of sharp)'
  if (isNodeStream(source) || isWebStream(source)) return '(a stream)'
  if (isDeviceFrame(source)) return `(${source.width} × ${source.height} pixels in the memory of a GPU)`
  if (isNv12Pixels(source)) return `(${source.width} × ${source.height} pixels of NV12)`
  if (isRawPixels(source)) return `(${source.width} × ${source.height} raw pixels)`
  if (isTensorWriter(source)) return '(a writer of tensors)'
  return '(an object)'
}

/**
 * Reads a picture's bytes and checks that they may be one.
 *
 * A file is read here and not by libvips: libvips keeps what it decoded under the file's name, and would return an old frame of a
 * camera that writes each one over the last.
 *
 * @param signal - stops waiting for a stream.
 * @param memory - what a file is read into; default: memory of its own.
 * @throws EdgeError `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`, `ABORTED`.
 */
export async function readPicture(
  source: PictureSource,
  signal?: AbortSignal,
  memory?: FileMemory,
): Promise<Picture> {
  const name = sourceName(source)
  if (source instanceof Uint8Array) return encoded(source, name)
  if (typeof source === 'object' && source !== null && !(source instanceof URL)) {
    // An instance of sharp is a stream as well.
    if (isSharp(source)) return { pipeline: source, name }
    if (isNodeStream(source) || isWebStream(source)) {
      return encoded(await readStream(source, { name, maxBytes: MAX_FILE_BYTES, signal }), name)
    }
    if (isDeviceFrame(source)) return { frame: checkDeviceFrame(source), name }
    if (isNv12Pixels(source)) return { frame: checkNv12Pixels(source), name }
    if (isRawPixels(source)) return { pixels: checkRawPixels(source), name }
  }
  const wrong = wrongSource(source, EXPECTED)
  if (wrong !== undefined) throw wrong
  const path = toFilePath(source, 'picture', EXPECTED)
  const bytes = await readFileBounded(path, {
    what: 'picture',
    maxBytes: MAX_FILE_BYTES,
    tooLarge: 'IMAGE_UNSUPPORTED',
    remedy: 'Make it smaller first.',
    ...(memory && { allocate: (size: number) => memory.take(size) }),
    header: { bytes: SIGNATURE_BYTES, check: (header) => void checkSignature(header, path) },
  })
  return encoded(bytes, path)
}

function encoded(bytes: Uint8Array, name: string): EncodedPicture {
  return { bytes, format: checkSignature(bytes.subarray(0, SIGNATURE_BYTES), name), name }
}

/** Whether a source writes the tensor itself. */
export function isTensorWriter(source: unknown): source is TensorWriter {
  return (
    typeof source === 'object' &&
    source !== null &&
    'writeTensor' in source &&
    typeof source.writeTensor === 'function'
  )
}

/** By what it can do, and not by its class: an application may have a copy of sharp of its own. */
export function isSharp(source: object): source is Sharp {
  return (
    'clone' in source &&
    typeof source.clone === 'function' &&
    'toColourspace' in source &&
    typeof source.toColourspace === 'function' &&
    'metadata' in source &&
    typeof source.metadata === 'function'
  )
}
