/**
 * The addon's whole surface, as TypeScript sees it. Nothing else in the project declares what the addon exports;
 * `native/src/addon.cc` registers exactly these names.
 *
 * Everything here is raw: `@edge/runtime` is what applications use.
 */

import type {
  CudaInfo,
  DevicePicture,
  EngineBuildOptions,
  NativeEngineBuild,
  Nv12Frame,
  TensorRtInfo,
  TensorRtSessionOptions,
} from './tensorrt-surface.js'

/** The element types a tensor may have, named as NumPy names them. */
export const DTYPES = [
  'float32',
  'float16',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
] as const

/** An element type. `float16` is held as the bits of a half in a uint16; `bool` as 0 or 1 in a uint8. */
export type DType = (typeof DTYPES)[number]

/** How quantized values stand for real ones: `real = scale × (quantized − zeroPoint)`. */
export interface Quantization {
  /** Above 0. */
  readonly scale: number
  /** The quantized value that stands for 0. */
  readonly zeroPoint: number
}

/** One scale and zero point for each index of a dimension. */
export interface ChannelQuantization {
  /** The dimension. */
  readonly axis: number
  /** One for each index. */
  readonly scales: readonly number[]
  /** One for each index. */
  readonly zeroPoints: readonly number[]
}

/** A tensor as the model declares it. */
export interface TensorInfo {
  /** As the model calls it. */
  readonly name: string
  /** Element type. */
  readonly dtype: DType
  /** Dimensions, outermost first; -1 where only a run tells. */
  readonly shape: readonly number[]
  /** As `shape`, with -1 for each dimension that the model lets a caller choose. Default: `shape`. */
  readonly shapeSignature?: readonly number[]
  /** Size of the tensor's data; 0 where only a run tells. */
  readonly bytes: number
  /** Present on tensors that are quantized as a whole. */
  readonly quantization?: Quantization
  /** Present on tensors that are quantized along a dimension. */
  readonly channelQuantization?: ChannelQuantization
  /** Whether shape and size are known only after a run. Default: false. */
  readonly dynamic?: boolean
  /** Whether a run copies the data because the library does not take the request's memory for this tensor. Default: false. */
  readonly copied?: boolean
}

/** A place where a vendor's library may lie, and who says so: it is told when none of them works. */
export interface LibraryCandidate {
  /** A path, or a bare file name that the dynamic loader looks for. */
  readonly path: string
  /** Where the path comes from, for messages: an option, an environment variable, a package. */
  readonly origin: string
}

/** What is known of a loaded vendor library. */
export interface LibraryInfo {
  /** The file that was loaded. */
  readonly path: string
  /** Who said that it is there: an option, an environment variable, a package. */
  readonly origin: string
  /** As the library itself says it. */
  readonly version: string
}

/** A named way to call a model. */
export interface SignatureInfo {
  /** What the model calls it. */
  readonly key: string
  /** Its inputs, under the names that the signature gives them. */
  readonly inputs: readonly TensorInfo[]
  /** Its outputs, likewise. */
  readonly outputs: readonly TensorInfo[]
}

/** A new shape for an input. */
export interface InputShape {
  /** Index among the session's inputs. */
  readonly input: number
  /** Outermost dimension first. */
  readonly shape: readonly number[]
}

/** One of a delegate's own options. */
export interface DelegateOption {
  /** Its name. */
  readonly key: string
  /** Its value. */
  readonly value: string
}

/** A delegate in a library of its own. */
export interface NativeDelegate {
  /** The library, which exports `tflite_plugin_create_delegate`. */
  readonly path: string
  /** The delegate's own. */
  readonly options: readonly DelegateOption[]
}

/** What {@link NativeAddon.openTfliteSession} needs. */
export interface TfliteSessionOptions {
  /** The model: a path (mapped, not read), or the file's bytes (copied). */
  readonly model: string | Uint8Array
  /** Where libtensorflowlite_c.so may be; the first that loads is taken. */
  readonly libraries: readonly LibraryCandidate[]
  /** Threads of one inference, at least 1. */
  readonly threads: number
  /** Whether the XNNPACK delegate is applied. */
  readonly xnnpack: boolean
  /** Flags of the XNNPACK delegate in place of its defaults. Refused for library versions whose options are not known. */
  readonly xnnpackFlags?: number
  /** A file that keeps XNNPACK's packed weights between processes. Refused likewise. */
  readonly xnnpackWeightCache?: string
  /** Delegates that are applied before XNNPACK. */
  readonly externalDelegates?: readonly NativeDelegate[]
  /** Shapes in place of the model's own. */
  readonly shapes?: readonly InputShape[]
  /** Runs that may wait or work at one time. */
  readonly queueCapacity: number
  /**
   * Forces the way taken where the JavaScript engine refuses external buffers (Electron): tensors are ordinary
   * ArrayBuffers, copied before and after each run.
   */
  readonly copyBuffers: boolean
}

/** What {@link NativeSession.refit} needs. */
export interface RefitOptions {
  /** The .onnx file's bytes (copied). */
  readonly model: Uint8Array
  /** Its path, where weights lie in files beside it. */
  readonly modelPath?: string
}

/** A model, loaded, with its inference thread. */
export interface NativeSession {
  /** The model's inputs, in its order. */
  readonly inputs: readonly TensorInfo[]
  /** The model's outputs, in its order. */
  readonly outputs: readonly TensorInfo[]
  /** What was loaded to run the model. */
  readonly library: LibraryInfo
  /** Delegates that were applied, in order: `['xnnpack']` or none. */
  readonly delegates: readonly string[]
  /** The model's signatures, in its order. */
  readonly signatures: readonly SignatureInfo[]
  /** Makes a set of input and output buffers, of the primary graph or of a signature (an index into `signatures`). */
  createRequest(signature?: number): NativeRequest
  /**
   * Gives inputs new shapes, after the runs that were already asked for. Requests made earlier keep theirs. `inputs`, `outputs` and
   * `signatures` are replaced. Rejects with `SHAPE_MISMATCH`, and changes nothing, where the model cannot take them.
   */
  resize(shapes: readonly InputShape[]): Promise<void>
  /**
   * Replaces the weights by those of an .onnx model of the same network, after the runs that were already asked for. Rejects with
   * `INVALID_ARGUMENT` where the session's weights cannot be changed, and with `MODEL_INVALID`, `MODEL_UNSUPPORTED`,
   * `ENGINE_INCOMPATIBLE`, `LIBRARY_NOT_FOUND`: they stay as they were. With `DEVICE_FAILED` runs fail until another refit succeeds.
   */
  refit(options: RefitOptions): Promise<void>
  /**
   * Lets queued runs finish, then frees everything and detaches all views. Always gives the same promise.
   * Calls that come after it fail with `SESSION_DISPOSED`.
   */
  dispose(): Promise<void>
}

/** One set of input and output buffers. */
export interface NativeRequest {
  /** The inputs' memory, in the session's order. Length 0 once disposed. */
  readonly inputs: readonly ArrayBuffer[]
  /** The outputs' memory, in the session's order. Length 0 once disposed. Replaced by a run that gives a dynamic output. */
  readonly outputs: readonly ArrayBuffer[]
  /** The outputs' shapes, once a run gave a dynamic one. */
  readonly outputShapes?: readonly (readonly number[])[]
  /** How often a run copies each ArrayBuffer's bytes, besides {@link TensorInfo.copied}: 1 where the engine refuses external buffers. */
  readonly copies: 0 | 1
  /** Milliseconds that the last finished run waited in the queue. */
  readonly queueMs: number
  /** Milliseconds that the last finished run's inference took. */
  readonly inferenceMs: number
  /** What the parts of the last finished run took, by the device's clock; empty where the backend does not tell. */
  readonly phases?: readonly PhaseTime[]
  /** What each layer took, where that is measured. */
  readonly layers?: readonly PhaseTime[]
  /** Why runs are not launched as one recorded graph; empty where they are, or where the backend has no such thing. */
  readonly graphRefusal?: string
  /**
   * Reads an input from an address of the GPU's memory, from the next run on; null for its own buffer again. Throws
   * `INVALID_ARGUMENT` where the GPU cannot read it from there.
   */
  readInputFromDevice?(input: number, address: bigint | null): void
  /**
   * Has the next run begin with a picture: the GPU resamples and normalises it, and writes the input with it. The run after that one
   * takes the input's buffer again, which by then holds what the picture became. null takes back a picture that no run has begun with.
   * Throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH`, `REQUEST_BUSY`, and `DEVICE_FAILED` where the driver refuses the kernels.
   */
  writePicture?(input: number, picture: DevicePicture | null): void
  /** Runs on the session's thread. Rejects with `REQUEST_BUSY`, `QUEUE_FULL`, `SESSION_DISPOSED`, `INFERENCE_FAILED`. */
  run(): Promise<void>
  /** Runs on the calling thread. Throws `SESSION_BUSY` while anything of the session waits or works. */
  runSync(): void
  /**
   * Takes the request's run out of the queue if it has not begun: its promise rejects with `ABORTED`. One that has begun is asked to
   * stop before its next operator, and rejects likewise if it did.
   * @returns whether it was taken out of the queue.
   */
  cancel(): boolean
  /** Frees the buffers once a run in flight has ended. Always gives the same promise. */
  dispose(): Promise<void>
}

/** What a part of a run took. */
export interface PhaseTime {
  /** Of the part. */
  readonly name: string
  /** Milliseconds. */
  readonly ms: number
}

/** Order of a picture's values in a tensor. */
export type PixelLayout = 'NHWC' | 'NCHW'

/** What {@link NativeAddon.writePixels} needs. */
export interface PixelWrite {
  /** Interleaved 8-bit pixels, rows without padding: `width × height × channels` values. */
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  /** Channels of `pixels`, and of the tensor: 1 or 3. */
  readonly channels: number
  /** Whether the first and the third channel change places (RGB to BGR). */
  readonly swapRedBlue: boolean
  /** Per channel of the *tensor*: `value = (pixel − mean) / std`. Lengths equal `channels`. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly layout: PixelLayout
  readonly dtype: 'float32' | 'float16' | 'uint8' | 'int8'
  /** For quantized dtypes: `stored = round(value / scale) + zeroPoint`, rounded half to even, clamped to the dtype. */
  readonly quantization?: Quantization
  /** Where to write. */
  readonly target: ArrayBuffer
  /** First byte in `target`, a multiple of the element's size. */
  readonly byteOffset: number
}

/** Which pixels around a point make the pixel there. */
export type ResampleKernel = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/** How one axis of a picture is resampled. */
export interface ResampleAxis {
  /** Pixels of the source. */
  readonly from: number
  /** Pixels that all of the source becomes. */
  readonly to: number
  /** First of them that is wanted. */
  readonly first: number
  /** How many are wanted. */
  readonly count: number
}

/** What {@link NativeAddon.resamplePixels} needs. */
export interface PixelResample {
  /** Interleaved 8-bit pixels, rows without padding. Leave them alone until the promise is settled. */
  readonly pixels: Uint8Array
  /** 1 to 4. */
  readonly channels: number
  readonly columns: ResampleAxis
  readonly rows: ResampleAxis
  readonly kernel: ResampleKernel
  /** Whether the kernel is stretched by as much as the picture shrinks, as in PIL; else as in TensorFlow. */
  readonly antialias: boolean
}

/** Native objects alive in this process, over all its threads. Tests read it to find leaks. */
export interface LiveObjects {
  readonly sessions: number
  readonly requests: number
  readonly buffers: number
  readonly threads: number
  readonly tasks: number
}

/** Memory of a GPU. */
export interface GpuMemory {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** What the addon exports. */
export interface NativeAddon {
  /** The version of the addon; the loader refuses another than its own. */
  readonly version: string
  /** Codes that the addon may put on an error, in no particular order. */
  readonly errorCodes: readonly string[]
  liveObjects(): LiveObjects
  /** Loads the TFLite library, if that has not happened yet, and says which it is. */
  describeTflite(libraries: readonly LibraryCandidate[]): LibraryInfo
  /** Loads a model away from the event loop. */
  openTfliteSession(options: TfliteSessionOptions): Promise<NativeSession>
  /** Loads the GPU's driver, if that has not happened yet, and says which GPUs there are. Throws `DEVICE_UNAVAILABLE`. */
  describeCuda(libraries: readonly LibraryCandidate[]): CudaInfo
  /**
   * Memory of a GPU at this moment, of which other programs take as well. Holds the GPU's context meanwhile, and where nobody else has it
   * makes it, which takes some tenths of a second. Throws `DEVICE_UNAVAILABLE`, `DEVICE_FAILED`.
   */
  gpuMemory(libraries: readonly LibraryCandidate[], device: number): GpuMemory
  /**
   * Loads TensorRT, if that has not happened yet, and says which it is. Throws `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`.
   *
   * @param tryOn - candidates for the GPU's driver: also tries whether TensorRT works there, which takes some tenths of a second, and throws
   *   `DEVICE_UNAVAILABLE`, `DEVICE_FAILED` or `OUT_OF_MEMORY` where it does not.
   */
  describeTensorRt(libraries: readonly LibraryCandidate[], tryOn?: readonly LibraryCandidate[]): TensorRtInfo
  /** Makes an engine of an .onnx model, which may take minutes. */
  buildEngine(options: EngineBuildOptions): NativeEngineBuild
  /** Loads an engine away from the event loop. Rejects with `ENGINE_INCOMPATIBLE`, `MODEL_INVALID`, `DEVICE_UNAVAILABLE`. */
  openTensorRtSession(options: TensorRtSessionOptions): Promise<NativeSession>
  /** Brings a picture to another size on a thread of libuv's: `rows.count × columns.count` pixels, without padding. */
  resamplePixels(resample: PixelResample): Promise<Uint8Array>
  /** Converts 8-bit pixels to a tensor's dtype and layout in one pass. */
  writePixels(write: PixelWrite): void
  /** Whether the addon was built with kernels for the GPU: without, {@link NativeRequest.writePicture} refuses every picture. */
  readonly gpuPreprocessing: boolean
  /** Pixels of a frame of NV12, by the arithmetic that the GPU's kernels have: `width × height` of RGB, without padding. */
  nv12ToRgb(frame: Nv12Frame): Uint8Array
}
