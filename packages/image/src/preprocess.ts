import { checkOptionNames, checkSignal, type NamesOf, throwIfAborted } from '@edge/errors'
import type { ManifestInput } from '@edge/model'
import type { Tensor } from '@edge/native'
import { decode } from './decode.js'
import type { FileMemory } from './file-memory.js'
import { handOver, readyForDevice } from './hand-over.js'
import {
  PREPROCESSING_OPTIONS,
  type Preprocessing,
  type PreprocessingOptions,
  resolvePreprocessing,
} from './preprocessing.js'
import { resample } from './resample.js'
import { type ImageSource, isTensorWriter, readPicture, type TensorWriter } from './source.js'
import { takeSource } from './take-source.js'
import { write } from './write.js'

/** What it took to bring a picture into a tensor. */
export interface PreprocessTiming {
  /** Reading and decoding, in milliseconds; or all that a {@link TensorWriter} took. */
  readonly decodeMs: number
  /**
   * Resampling, in milliseconds; 0 where a GPU does it (`tensorrt.preprocessOnGpu`). Next to none for a JPEG that is decoded smaller
   * (`shrinkOnLoad`): libvips decodes and resamples it piece by piece, in one go, and that is in `decodeMs`.
   */
  readonly resampleMs: number
  /** Normalising, quantising and writing to the tensor, in milliseconds; or handing the pixels to the GPU that does it. */
  readonly writeMs: number
}

/** Options of {@link preprocess}. */
export interface PreprocessOptions extends PreprocessingOptions {
  /** The `input` part of the model's manifest, which the options override. */
  readonly manifest?: ManifestInput
  /** Stops between two stages; sharp cannot be stopped inside one. */
  readonly signal?: AbortSignal
}

const OPTIONS: NamesOf<PreprocessOptions> = { ...PREPROCESSING_OPTIONS, manifest: true, signal: true }

/**
 * Decodes a picture, brings it to a tensor's size, and writes it there.
 *
 * @param source - path, bytes or stream of a JPEG, PNG, WebP, AVIF, TIFF or GIF; raw pixels or those of NV12; a frame in the GPU's memory;
 *   an instance of sharp; or what writes the tensor itself.
 * @param tensor - a request's input, of [1, height, width, channels] or [1, channels, height, width]. Its request must not run.
 * @returns what it took.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `IMAGE_INVALID`, `IMAGE_UNSUPPORTED` for the picture; `DTYPE_MISMATCH`,
 *   `SHAPE_MISMATCH`, `SESSION_DISPOSED` for the tensor; `INVALID_ARGUMENT` for the options or the pixels;
 *   `REQUEST_BUSY`, `DEVICE_FAILED` where a GPU preprocesses; `OUT_OF_MEMORY`, `ABORTED`.
 *
 * @example
 * ```ts
 * const request = session.createRequest()
 * const { decodeMs } = await preprocess('cat.jpg', request.input(), { preset: 'efficientnet-lite' })
 * await request.run()
 * ```
 */
export async function preprocess(
  source: ImageSource,
  tensor: Tensor,
  options: PreprocessOptions = {},
): Promise<PreprocessTiming> {
  checkOptionNames(options, OPTIONS, 'preprocess')
  const { manifest, signal, ...rest } = options
  checkSignal(signal)
  return await takeSource(source, () =>
    preprocessWith(resolvePreprocessing(tensor, rest, manifest), source, tensor, signal),
  )
}

/**
 * {@link preprocess} with what {@link resolvePreprocessing} settled once, for many pictures, inside of {@link takeSource}.
 *
 * @param memory - what files are read into, which no other picture may use meanwhile; default: memory of their own.
 * @throws EdgeError as {@link preprocess}.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export async function preprocessWith(
  preprocessing: Preprocessing,
  source: ImageSource,
  tensor: Tensor,
  signal?: AbortSignal,
  memory?: FileMemory,
): Promise<PreprocessTiming> {
  const begin = performance.now()
  throwIfAborted(signal, 'preprocessing')
  // What a GPU makes of a picture has three channels. A writer is not to lose what it writes to a picture that was never run.
  const target = preprocessing.channels === 'grey' ? undefined : tensor.pictureTarget
  if (isTensorWriter(source)) {
    target?.write(null)
    await source.writeTensor(tensor, signal)
    throwIfAborted(signal, 'preprocessing')
    return { decodeMs: performance.now() - begin, resampleMs: 0, writeMs: 0 }
  }
  const encoded = await readPicture(source, signal, memory)
  throwIfAborted(signal, 'preprocessing')
  const decoded = await decode(encoded, preprocessing, signal)
  if (target !== undefined) {
    const ready = await readyForDevice(decoded, preprocessing)
    throwIfAborted(signal, 'preprocessing')
    const readyAt = performance.now()
    handOver(ready, target, tensor, preprocessing)
    return { decodeMs: readyAt - begin, resampleMs: 0, writeMs: performance.now() - readyAt }
  }
  const { pixels, resampleMs } = await resample(decoded, preprocessing, preprocessing)
  throwIfAborted(signal, 'preprocessing')
  const resampledAt = performance.now()
  write(pixels, tensor, preprocessing)
  return {
    decodeMs: resampledAt - begin - resampleMs,
    resampleMs,
    writeMs: performance.now() - resampledAt,
  }
}
