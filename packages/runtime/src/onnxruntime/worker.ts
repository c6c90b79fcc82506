/** The thread of one session: onnxruntime-node's runs block the thread that they are called on. See `protocol.ts`. */
import { MessagePort, workerData } from 'node:worker_threads'
import { toFailure } from './failures.js'
import { NativeGate } from './native-gate.js'
import type { FromWorker, ReshapeMessage, RunMessage, ToWorker, WorkerStart } from './protocol.js'
import { RunState } from './protocol.js'
import { OnnxruntimeRunner, type Signature } from './runner.js'

function isStart(value: unknown): value is WorkerStart {
  const { main, version, model, name, threads, validate, gate, port }: Partial<Record<string, unknown>> =
    Object(value)
  return (
    typeof main === 'string' &&
    typeof version === 'string' &&
    (typeof model === 'string' || model instanceof Uint8Array) &&
    typeof name === 'string' &&
    typeof threads === 'number' &&
    typeof validate === 'boolean' &&
    gate instanceof Int32Array &&
    port instanceof MessagePort
  )
}

async function serve(start: WorkerStart): Promise<void> {
  const { port } = start
  const say: Say = (message, transfer = []) => {
    port.postMessage(message, transfer)
  }
  let runner: OnnxruntimeRunner
  let signature: Signature
  try {
    runner = await OnnxruntimeRunner.open(start)
    signature = await runner.defaultSignature()
  } catch (error) {
    say({ kind: 'refused', failure: toFailure(error) })
    port.close()
    return
  }
  // Whoever blocks until this thread answers learns only here that it will not.
  const gate = new NativeGate(start.gate)
  process.on('exit', () => gate.end())
  // One after the other: a run gives way to the event loop before it ends.
  let last = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    last = last.then(() => {
      if (message.kind === 'run') return run(runner, message, say)
      if (message.kind === 'reshape') return reshape(runner, message, say)
      return close(runner, port)
    })
  })
  say({ kind: 'opened', ...signature })
}

type Say = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void

async function reshape(runner: OnnxruntimeRunner, { id, shapes }: ReshapeMessage, say: Say): Promise<void> {
  try {
    say({ kind: 'reshaped', id, ...(await runner.signatureWith(shapes)) })
  } catch (error) {
    say({ kind: 'failed', id, failure: toFailure(error) })
  }
}

async function run(runner: OnnxruntimeRunner, message: RunMessage, say: Say): Promise<void> {
  const { id, state, asked, inputs } = message
  if (Atomics.compareExchange(state, 0, RunState.WAITING, RunState.BEGUN) !== RunState.WAITING) {
    say({ kind: 'dropped', id })
    return
  }
  const begun = process.hrtime.bigint()
  try {
    const { outputs, shapes: outputShapes } = await runner.run(message)
    const inferenceMs = milliseconds(process.hrtime.bigint() - begun)
    const queueMs = milliseconds(begun - asked)
    say({ kind: 'ran', id, inputs, outputs, outputShapes, queueMs, inferenceMs }, [...inputs, ...outputs])
  } catch (error) {
    say({ kind: 'failed', id, failure: toFailure(error) })
  }
  // Last of all: a synchronous run takes the answer as soon as it sees this.
  Atomics.store(state, 0, RunState.ANSWERED)
  Atomics.notify(state, 0)
}

async function close(runner: OnnxruntimeRunner, port: MessagePort): Promise<void> {
  // At a closed gate the process exits, and frees everything.
  await runner.close().catch(() => {})
  port.close()
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6
}

if (!isStart(workerData)) throw new Error('this file is the worker thread of a session, not a module')
// Where there is a Float16Array, from Node.js 24 on, onnxruntime's package makes its tensors of it, and its addon then takes them for
// empty. Without one it goes by Uint16Array. This thread runs nothing else that could want it.
Reflect.deleteProperty(globalThis, 'Float16Array')
void serve(workerData)
