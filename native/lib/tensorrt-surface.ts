/** What the addon needs and gives where TensorRT is concerned; `surface.ts` has the functions. */
import type {
  LibraryCandidate,
  LibraryInfo,
  PixelLayout,
  Quantization,
  ResampleAxis,
  ResampleKernel,
} from './surface.js'

/** A GPU. */
export interface GpuInfo {
  /** Its place among the GPUs of the process. */
  readonly ordinal: number
  /** As the driver calls it. */
  readonly name: string
  /** As `nvidia-smi` writes it. */
  readonly uuid: string
  /** Such as `8.7`. */
  readonly computeCapability: string
  /** Of device memory; on a Jetson, of all memory. */
  readonly memoryBytes: number
  /** Whether it shares the processor's memory, as a Jetson's does. */
  readonly integrated: boolean
  /** How many streaming multiprocessors it has. */
  readonly multiprocessors: number
}

/** What is known of the GPU's driver. */
export interface CudaInfo {
  /** The driver's library; its version is the newest CUDA that it supports. */
  readonly library: LibraryInfo
  /** In the driver's order. */
  readonly devices: readonly GpuInfo[]
}

/** What is known of TensorRT's libraries. */
export interface TensorRtInfo extends LibraryInfo {
  /** Where its ONNX parser was found, without which engines run, and none can be built; or where it was looked for, and why it does not load. */
  readonly parser: { readonly path: string } | { readonly missing: string }
}

/** Where TensorRT's libraries and the GPU's driver may be; the first of each that loads is taken. */
export interface TensorRtLibraries {
  /** libnvinfer.so; libnvonnxparser.so of the same version is looked for beside it. */
  readonly tensorrt: readonly LibraryCandidate[]
  /** libcuda.so.1. */
  readonly cuda: readonly LibraryCandidate[]
}

/** Number formats that an engine may use. */
export type Precision = 'fp32' | 'fp16' | 'bf16' | 'int8' | 'best'

/** Shapes of one input in an optimization profile. */
export interface ProfileShape {
  readonly input: string
  readonly min: readonly number[]
  /** The one that the engine is fastest for. */
  readonly opt: readonly number[]
  readonly max: readonly number[]
}

/** How TensorRT 10 chooses int8 ranges from batches. */
export type CalibrationMethod = 'entropy' | 'minMax'

/** What {@link NativeAddon.buildEngine} needs. */
export interface EngineBuildOptions {
  readonly libraries: TensorRtLibraries
  /** Ordinal of the GPU that the engine is for. */
  readonly device: number
  /** The .onnx file's bytes (copied). */
  readonly model: Uint8Array
  /** Its path, where weights lie in files beside it. */
  readonly modelPath?: string
  readonly precision: Precision
  readonly tf32: boolean
  readonly workspaceBytes?: number
  /** 0 to 5. */
  readonly optimizationLevel?: number
  readonly profiles: readonly (readonly ProfileShape[])[]
  readonly dla?: { readonly core: number; readonly gpuFallback: boolean }
  readonly versionCompatible: boolean
  readonly hardwareCompatibility: 'none' | 'amperePlus' | 'sameComputeCapability'
  readonly refittable: boolean
  /** Whether names and types of layers are kept for the inspector. */
  readonly detailedProfiling: boolean
  /** What an earlier build measured. */
  readonly timingCache?: Uint8Array
  readonly calibration?: {
    readonly method: CalibrationMethod
    /** An earlier calibration's result: no batches are asked for. */
    readonly cache?: Uint8Array
  }
}

/** What a build gave. */
export interface NativeEngine {
  /** The serialized engine. */
  readonly plan: Uint8Array
  /** What this build measured, and earlier ones. */
  readonly timingCache: Uint8Array
  /** What calibration found; absent without one. */
  readonly calibrationCache?: Uint8Array
  /** Batches that calibration took. */
  readonly calibrationBatches: number
  /** What TensorRT warned of. */
  readonly warnings: readonly string[]
}

/** A phase of a build that has begun and not ended. */
export interface BuildPhase {
  readonly name: string
  /** 0 for outermost ones. */
  readonly depth: number
  /** Steps done. */
  readonly step: number
  readonly steps: number
}

/** An engine that is being built, on a thread of its own. */
export interface NativeEngineBuild {
  /** Rejects with `MODEL_UNSUPPORTED`, `ENGINE_BUILD_FAILED`, `ABORTED`, `OUT_OF_MEMORY`. */
  readonly done: Promise<NativeEngine>
  /** The phases at work, outermost first. To be asked now and then: nothing calls back. */
  phases(): readonly BuildPhase[]
  /** Has the build end at its next step; `done` then rejects with `ABORTED`. */
  cancel(): void
  /**
   * Gives calibration a batch: the bytes of each input, by its name (copied).
   *
   * @returns false, and takes nothing, while two batches wait: offer it again later.
   */
  offerBatch(batch: Readonly<Record<string, Uint8Array>>): boolean
  /** Says that there are no more batches. */
  endBatches(): void
}

/** What {@link NativeAddon.openTensorRtSession} needs. */
export interface TensorRtSessionOptions {
  readonly libraries: TensorRtLibraries
  /** Ordinal of the GPU. */
  readonly device: number
  /** The serialized engine (copied while it is opened). */
  readonly plan: Uint8Array
  /** Sessions of one key share the engine's weights; none shares by default. */
  readonly shareKey?: string
  /** Whether a version-compatible engine, which brings code to run on the processor, may be opened. */
  readonly versionCompatible: boolean
  /** Which DLA runs an engine that was built for one. Default: TensorRT's, the first. */
  readonly dlaCore?: number
  readonly transfer: 'automatic' | 'mapped' | 'copied'
  /** Whether an inference is launched as one CUDA graph, where it can be. */
  readonly graph: boolean
  readonly profileLayers: boolean
  /** Whether the thread that waits for the GPU sleeps: slower by tens of microseconds, and leaves the processor alone. */
  readonly waitAsleep: boolean
  /** Whether requests will get pictures: the driver compiles the kernels now, or refuses them with `DEVICE_FAILED`. */
  readonly pictures: boolean
  readonly queueCapacity: number
  readonly copyBuffers: boolean
}

/** Where a frame of NV12 has its chroma, and what its values mean. */
export interface ChromaPlane {
  /** Bytes from the first of the frame to the first pair of chroma. */
  readonly offset: number
  /** Bytes from a row of pairs to the next. */
  readonly rowBytes: number
  /** Which standard's colours. */
  readonly matrix: 'bt601' | 'bt709'
  /** Whether luma is 16 to 235, or 0 to 255. */
  readonly range: 'limited' | 'full'
}

/** What {@link NativeAddon.nv12ToRgb} needs. */
export interface Nv12Frame {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  /** Bytes from a row of luma to the next. */
  readonly rowBytes: number
  readonly chroma: ChromaPlane
}

/** A picture that the GPU brings into an input. */
export interface DevicePicture {
  /** The processor's memory (copied in the call) or an address of the GPU's (to stay until the run has ended). */
  readonly pixels: Uint8Array | bigint
  /** How a pixel lies there. */
  readonly format: 'rgb' | 'nv12'
  /** Bytes from a row to the next. */
  readonly rowBytes: number
  /** Of NV12 only. */
  readonly chroma?: ChromaPlane
  /** `from` is the picture's width. */
  readonly columns: ResampleAxis
  /** `from` is the picture's height. */
  readonly rows: ResampleAxis
  /** Which pixels around a point make the pixel there. */
  readonly kernel: ResampleKernel
  /** As in `PixelResample`. */
  readonly antialias: boolean
  /** Of the tensor. */
  readonly width: number
  /** Of the tensor. */
  readonly height: number
  /** Column of the tensor's that the resampled part begins in. */
  readonly x: number
  /** Row of the tensor's that it begins in. */
  readonly y: number
  /** What is around it: red, green and blue, 0 to 255. */
  readonly pad: readonly [number, number, number]
  /** As in `PixelWrite`, as is all that follows. */
  readonly swapRedBlue: boolean
  /** Per channel of the *tensor*. */
  readonly mean: readonly number[]
  /** Per channel of the *tensor*. */
  readonly std: readonly number[]
  /** Order of the tensor's values. */
  readonly layout: PixelLayout
  /** Of the tensor. */
  readonly dtype: 'float32' | 'float16' | 'uint8' | 'int8'
  /** Of a tensor that holds quantized values. */
  readonly quantization?: Quantization
}
