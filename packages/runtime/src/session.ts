import { type DType, fromAddon, type Tensor, type TensorInfo } from '@edge/native'
import { type BackendSession, chooseBackend } from './backend.js'
import { type ModelLike, type ModelSource, readModelSource } from './model-source.js'
import { resolveSessionOptions, type SessionOptions } from './options.js'
import { Request, type RunOptions, type RunTiming } from './request.js'

/**
 * A loaded model with one inference thread and a bounded queue.
 *
 * `input`, `output`, `run` and `runSync` use a default request; make more with {@link Session.createRequest} to fill one while
 * another runs.
 *
 * @example
 * ```ts
 * const session = await Session.open('mobilenet_v2.tflite', { threads: 2 })
 * try {
 *   session.input(0, 'float32').data.set(pixels)
 *   await session.run()
 *   console.log(session.output(0, 'float32').data)
 * } finally {
 *   await session.dispose()
 * }
 * ```
 */
export class Session {
  /** Name of the backend that runs the model. */
  readonly backend: string
  /** Where the model came from, its format and its size. */
  readonly model: Pick<ModelSource, 'name' | 'format' | 'bytes'>
  /** Facts for people: the runtime's version, the delegates applied. */
  readonly details: Readonly<Record<string, string>>
  /** The model's inputs. */
  readonly inputs: readonly TensorInfo[]
  /** The model's outputs. */
  readonly outputs: readonly TensorInfo[]
  readonly #native: BackendSession
  #defaultRequest: Request | undefined

  private constructor(backend: string, { name, format, bytes }: ModelSource, native: BackendSession) {
    this.backend = backend
    this.model = { name, format, bytes }
    this.details = native.details
    this.inputs = native.inputs
    this.outputs = native.outputs
    this.#native = native
  }

  /**
   * Loads a model away from the event loop.
   *
   * @param model - a path (mapped into memory, so do not change the file while the session lives), a `file:` URL, or the bytes
   *   of the file (copied).
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `BACKEND_UNKNOWN`,
   *   `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`, `INVALID_ARGUMENT`, `OUT_OF_MEMORY`.
   */
  static async open(model: ModelLike, options: SessionOptions = {}): Promise<Session> {
    const resolved = resolveSessionOptions(options)
    const source = await readModelSource(model)
    const backend = chooseBackend(resolved.backend, source.format)
    return new Session(backend.name, source, await backend.open(source, resolved))
  }

  /**
   * Makes another set of buffers.
   *
   * @throws EdgeError `SESSION_DISPOSED`, `OUT_OF_MEMORY`.
   */
  createRequest(): Request {
    try {
      return new Request(this.#native.createRequest(), this.inputs, this.outputs)
    } catch (error) {
      throw fromAddon(error)
    }
  }

  /** An input of the default request; see {@link Request.input}. */
  input(key?: number | string): Tensor
  input<D extends DType>(key: number | string, dtype: D): Tensor<D>
  input(key: number | string = 0, dtype?: DType): Tensor {
    return dtype === undefined ? this.#request.input(key) : this.#request.input(key, dtype)
  }

  /** An output of the default request; see {@link Request.output}. */
  output(key?: number | string): Tensor
  output<D extends DType>(key: number | string, dtype: D): Tensor<D>
  output(key: number | string = 0, dtype?: DType): Tensor {
    return dtype === undefined ? this.#request.output(key) : this.#request.output(key, dtype)
  }

  /** Runs the default request; see {@link Request.run}. */
  async run(options: RunOptions = {}): Promise<RunTiming> {
    return await this.#request.run(options)
  }

  /** Runs the default request on the calling thread; see {@link Request.runSync}. */
  runSync(): RunTiming {
    return this.#request.runSync()
  }

  /**
   * Lets the runs that were already asked for finish, then frees the model and all its requests. Views onto their tensors become
   * empty. Can be called again.
   */
  dispose(): Promise<void> {
    return this.#native.dispose()
  }

  /** The same as {@link Session.dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  get #request(): Request {
    this.#defaultRequest ??= this.createRequest()
    return this.#defaultRequest
  }
}
