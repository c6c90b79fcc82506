/** The thread of one session: onnxruntime-node's runs block the thread that they are called on. See `protocol.ts`. */
import { MessagePort, workerData } from 'node:worker_threads'
import { openFailure, runFailure } from './failures.js'
import type { FromWorker, RunMessage, ToWorker, WorkerStart } from './protocol.js'
import { RunState } from './protocol.js'
import { OnnxruntimeRunner } from './runner.js'
import { UnsupportedValue } from './shapes.js'

function isStart(value: unknown): value is WorkerStart {
  const { main, version, model, name, threads, port }: Partial<Record<string, unknown>> = Object(value)
  return (
    typeof main === 'string' &&
    typeof version === 'string' &&
    (typeof model === 'string' || model instanceof Uint8Array) &&
    typeof name === 'string' &&
    typeof threads === 'number' &&
    port instanceof MessagePort
  )
}

async function serve(start: WorkerStart): Promise<void> {
  const { port } = start
  const say = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer)
  }
  let runner: OnnxruntimeRunner
  try {
    runner = await OnnxruntimeRunner.open(start)
  } catch (error) {
    const failure = error instanceof UnsupportedValue ? error.failure : openFailure(error, start.name)
    say({ kind: 'refused', failure })
    port.close()
    return
  }
  // One after the other: a run gives way to the event loop before it ends.
  let last = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    last = last.then(() => (message.kind === 'run' ? run(runner, message, say) : close(runner, port)))
  })
  say({ kind: 'opened', inputs: runner.inputs, outputs: runner.outputs })
}

async function run(
  runner: OnnxruntimeRunner,
  { id, state, asked, inputs, outputs }: RunMessage,
  say: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void,
): Promise<void> {
  if (Atomics.compareExchange(state, 0, RunState.WAITING, RunState.BEGUN) !== RunState.WAITING) {
    say({ kind: 'dropped', id })
    return
  }
  const begun = process.hrtime.bigint()
  try {
    await runner.run(inputs, outputs)
    const inferenceMs = milliseconds(process.hrtime.bigint() - begun)
    const queueMs = milliseconds(begun - asked)
    say({ kind: 'ran', id, inputs, outputs, queueMs, inferenceMs }, [...inputs, ...outputs])
  } catch (error) {
    say({ kind: 'failed', id, failure: runFailure(error) })
  }
  // Last of all: a synchronous run takes the answer as soon as it sees this.
  Atomics.store(state, 0, RunState.ANSWERED)
  Atomics.notify(state, 0)
}

async function close(runner: OnnxruntimeRunner, port: MessagePort): Promise<void> {
  await runner.close()
  port.close()
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6
}

if (!isStart(workerData)) throw new Error('this file is the worker thread of a session, not a module')
void serve(workerData)
