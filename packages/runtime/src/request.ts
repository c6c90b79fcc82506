import { checkOptionNames, checkSignal, EdgeError, throwIfAborted } from '@edge/errors'
import {
  DTYPES,
  type DType,
  fromAddon,
  type PhaseTime,
  type PictureTarget,
  Tensor,
  type TensorInfo,
} from '@edge/native'
import type { BackendRequest } from './backend.js'

/** What a run took. */
export interface RunTiming {
  /** From the call of `run()` until the inference began. 0 for `runSync()`. */
  readonly queueMs: number
  /** The inference alone; with `tensorrt.preprocessOnGpu`, the GPU's preprocessing as well. */
  readonly inferenceMs: number
  /** With `tensorrt`: what the parts of it took, by the GPU's own clock. */
  readonly device?: DeviceTimes
}

/** What the parts of a run took on a GPU, by its own clock, in milliseconds. */
export interface DeviceTimes {
  /** Resampling and normalising pictures; 0 where there were none for the GPU to work on (`tensorrt.preprocessOnGpu`). */
  readonly preprocessMs: number
  /** Inputs to the GPU; about 0 where it reads the processor's memory in place. */
  readonly copyInMs: number
  /** The network itself. */
  readonly computeMs: number
  /** Outputs back; of a picture that was preprocessed there, the input as well, where it is copied. */
  readonly copyOutMs: number
}

/** What a layer took in one run. */
export interface LayerTime {
  /** As the engine calls it: TensorRT makes one layer of several of the model's. */
  readonly layer: string
  /** By the GPU's clock. */
  readonly ms: number
}

/** @internal What a request is made with besides its buffers. */
export interface RequestSetting {
  /** Throws while the session cannot run synchronously. */
  readonly checkIdle: () => void
  /** Whether a run tells what its parts took on a device. */
  readonly tellsDeviceTimes: boolean
  /** Whether pictures for inputs are handed to the backend. */
  readonly preprocessesOnDevice: boolean
}

/** Options of a run. */
export interface RunOptions {
  /**
   * Aborts the run. A run that waits in the queue is dropped at once. One that has begun: with `tflite` it stops before its next
   * operator, and XNNPACK makes one operator of most models, so that such a run goes on to its end; with `onnxruntime` it always goes
   * on to its end. The promise rejects either way, and not before the run has ended: with an EdgeError whose name is `AbortError`,
   * whose code is `ABORTED` and whose cause is the signal's reason.
   */
  readonly signal?: AbortSignal
}

/**
 * One set of input and output buffers of a session. Several requests of one session can wait at the same time; each of them runs
 * once at a time.
 *
 * @example
 * ```ts
 * const request = session.createRequest()
 * try {
 *   request.input(0, 'float32').data.fill(0.5)
 *   const { inferenceMs } = await request.run()
 *   console.log(request.output(0, 'float32').data, inferenceMs)
 * } finally {
 *   await request.dispose()
 * }
 * ```
 */
export class Request {
  /** Input tensors, in the model's order. */
  readonly inputs: readonly Tensor[]
  /** Output tensors, in the model's order. */
  readonly outputs: readonly Tensor[]
  readonly #native: BackendRequest
  readonly #dynamic: boolean
  readonly #setting: RequestSetting

  /** @internal Made by `Session.createRequest()`. */
  constructor(
    native: BackendRequest,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    setting: RequestSetting,
  ) {
    this.#native = native
    this.#setting = setting
    const pictureTarget = setting.preprocessesOnDevice ? pictureTargets(native) : undefined
    this.inputs = bind(inputs, native.inputs, native.copies, pictureTarget)
    this.outputs = bind(outputs, native.outputs, native.copies)
    this.#dynamic = outputs.some(({ dynamic }) => dynamic === true)
  }

  /**
   * An input tensor.
   *
   * @param key - index or name. Default: 0.
   * @throws EdgeError `TENSOR_NOT_FOUND`.
   */
  input(key?: number | string): Tensor
  /**
   * An input tensor of a dtype that the caller relies on.
   *
   * @param key - index or name.
   * @param dtype - is checked, and narrows the type of `data`.
   * @throws EdgeError `TENSOR_NOT_FOUND`, `DTYPE_MISMATCH`.
   *
   * @example
   * ```ts
   * const { data } = request.input(0, 'float32') // a Float32Array
   * ```
   */
  input<D extends DType>(key: number | string, dtype: D): Tensor<D>
  input(key: number | string = 0, dtype?: DType): Tensor {
    return find('input', this.inputs, key, dtype)
  }

  /**
   * An output tensor.
   *
   * @param key - index or name. Default: 0.
   * @throws EdgeError `TENSOR_NOT_FOUND`.
   */
  output(key?: number | string): Tensor
  /**
   * An output tensor of a dtype that the caller relies on.
   *
   * @param key - index or name.
   * @param dtype - is checked, and narrows the type of `data`.
   * @throws EdgeError `TENSOR_NOT_FOUND`, `DTYPE_MISMATCH`.
   */
  output<D extends DType>(key: number | string, dtype: D): Tensor<D>
  output(key: number | string = 0, dtype?: DType): Tensor {
    return find('output', this.outputs, key, dtype)
  }

  /**
   * Runs the model on the session's own thread; the event loop stays free.
   *
   * @throws EdgeError `REQUEST_BUSY`, `QUEUE_FULL`, `SESSION_DISPOSED`, `ABORTED`, `INFERENCE_FAILED`.
   */
  async run(options?: RunOptions): Promise<RunTiming> {
    const signal = signalOf(options)
    if (signal !== undefined) return await this.#runUntil(signal)
    try {
      // `await` inside the try: the rejection then gets the stack of whoever awaits this call.
      await this.#native.run()
    } catch (error) {
      throw fromAddon(error)
    }
    return this.#finish()
  }

  async #runUntil(signal: AbortSignal): Promise<RunTiming> {
    throwIfAborted(signal, 'the run')
    const drop = () => this.#native.cancel()
    signal.addEventListener('abort', drop)
    try {
      await this.#native.run()
    } catch (error) {
      throwIfAborted(signal, 'the run')
      throw fromAddon(error)
    } finally {
      signal.removeEventListener('abort', drop)
    }
    throwIfAborted(signal, 'the run')
    return this.#finish()
  }

  /**
   * Runs the model on the calling thread and blocks it: for scripts and workers, where a promise's round trip would cost more
   * than it gives.
   *
   * @throws EdgeError `SESSION_BUSY` while any run of the session waits or works, or it is resized or gets other weights; `REQUEST_BUSY`, `SESSION_DISPOSED`,
   *   `INFERENCE_FAILED`.
   */
  runSync(): RunTiming {
    this.#setting.checkIdle()
    try {
      this.#native.runSync()
    } catch (error) {
      throw fromAddon(error)
    }
    return this.#finish()
  }

  /**
   * With `tensorrt`: reads an input from memory of the GPU instead of its tensor, from the next run on, so that frames which are there
   * already need no copy.
   *
   * @param key - index or name of the input.
   * @param address - where its values lie on the session's GPU, in the input's dtype and shape, allocated in the device's primary context
   *   (as CUDA's runtime does), at a multiple of 256; they have to stay until the run has ended, and whatever writes them has to be done
   *   before the run is asked for: the run waits for no other stream. null for the tensor again.
   * @throws EdgeError `TENSOR_NOT_FOUND`, `INVALID_ARGUMENT` where the GPU cannot read as many bytes there, or the backend has none;
   *   `REQUEST_BUSY`, `SESSION_DISPOSED`; `SESSION_BUSY` while the session is resized or gets other weights.
   */
  readInputFromDevice(key: number | string, address: bigint | null): void {
    const index = this.inputs.indexOf(find('input', this.inputs, key, undefined))
    if (this.#native.readInputFromDevice === undefined) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'this backend does not read inputs from memory of a GPU',
        expected: 'a session of the tensorrt backend',
        remedy: "Write the values into the input's tensor.",
      })
    }
    try {
      this.#native.readInputFromDevice(index, address)
    } catch (error) {
      throw fromAddon(error)
    }
  }

  /** With `tensorrt` and `profileLayers`: what each layer of the last run took; else empty. */
  get layers(): readonly LayerTime[] {
    return (this.#native.layers ?? []).map(({ name, ms }) => ({ layer: name, ms }))
  }

  /**
   * With `tensorrt`: why runs are not launched as one CUDA graph; undefined where they are, from the third run on with the same addresses: each
   * new one given to {@link Request.readInputFromDevice} begins anew.
   */
  get graphRefusal(): string | undefined {
    const reason = this.#native.graphRefusal ?? ''
    return reason === '' ? undefined : reason
  }

  /** Frees the buffers, after a run in flight has ended. Views onto them become empty. Can be called again. */
  dispose(): Promise<void> {
    return this.#native.dispose()
  }

  /** The same as {@link Request.dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #finish(): RunTiming {
    if (this.#dynamic) this.#takeDynamicOutputs()
    const { queueMs, inferenceMs } = this.#native
    if (!this.#setting.tellsDeviceTimes) return { queueMs, inferenceMs }
    return { queueMs, inferenceMs, device: deviceTimes(this.#native.phases ?? []) }
  }

  #takeDynamicOutputs(): void {
    for (const [index, tensor] of this.outputs.entries()) {
      const buffer = this.#native.outputs[index]
      const shape = this.#native.outputShapes?.[index]
      if (tensor.dynamic && buffer !== undefined && shape !== undefined) tensor.replace(buffer, shape)
    }
  }
}

function deviceTimes(phases: readonly PhaseTime[]): DeviceTimes {
  const of = (name: string): number => phases.find((phase) => phase.name === name)?.ms ?? 0
  return {
    preprocessMs: of('preprocess'),
    copyInMs: of('copyIn'),
    computeMs: of('compute'),
    copyOutMs: of('copyOut'),
  }
}

function signalOf(options: RunOptions | undefined): AbortSignal | undefined {
  // A run without options is what small models spend their time on.
  if (options === undefined) return undefined
  checkOptionNames(options, { signal: true }, 'run')
  checkSignal(options.signal)
  return options.signal
}

/** What gives a request's inputs pictures in place of values. */
function pictureTargets(native: BackendRequest): ((input: number) => PictureTarget) | undefined {
  if (native.writePicture === undefined) return undefined
  return (input) => ({
    write(picture) {
      try {
        native.writePicture?.(input, picture)
      } catch (error) {
        throw fromAddon(error)
      }
    },
  })
}

function bind(
  infos: readonly TensorInfo[],
  buffers: readonly ArrayBuffer[],
  copies: 0 | 1,
  pictureTarget?: (input: number) => PictureTarget,
): readonly Tensor[] {
  return infos.map((info, index) => {
    const buffer = buffers[index]
    if (buffer === undefined)
      throw new EdgeError('INTERNAL', { summary: `no buffer for tensor "${info.name}"` })
    return new Tensor(info, buffer, copies, pictureTarget?.(index))
  })
}

function find(
  kind: 'input' | 'output',
  tensors: readonly Tensor[],
  key: number | string,
  dtype: DType | undefined,
): Tensor {
  if (dtype !== undefined && !DTYPES.includes(dtype)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: 'there is no such dtype',
      expected: DTYPES.join(', '),
      found: typeof dtype === 'string' ? JSON.stringify(dtype) : String(dtype),
    })
  }
  const tensor = typeof key === 'number' ? tensors[key] : tensors.find(({ name }) => name === key)
  if (tensor === undefined) {
    throw new EdgeError('TENSOR_NOT_FOUND', {
      summary: `the model has no ${kind} ${JSON.stringify(key)}`,
      expected:
        tensors.map(({ name }, index) => `${index} (${JSON.stringify(name)})`).join(' or ') ||
        `no ${kind} at all`,
      found: String(key),
    })
  }
  if (dtype !== undefined && tensor.dtype !== dtype) {
    throw new EdgeError('DTYPE_MISMATCH', {
      summary: `${kind} "${tensor.name}" holds another type`,
      expected: dtype,
      found: tensor.dtype,
      remedy: 'Convert the values, or use a model whose tensor is of that type.',
    })
  }
  return tensor
}
