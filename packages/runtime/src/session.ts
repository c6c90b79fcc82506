import { checkOptionNames, EdgeError, throwIfAborted } from '@edge/errors'
import { type DType, fromAddon, type SignatureInfo, type Tensor, type TensorInfo } from '@edge/native'
import { type BackendSession, checkBackendOptions, chooseBackend } from './backend.js'
import { checkUnchanged, type ModelLike, type ModelSource, readModelSource } from './model-source.js'
import { resolveSessionOptions, type SessionOptions } from './options.js'
import { Request, type RunOptions, type RunTiming } from './request.js'
import { resizeArguments } from './resize.js'
import { validateModel } from './validate.js'

/** What is done to a session as a whole, and nothing else meanwhile. */
type Change = Readonly<Record<'summary' | 'remedy', string>>
const RESIZE: Change = { summary: 'the session is being resized', remedy: 'Await resize() first.' }
const REFIT: Change = { summary: 'the session gets other weights', remedy: 'Await refit() first.' }

/** How to make a request. */
export interface RequestOptions {
  /** Key of the signature to call. Default: the model's primary graph. */
  readonly signature?: string
}

/**
 * A loaded model with one inference thread and a bounded queue.
 *
 * `input`, `output`, `run` and `runSync` use a default request; make more with {@link Session.createRequest} to fill one while
 * another runs. Variables of a model that has some are shared by all requests of its session.
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
  readonly #native: BackendSession
  #defaultRequest: Request | undefined
  #change: Change | undefined

  private constructor(backend: string, { name, format, bytes }: ModelSource, native: BackendSession) {
    this.backend = backend
    this.model = { name, format, bytes }
    this.details = native.details
    this.#native = native
  }

  /** The model's inputs, as they are now: {@link Session.resize} changes them. */
  get inputs(): readonly TensorInfo[] {
    return this.#native.inputs
  }

  /** The model's outputs, as they are now. */
  get outputs(): readonly TensorInfo[] {
    return this.#native.outputs
  }

  /** Named ways to call the model, in its order; empty where it, or the backend, has none. */
  get signatures(): readonly SignatureInfo[] {
    return this.#native.signatures ?? []
  }

  /**
   * Loads a model away from the event loop.
   *
   * On a GPU an .onnx model becomes an engine first, which takes seconds to minutes on a thread of its own, and is kept:
   * {@link SessionOptions.onProgress} tells how far it is, {@link SessionOptions.signal} ends it. What the calling thread does itself, and
   * programs so wait for: opening the vendor's library at the first call; checking an .onnx model's structure and, for `fp16` and `bf16` on
   * TensorRT 11, casting it; hashing the model and the engine, and copying them. That grows with the model: where it is hundreds of
   * megabytes, open it in a worker thread if nothing may wait.
   *
   * @param model - a path or a `file:` URL, or the bytes of the file. TensorFlow Lite maps the file: one that is written or cut short
   *   in place while the session lives ends the process; replace it by renaming another over it. Bytes are copied by the time that the
   *   promise is kept; with `isolate`, at once.
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `BACKEND_UNKNOWN`,
   *   `BACKEND_UNAVAILABLE`, `LIBRARY_NOT_FOUND`, `LIBRARY_INCOMPATIBLE`, `INVALID_ARGUMENT`, `OUT_OF_MEMORY`; on a GPU also
   *   `DEVICE_UNAVAILABLE`, `DEVICE_FAILED`, `ENGINE_BUILD_FAILED`, `ENGINE_INCOMPATIBLE`, `SHAPE_MISMATCH`, `ABORTED`.
   *
   * @example
   * ```ts
   * const session = await Session.open('resnet18.onnx', { threads: 4, queueCapacity: 8 })
   * console.log(session.backend, session.inputs[0]?.shape) // onnxruntime [ 1, 3, 224, 224 ]
   * ```
   */
  static async open(model: ModelLike, options: SessionOptions = {}): Promise<Session> {
    const resolved = resolveSessionOptions(options)
    const isIsolated = options.isolate !== undefined && options.isolate !== false
    // A trial takes long enough for the caller to write something else into them.
    const pinned = isIsolated && model instanceof Uint8Array ? new Uint8Array(model) : model
    const source = await readModelSource(pinned)
    const backend = chooseBackend(resolved.backend, source.format, resolved.libraryPath)
    checkBackendOptions(backend, resolved, source.format)
    throwIfAborted(resolved.signal, 'opening the model')
    if (isIsolated && backend.isolates === false) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `the ${backend.name} backend does not try models in a child process`,
        expected: 'isolate with another backend',
        found: `isolate with ${backend.name}`,
        remedy:
          'Leave out isolate: .onnx models are checked all the same, and engines are code that has to be trusted.',
      })
    }
    if (isIsolated) {
      // Imported here, as all that most programs do without: starting processes takes a good part of this package's import.
      const { tryInIsolation } = await import('./isolate.js')
      // The trial validates too, where a file that is made to take long does not hold up this event loop.
      await tryInIsolation(source, options)
      await checkUnchanged(source)
    } else if (resolved.validate && backend.validates !== true) {
      await validateModel(source)
    }
    return new own(backend.name, source, await backend.open(source, resolved))
  }

  /**
   * Makes another set of buffers.
   *
   * @param options - `signature` makes them for a signature, by its key: inputs and outputs then go by the signature's names.
   * @throws EdgeError `SESSION_DISPOSED`, `SESSION_BUSY` while {@link Session.resize} or {@link Session.refit} works, `OUT_OF_MEMORY`, `TENSOR_NOT_FOUND` for a
   *   signature that the model does not have.
   */
  createRequest(options: RequestOptions = {}): Request {
    checkOptionNames(options, { signature: true }, 'createRequest')
    const { signature: key } = options
    this.#checkNotChanging()
    const index = key === undefined ? undefined : this.#signatureIndex(key)
    const { inputs, outputs } = index === undefined ? this : (this.signatures[index] ?? this)
    try {
      return new Request(this.#native.createRequest(index), inputs, outputs, {
        checkIdle: () => this.#checkNotChanging(),
        tellsDeviceTimes: this.#native.tellsDeviceTimes === true,
        preprocessesOnDevice: this.#native.preprocessesOnDevice === true,
      })
    } catch (error) {
      throw fromAddon(error)
    }
  }

  /**
   * Gives inputs new shapes, for example another batch size. Runs that were already asked for finish first. The default request is
   * made anew, and views onto its tensors become empty; requests that were made with {@link Session.createRequest} keep the shapes
   * they have, and stay usable. Signatures on other graphs than the primary one keep their shapes.
   *
   * @param shapes - new shapes by input name, or by index; inputs that are not named keep theirs.
   * @throws EdgeError `SHAPE_MISMATCH` where the model cannot take them, or `OUT_OF_MEMORY` (the session stays as it was);
   *   `INVALID_ARGUMENT`, `TENSOR_NOT_FOUND`, `SESSION_BUSY` while an earlier call works, `SESSION_DISPOSED`;
   *   `MODEL_UNSUPPORTED` where the backend cannot resize.
   * @example
   * ```ts
   * await session.resize({ image: [8, 224, 224, 3] })
   * session.input('image', 'float32').data.set(eightPictures)
   * ```
   */
  async resize(shapes: Readonly<Record<string, readonly number[]>>): Promise<void> {
    if (this.#native.resize === undefined) {
      throw new EdgeError('MODEL_UNSUPPORTED', {
        summary: `the ${this.backend} backend cannot give a model other shapes`,
        remedy: 'Export the model with the shapes that you need.',
      })
    }
    this.#checkNotChanging()
    const list = resizeArguments(shapes, this.inputs)
    this.#change = RESIZE
    try {
      await this.#native.resize(list)
    } catch (error) {
      throw fromAddon(error)
    } finally {
      this.#change = undefined
    }
    const outdated = this.#defaultRequest
    this.#defaultRequest = undefined
    await outdated?.dispose()
  }

  /**
   * With `tensorrt`: replaces the model's weights by those of another .onnx model of the same network, in milliseconds where building an
   * engine takes minutes: for a model that was trained further. The session has to be opened with `tensorrt: { refittable: true }`; the
   * same goes for an engine that was built so. Every run computes wholly with the old weights or wholly with the new ones: with the old ones
   * where it was asked for before, with the new ones where it is asked for once the promise is kept, and with either in between. Requests,
   * and what is in their tensors, stay.
   *
   * Sessions that share their weights refuse it: none changes what another computes. The engine in the cache keeps the weights that it was
   * built with.
   *
   * @param model - a path or a `file:` URL of an .onnx model, or its bytes. Weights are found by their names; TensorRT compares these and
   *   their sizes, and does not see that other parts of the network differ. It is cast as `precision` says, as when an engine is built: give it
   *   to a session of an engine file, too.
   * @throws EdgeError `INVALID_ARGUMENT` where the backend, the engine or a session that shares its weights does not have it;
   *   `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `ENGINE_INCOMPATIBLE` of the model, `LIBRARY_NOT_FOUND`
   *   without TensorRT's ONNX parser, `OUT_OF_MEMORY`: the weights stay as they were. `DEVICE_FAILED` where the GPU failed in the middle:
   *   runs are then refused with `INFERENCE_FAILED` until a call succeeds. `SESSION_BUSY` while an earlier call, or
   *   {@link Session.resize}, works; `SESSION_DISPOSED`.
   * @example
   * ```ts
   * const session = await Session.open('defects.onnx', { backend: 'tensorrt', tensorrt: { refittable: true } })
   * await session.refit('defects-trained-further.onnx')
   * ```
   */
  async refit(model: ModelLike): Promise<void> {
    if (this.#native.refit === undefined) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `the ${this.backend} backend does not replace a model's weights`,
        expected: 'a session of the tensorrt backend, opened with tensorrt: { refittable: true }',
        found: `one of the ${this.backend} backend`,
        remedy: 'Open the other model in a session of its own, then dispose this one.',
      })
    }
    this.#checkNotChanging()
    this.#change = REFIT
    try {
      await this.#native.refit(await readModelSource(model))
    } catch (error) {
      throw fromAddon(error)
    } finally {
      this.#change = undefined
    }
  }

  /**
   * An input of the default request; see {@link Request.input}.
   *
   * @throws EdgeError `TENSOR_NOT_FOUND`; at the first call for the default request, as {@link Session.createRequest}.
   */
  input(key?: number | string): Tensor
  /**
   * An input of the default request, of a dtype that the caller relies on.
   *
   * @throws EdgeError as without the dtype, and `DTYPE_MISMATCH`.
   */
  input<D extends DType>(key: number | string, dtype: D): Tensor<D>
  input(key: number | string = 0, dtype?: DType): Tensor {
    return dtype === undefined ? this.#request.input(key) : this.#request.input(key, dtype)
  }

  /**
   * An output of the default request; see {@link Request.output}.
   *
   * @throws EdgeError `TENSOR_NOT_FOUND`; at the first call for the default request, as {@link Session.createRequest}.
   */
  output(key?: number | string): Tensor
  /**
   * An output of the default request, of a dtype that the caller relies on.
   *
   * @throws EdgeError as without the dtype, and `DTYPE_MISMATCH`.
   */
  output<D extends DType>(key: number | string, dtype: D): Tensor<D>
  output(key: number | string = 0, dtype?: DType): Tensor {
    return dtype === undefined ? this.#request.output(key) : this.#request.output(key, dtype)
  }

  /**
   * Runs the default request; see {@link Request.run}.
   *
   * @throws EdgeError `REQUEST_BUSY`, `QUEUE_FULL`, `SESSION_DISPOSED`, `ABORTED`, `INFERENCE_FAILED`; at the first call for the default
   *   request, as {@link Session.createRequest}.
   */
  async run(options?: RunOptions): Promise<RunTiming> {
    return await this.#request.run(options)
  }

  /**
   * Runs the default request on the calling thread; see {@link Request.runSync}.
   *
   * @throws EdgeError `SESSION_BUSY`, `REQUEST_BUSY`, `SESSION_DISPOSED`, `INFERENCE_FAILED`.
   */
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

  /** The same as {@link Session.dispose}, for `await using session = await Session.open(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #signatureIndex(key: string): number {
    const index = this.signatures.findIndex((signature) => signature.key === key)
    if (index >= 0) return index
    throw new EdgeError('TENSOR_NOT_FOUND', {
      summary: 'the model has no such signature',
      expected: this.signatures.map((signature) => JSON.stringify(signature.key)).join(' or ') || 'none',
      found: JSON.stringify(key),
    })
  }

  /** @throws EdgeError `SESSION_BUSY`. */
  #checkNotChanging(): void {
    if (this.#change === undefined) return
    throw new EdgeError('SESSION_BUSY', {
      summary: this.#change.summary,
      expected: 'nothing else of the session until it is done',
      remedy: this.#change.remedy,
    })
  }

  get #request(): Request {
    this.#defaultRequest ??= this.createRequest()
    return this.#defaultRequest
  }
}

/** The class for its own use: a class that names itself inside gets another name from the bundler, in stacks and wherever it is printed. */
const own = Session
