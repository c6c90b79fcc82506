import { EdgeError } from '@edge/errors'

/** Words of the shared memory. */
const INSIDE = 0
const CLOSED = 1
const ENDED = 2

/** A hung operator must not keep a process from ending for ever. */
const MOST_WAIT_MS = 60_000

/**
 * Lets a session's thread into onnxruntime, and nobody end that thread while it is there.
 *
 * onnxruntime-node aborts the process when its thread is ended inside one of its functions. A process that exits ends its threads, so
 * it closes the gate first: whoever is inside comes out, and nobody goes in any more.
 */
export class NativeGate {
  /** @param words - what another thread's gate has; new memory by default. */
  constructor(readonly words: Int32Array = new Int32Array(new SharedArrayBuffer(12))) {}

  /**
   * Does something inside, on the session's thread.
   *
   * @throws EdgeError `INFERENCE_FAILED` at a closed gate. Somebody may wait for the answer: a handler of 'exit' that runs the model.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    Atomics.store(this.words, INSIDE, 1)
    // After the store above: of the two threads, one sees what the other wrote.
    if (Atomics.load(this.words, CLOSED) === 1) {
      this.#leave()
      throw new EdgeError('INFERENCE_FAILED', {
        summary: 'the process is about to exit, and runs no model any more',
        remedy: 'Run the model before, for example in a handler of beforeExit.',
      })
    }
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #leave(): void {
    Atomics.store(this.words, INSIDE, 0)
    Atomics.notify(this.words, INSIDE)
  }

  /** Whether the session's thread said that it ends. A thread that runs out of memory cannot say so. */
  get isEnded(): boolean {
    return Atomics.load(this.words, ENDED) === 1
  }

  /** Says, on the session's thread, that it ends: whoever blocks until it answers cannot see it otherwise. */
  end(): void {
    Atomics.store(this.words, ENDED, 1)
  }

  /** Keeps everybody out from now on. */
  close(): void {
    Atomics.store(this.words, CLOSED, 1)
  }

  /** Blocks until nobody is inside. */
  waitUntilEmpty(): void {
    const end = performance.now() + MOST_WAIT_MS
    while (Atomics.load(this.words, INSIDE) === 1 && performance.now() < end) {
      Atomics.wait(this.words, INSIDE, 1, 1000)
    }
  }
}

const open = new Set<NativeGate>()

/** Closes a gate when this thread's program exits. */
export function closeAtExit(gate: NativeGate): void {
  if (open.size === 0) process.on('exit', closeAll)
  open.add(gate)
}

/** Forgets a gate whose session's thread has ended. */
export function forgetGate(gate: NativeGate): void {
  open.delete(gate)
  if (open.size === 0) process.off('exit', closeAll)
}

function closeAll(): void {
  for (const gate of open) gate.close()
  for (const gate of open) gate.waitUntilEmpty()
}
