import { EdgeError } from '@edge/errors'
import type { InputShape, TensorInfo } from '@edge/native'
import type { BackendRequest, BackendSession } from '../backend.js'
import { WorkerChannel } from './channel.js'
import { tensorBytes } from './elements.js'
import type { OnnxruntimePackage } from './package.js'
import type { WorkerStart, WorkerTensor } from './protocol.js'
import { OnnxruntimeRequest } from './request.js'

// A session that nobody disposed and nobody can reach: its thread has no other way to learn of it.
const abandoned = new FinalizationRegistry<WorkerChannel>((channel) => channel.abandon())

/** A model on a worker thread with onnxruntime. */
export class OnnxruntimeSession implements BackendSession {
  /** Replaced by {@link OnnxruntimeSession.resize}. */
  inputs: readonly TensorInfo[]
  outputs: readonly TensorInfo[]
  readonly details: Readonly<Record<string, string>>
  readonly #requests = new Set<OnnxruntimeRequest>()
  /** Runs that somebody awaits. */
  #pending = 0
  /** Those, and the ones that were withdrawn and whose memory the worker still holds. */
  #places = 0
  #disposal: Promise<void> | undefined

  private constructor(
    readonly channel: WorkerChannel,
    inputs: readonly WorkerTensor[],
    outputs: readonly WorkerTensor[],
    library: OnnxruntimePackage,
    private readonly queueCapacity: number,
  ) {
    this.inputs = inputs.map(tensorInfo)
    this.outputs = outputs.map(tensorInfo)
    this.details = { library: library.directory, version: library.version, providers: 'cpu' }
    abandoned.register(this, channel, this)
  }

  static async open(
    library: OnnxruntimePackage,
    model: Pick<WorkerStart, 'model' | 'name' | 'threads' | 'validate'>,
    queueCapacity: number,
  ): Promise<OnnxruntimeSession> {
    const start = { ...model, main: library.main, version: library.version }
    const { channel, opened } = await WorkerChannel.open(start)
    return new own(channel, opened.inputs, opened.outputs, library, queueCapacity)
  }

  createRequest(): BackendRequest {
    this.checkUsable()
    const request = new OnnxruntimeRequest(this)
    this.#requests.add(request)
    return request
  }

  async resize(shapes: readonly InputShape[]): Promise<void> {
    this.checkUsable()
    const wanted = new Map(shapes.map(({ input, shape }) => [input, shape]))
    const { inputs, outputs } = await this.channel.reshape(
      this.inputs.map(({ shape }, index) => wanted.get(index) ?? shape),
    )
    this.inputs = inputs.map(tensorInfo)
    this.outputs = outputs.map(tensorInfo)
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#free()
    return this.#disposal
  }

  async #free(): Promise<void> {
    abandoned.unregister(this)
    // The thread takes what it is told in order: runs that were asked for are done before it ends.
    await this.channel.close()
    await Promise.all([...this.#requests].map((request) => request.settled))
    for (const request of this.#requests) request.release()
    this.#requests.clear()
  }

  /** The promise of the session's disposal, once somebody asked for it. */
  get disposal(): Promise<void> | undefined {
    return this.#disposal
  }

  /** @throws EdgeError `SESSION_DISPOSED`. */
  checkUsable(): void {
    if (this.#disposal === undefined) return
    throw new EdgeError('SESSION_DISPOSED', {
      summary: 'the session was used after it was disposed',
      remedy: 'Open the model again, or dispose later.',
    })
  }

  /** Takes a place in the queue. */
  beginRun(): void {
    if (this.#places >= this.queueCapacity) {
      throw new EdgeError('QUEUE_FULL', {
        summary: "the session's queue is full",
        expected: `at most ${this.queueCapacity} runs that wait or work`,
        found: 'one more',
        remedy: 'Await earlier runs first, or open the session with a larger queueCapacity.',
      })
    }
    this.#pending++
    this.#places++
  }

  /** Somebody awaits it no more. */
  endRun(): void {
    this.#pending--
  }

  /** Its memory came back. */
  freePlace(): void {
    this.#places--
  }

  /** @throws EdgeError `SESSION_BUSY`. */
  checkIdle(): void {
    if (this.#pending === 0) return
    throw new EdgeError('SESSION_BUSY', {
      summary: 'a synchronous run was asked for while the session is at work',
      expected: 'no run that waits or works',
      found: String(this.#pending),
      remedy: 'Await the other runs first, or use run().',
    })
  }

  forget(request: OnnxruntimeRequest): void {
    this.#requests.delete(request)
  }
}

/** The class for its own use: a class that names itself inside gets another name from the bundler, in stacks and wherever it is printed. */
const own = OnnxruntimeSession

function tensorInfo(tensor: WorkerTensor): TensorInfo {
  return { ...tensor, bytes: tensorBytes(tensor) }
}
