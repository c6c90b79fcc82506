import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../native/build/bench/tflite_loop', import.meta.url))

/** The plain C++ loop of native/bench, in a process of its own that waits between rounds. */
export class NativeLoop {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #answers: AsyncIterator<string>
  readonly #lines: Interface

  constructor(library: string, model: string, threads: number) {
    this.#process = spawn(program, [library, model, String(threads)])
    this.#process.stderr.pipe(process.stderr)
    this.#lines = createInterface({ input: this.#process.stdout })
    this.#answers = this.#lines[Symbol.asyncIterator]()
  }

  /** Of its process; undefined where that could not be started. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Nanoseconds of `count` inferences. */
  run(count: number): Promise<number> {
    return this.#ask(`run ${count}`)
  }

  /** Nanoseconds of opening the model once more. */
  open(): Promise<number> {
    return this.#ask('open')
  }

  /** Nanoseconds of opening the model once more, and its first inference. */
  start(): Promise<number> {
    return this.#ask('start')
  }

  async #ask(command: string): Promise<number> {
    this.#process.stdin.write(`${command}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error(`the C++ loop ended before it answered "${command}"`)
    return Number(value)
  }

  close(): void {
    this.#process.stdin.end()
    this.#lines.close()
  }
}
