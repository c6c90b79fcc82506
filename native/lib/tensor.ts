import { EdgeError } from '@edge/errors'
import type { ChannelQuantization, DType, Quantization, TensorInfo } from './surface.js'
import type { DevicePicture } from './tensorrt-surface.js'

/** The typed array that holds each dtype. */
export interface TypedArrays {
  /** IEEE 754, 32 bits. */
  float32: Float32Array
  /** The bits of the halves: neither Node 20 nor 22 has a Float16Array. */
  float16: Uint16Array
  /** IEEE 754, 64 bits. */
  float64: Float64Array
  /** −128 to 127. */
  int8: Int8Array
  /** 0 to 255. */
  uint8: Uint8Array
  /** −32768 to 32767. */
  int16: Int16Array
  /** 0 to 65535. */
  uint16: Uint16Array
  /** −2³¹ to 2³¹ − 1. */
  int32: Int32Array
  /** 0 to 2³² − 1. */
  uint32: Uint32Array
  /** −2⁶³ to 2⁶³ − 1, as bigints. */
  int64: BigInt64Array
  /** 0 to 2⁶⁴ − 1, as bigints. */
  uint64: BigUint64Array
  /** 0 or 1. */
  bool: Uint8Array
}

/** The typed array of one dtype, or of any of several. */
export type TypedArrayOf<D extends DType> = TypedArrays[D]

const VIEWS: { readonly [D in DType]: new (buffer: ArrayBuffer) => TypedArrays[D] } = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
}

/** @internal What makes a tensor's values of a picture, in place of whoever writes its memory: the GPU. */
export interface PictureTarget {
  /** Has the next run begin with a picture; null for what the tensor's memory holds. */
  write(picture: DevicePicture | null): void
}

/**
 * One input or output of a request: what the model declares, and the memory that the runtime reads or writes.
 *
 * Writing to `data` while the tensor's request runs is a race: the run may see any mixture of old and new values.
 */
export class Tensor<D extends DType = DType> implements TensorInfo {
  /** As the model or the signature calls it. */
  readonly name: string
  /** Element type. */
  readonly dtype: D
  /** Scale and zero point of a tensor that is quantized as a whole. */
  readonly quantization?: Quantization
  /** Scales and zero points of a tensor that is quantized along a dimension. */
  readonly channelQuantization?: ChannelQuantization
  /** Whether shape, size and `data` are known only after a run, and differ from run to run. */
  readonly dynamic: boolean
  /** How often a run copies the bytes between `data` and the runtime: 0 where `data` is the runtime's own memory. */
  readonly copies: number
  /** As `shape`, with -1 for each dimension that the model lets a caller choose. */
  readonly shapeSignature: readonly number[]
  /** @internal Of an input whose request preprocesses on the GPU. */
  readonly pictureTarget?: PictureTarget
  #shape: readonly number[]
  #buffer: ArrayBuffer
  #data: TypedArrayOf<D>
  #size: number

  /** @internal Requests make their own tensors. */
  constructor(
    info: TensorInfo & { readonly dtype: D },
    buffer: ArrayBuffer,
    copies: number,
    pictureTarget?: PictureTarget,
  ) {
    this.name = info.name
    this.dtype = info.dtype
    this.#shape = info.shape
    this.shapeSignature = info.shapeSignature ?? info.shape
    this.dynamic = info.dynamic ?? false
    if (info.channelQuantization !== undefined) this.channelQuantization = info.channelQuantization
    if (info.quantization !== undefined) this.quantization = info.quantization
    if (pictureTarget !== undefined) this.pictureTarget = pictureTarget
    this.copies = copies + (info.copied === true ? 1 : 0)
    this.#buffer = buffer
    this.#data = new VIEWS[info.dtype](buffer)
    this.#size = this.#data.length
  }

  /** Dimensions, outermost first; -1 where only a run tells, before the first. */
  get shape(): readonly number[] {
    return this.#shape
  }

  /** Number of elements. */
  get size(): number {
    return this.#size
  }

  /** Size of the data. */
  get bytes(): number {
    return this.#size * this.#data.BYTES_PER_ELEMENT
  }

  /** @internal Takes over what a run returned for a dynamic tensor. */
  replace(buffer: ArrayBuffer, shape: readonly number[]): void {
    this.#buffer = buffer
    this.#data = new VIEWS[this.dtype](buffer)
    this.#size = this.#data.length
    this.#shape = shape
  }

  /**
   * The tensor's memory: the same array at each call, except for dynamic tensors, which get a new one from each run.
   *
   * @throws EdgeError `SESSION_DISPOSED` once the request or its session was disposed.
   */
  get data(): TypedArrayOf<D> {
    if (this.#data.length !== this.#size) {
      throw new EdgeError('SESSION_DISPOSED', {
        summary: `the memory of tensor "${this.name}" is gone: its request or session was disposed, or its buffer was transferred`,
        remedy: 'Copy what must outlive the session, or go to another thread: tensor.data.slice().',
      })
    }
    return this.#data
  }

  /**
   * The ArrayBuffer beneath `data`, for writers in native code. Detached once the request was disposed.
   */
  get buffer(): ArrayBuffer {
    return this.#buffer
  }

  /** Whether the tensor is of that dtype; narrows the type of `data`. */
  is<E extends DType>(dtype: E): this is Tensor<E> {
    return (this.dtype as DType) === dtype
  }
}
