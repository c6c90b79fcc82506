import { createRequire } from 'node:module'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { EdgeError } from '@edge/errors'
import { threadEnded, toEdgeError } from './failures.js'
import { closeAtExit, forgetGate, NativeGate } from './native-gate.js'
import type {
  FailedMessage,
  FromWorker,
  OpenedMessage,
  RanMessage,
  ReshapedMessage,
  ReshapeMessage,
  RunMessage,
  WorkerFailure,
  WorkerStart,
} from './protocol.js'
import { RunState } from './protocol.js'

/** How often a synchronous run looks whether there is still a thread that could answer. */
const LOOK_MS = 500

/** What comes back from a run. */
export type Answer = RanMessage | FailedMessage | { readonly kind: 'dropped'; readonly id: number }
type AnyAnswer = Answer | ReshapedMessage
/** What the thread is started with, besides what connects the two. */
export type ChannelStart = Omit<WorkerStart, 'port' | 'gate'>

const require = createRequire(import.meta.url)

/**
 * The way to a session's worker thread. It keeps the process alive only while something is under way.
 *
 * It knows nothing of the session, so that one that is not used any more can be collected, and its thread ended.
 */
export class WorkerChannel {
  readonly #worker: Worker
  readonly #gate: NativeGate
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (answer: AnyAnswer) => void>()
  readonly #exited: Promise<void>
  #opened: { resolve: (message: OpenedMessage) => void; reject: (reason: unknown) => void } | undefined
  #nextId = 0
  #busy = 0
  #isClosing = false
  /** Why there is nobody who could answer any more. */
  #death: WorkerFailure | undefined

  private constructor(start: ChannelStart) {
    const { port1, port2 } = new MessageChannel()
    const gate = new NativeGate()
    this.#gate = gate
    const workerData: WorkerStart = { ...start, gate: gate.words, port: port2 }
    this.#port = port1
    // By a private name of this package: the file is in `dist` for the sources too.
    this.#worker = new Worker(require.resolve('#onnxruntime-worker'), {
      workerData,
      transferList: [port2],
      // Flags of the command line such as --eval or --input-type are not for this file.
      execArgv: [],
    })
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        // Answers may be on their way still.
        for (let last = this.#receive(); last !== undefined; last = this.#receive()) this.#take(last)
        this.#die(new Error('the thread ended'))
        forgetGate(gate)
        port1.close()
        resolve()
      })
    })
    this.#worker.on('error', (error) => this.#die(error))
    port1.on('message', (message: FromWorker) => this.#take(message))
    closeAtExit(gate)
    this.#worker.unref()
    port1.unref()
  }

  /** Starts the thread and opens the model on it. */
  static async open(
    start: ChannelStart,
  ): Promise<{ readonly channel: WorkerChannel; readonly opened: OpenedMessage }> {
    const channel = new own(start)
    const opened = await channel.#during(
      new Promise<OpenedMessage>((resolve, reject) => {
        channel.#opened = { resolve, reject }
      }),
    )
    return { channel, opened }
  }

  /** Sends a run, and waits for its answer. */
  async run(message: Omit<RunMessage, 'kind' | 'id'>): Promise<Answer> {
    const answer = await this.#answerTo(this.#send(message))
    if (answer.kind === 'reshaped') throw new EdgeError('INTERNAL', { summary: 'a run got another answer' })
    return answer
  }

  /** Asks what other shapes of the inputs lead to, after the runs that were sent. */
  async reshape(shapes: ReshapeMessage['shapes']): Promise<ReshapedMessage> {
    this.#checkAlive()
    const id = this.#nextId++
    this.#port.postMessage({ kind: 'reshape', id, shapes })
    const answer = await this.#answerTo(id)
    if (answer.kind === 'reshaped') return answer
    if (answer.kind === 'failed') throw toEdgeError(answer.failure)
    throw new EdgeError('INTERNAL', { summary: 'a change of shapes got another answer' })
  }

  /** Sends a run, and blocks the calling thread until its answer is there. Nothing else may be under way. */
  runSync(message: Omit<RunMessage, 'kind' | 'id'>): Answer {
    const id = this.#send(message)
    for (let seen = 0; seen !== RunState.ANSWERED; seen = Atomics.load(message.state, 0)) {
      if (this.#gate.isEnded) break
      Atomics.wait(message.state, 0, seen, LOOK_MS)
    }
    for (;;) {
      const answer = this.#receive()
      if (answer === undefined) return { kind: 'failed', id, failure: threadEnded(new Error('no answer')) }
      if ((answer.kind === 'ran' || answer.kind === 'failed') && answer.id === id) return answer
      this.#take(answer)
    }
  }

  /** Ends the thread, after what was sent to it; the promise is kept when it is gone. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true
      this.#port.postMessage({ kind: 'close' })
    }
    await this.#during(this.#exited)
  }

  /** Ends the thread at once, without anybody waiting. */
  abandon(): void {
    if (!this.#isClosing) this.#port.postMessage({ kind: 'close' })
    this.#isClosing = true
  }

  #answerTo(id: number): Promise<AnyAnswer> {
    return this.#during(new Promise((resolve) => this.#waiting.set(id, resolve)))
  }

  #receive(): FromWorker | undefined {
    const received: { message: FromWorker } | undefined = receiveMessageOnPort(this.#port)
    return received?.message
  }

  #send(message: Omit<RunMessage, 'kind' | 'id'>): number {
    this.#checkAlive()
    const id = this.#nextId++
    this.#port.postMessage({ ...message, kind: 'run', id }, [...message.inputs, ...message.outputs])
    return id
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        this.#opened?.resolve(message)
        break
      case 'refused':
        this.#opened?.reject(toEdgeError(message.failure))
        break
      default: {
        const settle = this.#waiting.get(message.id)
        this.#waiting.delete(message.id)
        settle?.(message)
      }
    }
  }

  #die(error: Error): void {
    // The first that is heard says why.
    this.#death ??= threadEnded(error)
    this.#opened?.reject(toEdgeError(this.#death))
    for (const [id, settle] of this.#waiting) settle({ kind: 'failed', id, failure: this.#death })
    this.#waiting.clear()
  }

  /** @throws EdgeError what the thread died of: it would not read what it is sent. */
  #checkAlive(): void {
    if (this.#death !== undefined) throw toEdgeError(this.#death)
  }

  /** Keeps the process alive until a promise is settled. */
  async #during<T>(promise: Promise<T>): Promise<T> {
    if (this.#busy++ === 0) {
      this.#worker.ref()
      this.#port.ref()
    }
    try {
      return await promise
    } finally {
      if (--this.#busy === 0) {
        this.#worker.unref()
        this.#port.unref()
      }
    }
  }
}

/** The class for its own use: a class that names itself inside gets another name from the bundler, in stacks and wherever it is printed. */
const own = WorkerChannel
