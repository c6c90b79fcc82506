import { EdgeError } from '@edge/errors'
import type { DType, Quantization, TensorInfo } from './surface.js'

/** The typed array that holds each dtype. */
export interface TypedArrays {
  float32: Float32Array
  /** The bits of the halves: neither Node 20 nor 22 has a Float16Array. */
  float16: Uint16Array
  float64: Float64Array
  int8: Int8Array
  uint8: Uint8Array
  int16: Int16Array
  uint16: Uint16Array
  int32: Int32Array
  uint32: Uint32Array
  int64: BigInt64Array
  uint64: BigUint64Array
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

/**
 * One input or output of a request: what the model declares, and the memory that the runtime reads or writes.
 *
 * Writing to `data` while the tensor's request runs is a race: the run may see any mixture of old and new values.
 */
export class Tensor<D extends DType = DType> implements TensorInfo {
  readonly name: string
  readonly dtype: D
  readonly shape: readonly number[]
  readonly bytes: number
  readonly quantization?: Quantization
  /** How often a run copies the bytes between `data` and the runtime: 0 where `data` is the runtime's own memory. */
  readonly copies: number
  /** Number of elements. */
  readonly size: number
  readonly #buffer: ArrayBuffer
  readonly #data: TypedArrayOf<D>

  /** @internal Requests make their own tensors. */
  constructor(info: TensorInfo & { readonly dtype: D }, buffer: ArrayBuffer, copies: number) {
    this.name = info.name
    this.dtype = info.dtype
    this.shape = info.shape
    this.bytes = info.bytes
    if (info.quantization !== undefined) this.quantization = info.quantization
    this.copies = copies + (info.copied === true ? 1 : 0)
    this.#buffer = buffer
    this.#data = new VIEWS[info.dtype](buffer)
    this.size = this.#data.length
  }

  /**
   * The tensor's memory, the same array at each call.
   *
   * @throws EdgeError `SESSION_DISPOSED` once the request or its session was disposed.
   */
  get data(): TypedArrayOf<D> {
    if (this.#data.length !== this.size) {
      throw new EdgeError('SESSION_DISPOSED', {
        summary: `tensor "${this.name}" was used after its request or session was disposed`,
        remedy: 'Copy what must outlive the session: tensor.data.slice().',
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
