import { EdgeError } from '@edge/errors'
import type { TensorInfo } from '@edge/native'
import type { BackendRequest } from '../backend.js'
import type { Answer } from './channel.js'
import { toEdgeError } from './failures.js'
import { type RunMessage, RunState } from './protocol.js'
import type { OnnxruntimeSession } from './session.js'

/** Memory that travels to the worker thread and back; the request's own stays, since its views must. */
interface Staging {
  readonly inputs: readonly ArrayBuffer[]
  readonly outputs: readonly ArrayBuffer[]
}

/** One set of input and output buffers. */
export class OnnxruntimeRequest implements BackendRequest {
  readonly inputs: readonly ArrayBuffer[]
  /** Those of dynamic outputs are replaced by each run. */
  outputs: readonly ArrayBuffer[]
  outputShapes: readonly (readonly number[])[] = []
  readonly copies = 1
  queueMs = 0
  inferenceMs = 0
  readonly #session: OnnxruntimeSession
  // The session's own change when it is resized; a request keeps the shapes that it was made with.
  readonly #inputInfos: readonly TensorInfo[]
  readonly #outputInfos: readonly TensorInfo[]
  #staging: Staging | undefined
  /** The run under way: its state in memory that both threads see, and what ends it early. */
  #current: { readonly state: Int32Array; readonly withdraw: () => void } | undefined
  #settled: Promise<unknown> = Promise.resolve()
  #disposal: Promise<void> | undefined

  constructor(session: OnnxruntimeSession) {
    this.#session = session
    this.#inputInfos = session.inputs
    this.#outputInfos = session.outputs
    this.inputs = session.inputs.map(allocate)
    this.outputs = session.outputs.map(allocate)
  }

  async run(): Promise<void> {
    this.#checkRunnable()
    this.#session.beginRun()
    // A promise of its own: a second listener on this function's would cost errors the stack of whoever awaits it.
    let settle = (): void => {}
    this.#settled = new Promise<void>((resolve) => {
      settle = resolve
    })
    try {
      this.#finish(await this.#answer())
    } finally {
      settle()
    }
  }

  /** Is kept when the run that was asked for has ended, and its results are in place. */
  get settled(): Promise<unknown> {
    return this.#settled
  }

  /** The answer of the worker thread, or the news that the run was withdrawn, whichever comes first. */
  async #answer(): Promise<Answer> {
    try {
      const state = runState()
      const { promise, resolve } = withdrawal()
      this.#current = { state, withdraw: resolve }
      return await Promise.race([this.#send(state), promise])
    } finally {
      this.#current = undefined
      this.#session.endRun()
    }
  }

  /** The worker's answer. A run that was withdrawn keeps its place until then: its memory waits in the worker's port. */
  async #send(state: Int32Array): Promise<Answer> {
    try {
      return await this.#session.channel.run(this.#message(state))
    } finally {
      this.#session.freePlace()
    }
  }

  runSync(): void {
    this.#checkRunnable()
    this.#session.checkIdle()
    const message = this.#message(runState())
    this.#finish(this.#session.channel.runSync(message))
    this.queueMs = 0
  }

  cancel(): boolean {
    if (this.#current === undefined) return false
    const { state, withdraw } = this.#current
    const before = Atomics.compareExchange(state, 0, RunState.WAITING, RunState.WITHDRAWN)
    if (before !== RunState.WAITING) return false
    withdraw()
    return true
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#session.disposal ?? this.#free()
    return this.#disposal
  }

  async #free(): Promise<void> {
    await this.#settled
    this.release()
    this.#session.forget(this)
  }

  /** Detaches the views: they become empty. */
  release(): void {
    structuredClone(null, {
      transfer: [...this.inputs, ...this.outputs].filter((buffer) => buffer.byteLength > 0),
    })
    this.#staging = undefined
  }

  #checkRunnable(): void {
    this.#session.checkUsable()
    if (this.#disposal !== undefined) {
      throw new EdgeError('SESSION_DISPOSED', {
        summary: 'the request was used after it was disposed',
        remedy: 'Make another with createRequest().',
      })
    }
    if (this.#current !== undefined) {
      throw new EdgeError('REQUEST_BUSY', {
        summary: 'the request is already running',
        expected: 'one run at a time',
        found: 'a second',
        remedy: 'Await the first run, or use another request: session.createRequest().',
      })
    }
  }

  #message(state: Int32Array): Omit<RunMessage, 'kind' | 'id'> {
    return {
      state,
      asked: process.hrtime.bigint(),
      inputShapes: this.#inputInfos.map(({ shape }) => shape),
      outputShapes: this.#outputInfos.map(({ dynamic, shape }) => (dynamic === true ? undefined : shape)),
      ...this.#fill(),
    }
  }

  /** Memory for the journey, with the inputs in it. */
  #fill(): Staging {
    const staging = this.#staging ?? {
      inputs: this.#inputInfos.map(allocate),
      outputs: this.#outputInfos.map(stagingOf),
    }
    this.#staging = undefined
    copyAll(this.inputs, staging.inputs)
    return staging
  }

  #finish(answer: Answer): void {
    if (answer.kind === 'dropped') throw new EdgeError('ABORTED', { summary: 'the run was aborted' })
    if (answer.kind === 'failed') throw toEdgeError(answer.failure)
    const { inputs, outputs, outputShapes, queueMs, inferenceMs } = answer
    const isDynamic = (index: number): boolean => this.#outputInfos[index]?.dynamic === true
    copyAll(
      outputs.filter((_, index) => !isDynamic(index)),
      this.outputs.filter((_, index) => !isDynamic(index)),
    )
    // What a run made is the request's own from now on.
    this.outputs = this.outputs.map((own, index) => (isDynamic(index) ? (outputs[index] ?? own) : own))
    this.#staging = {
      inputs,
      outputs: outputs.map((output, index) => (isDynamic(index) ? new ArrayBuffer(0) : output)),
    }
    this.outputShapes = outputShapes
    this.queueMs = queueMs
    this.inferenceMs = inferenceMs
  }
}

/** The word that says where a run is. */
function runState(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

function withdrawal(): { readonly promise: Promise<Answer>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<Answer>((settle) => {
    resolve = () => settle({ kind: 'dropped', id: -1 })
  })
  return { promise, resolve }
}

/** onnxruntime makes the memory of dynamic outputs. */
function stagingOf(output: TensorInfo): ArrayBuffer {
  return output.dynamic === true ? new ArrayBuffer(0) : allocate(output)
}

function allocate(tensor: TensorInfo): ArrayBuffer {
  try {
    return new ArrayBuffer(tensor.bytes)
  } catch (cause) {
    throw new EdgeError('OUT_OF_MEMORY', {
      summary: `there is no memory for the tensor "${tensor.name}"`,
      expected: `${tensor.bytes} bytes`,
      remedy: 'Use a smaller model, or fewer requests.',
      cause,
    })
  }
}

function copyAll(from: readonly ArrayBuffer[], to: readonly ArrayBuffer[]): void {
  from.forEach((source, index) => {
    const target = to[index]
    // A view that was transferred elsewhere is empty; the run goes on with what it can.
    if (target === undefined || source.byteLength !== target.byteLength) return
    new Uint8Array(target).set(new Uint8Array(source))
  })
}
