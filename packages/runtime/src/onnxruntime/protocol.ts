/**
 * What a session and its worker thread say to each other, and the order of it:
 *
 * - The worker opens the model and says `opened` or `refused`; after `refused` it ends.
 * - The session says `run`, any number of times; each is answered by one `ran`, `failed` or `dropped`, in order.
 * - Between them it may say `reshape`; the answer is `reshaped` or `failed`.
 * - The session says `close`, and the worker ends.
 *
 * Buffers travel by transfer: what is sent is gone from here until it comes back.
 */
import type { MessagePort } from 'node:worker_threads'
import type { ErrorCode } from '@edge/errors'
import type { DType } from '@edge/native'

/** What the worker is started with. */
export interface WorkerStart {
  /** The file to `require`. */
  readonly main: string
  readonly version: string
  /** A path, or the file's bytes. */
  readonly model: string | Uint8Array
  /** What to call the model in messages. */
  readonly name: string
  readonly threads: number
  /** Whether the model's structure is checked. */
  readonly validate: boolean
  /** Memory of the {@link NativeGate}. */
  readonly gate: Int32Array
  readonly port: MessagePort
}

/** An input or output. */
export interface WorkerTensor {
  readonly name: string
  readonly dtype: DType
  /** Its dimensions; of a dynamic one, those of a run on zeros, or -1 where that told none. */
  readonly shape: readonly number[]
  /** Whether the model leaves dimensions of an output to each run. onnxruntime then makes the memory. */
  readonly dynamic: boolean
  /** As `shape`, with -1 for each dimension that the model leaves open. */
  readonly shapeSignature: readonly number[]
}

/** What an EdgeError is made from: classes do not survive the way between threads. */
export interface WorkerFailure {
  readonly code: ErrorCode
  readonly summary: string
  readonly expected?: string
  readonly found?: string
  readonly remedy?: string
}

export interface RunMessage {
  readonly kind: 'run'
  readonly id: number
  /** One {@link RunState}, shared between the threads. */
  readonly state: Int32Array
  /** When the run was asked for, in the nanoseconds of the process. */
  readonly asked: bigint
  /** One per input. */
  readonly inputs: readonly ArrayBuffer[]
  readonly inputShapes: readonly (readonly number[])[]
  /** One per output; those of dynamic ones are empty. */
  readonly outputs: readonly ArrayBuffer[]
  /** One per output; undefined for dynamic ones. */
  readonly outputShapes: readonly (readonly number[] | undefined)[]
}

export interface ReshapeMessage {
  readonly kind: 'reshape'
  readonly id: number
  /** One per input. */
  readonly shapes: readonly (readonly number[])[]
}

export type ToWorker = RunMessage | ReshapeMessage | { readonly kind: 'close' }

export interface OpenedMessage {
  readonly kind: 'opened'
  readonly inputs: readonly WorkerTensor[]
  readonly outputs: readonly WorkerTensor[]
}

export interface RanMessage {
  readonly kind: 'ran'
  readonly id: number
  readonly inputs: readonly ArrayBuffer[]
  readonly outputs: readonly ArrayBuffer[]
  readonly outputShapes: readonly (readonly number[])[]
  readonly queueMs: number
  readonly inferenceMs: number
}

export interface ReshapedMessage {
  readonly kind: 'reshaped'
  readonly id: number
  readonly inputs: readonly WorkerTensor[]
  readonly outputs: readonly WorkerTensor[]
}

export interface FailedMessage {
  readonly kind: 'failed'
  readonly id: number
  readonly failure: WorkerFailure
}

export type FromWorker =
  | OpenedMessage
  | { readonly kind: 'refused'; readonly failure: WorkerFailure }
  | RanMessage
  | ReshapedMessage
  | FailedMessage
  | { readonly kind: 'dropped'; readonly id: number }

/** Where a run is; whoever changes it from `WAITING` first decides whether it begins. */
export const RunState = { WAITING: 0, BEGUN: 1, WITHDRAWN: 2, ANSWERED: 3 } as const
