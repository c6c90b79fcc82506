import { fileURLToPath } from 'node:url'
import { LineChild } from '../measure/line-child.js'

const program = fileURLToPath(new URL('../../native/build/bench/tflite_loop', import.meta.url))

/** The plain C++ loop of native/bench, in a process of its own that waits between rounds. */
export class NativeLoop {
  readonly #child: LineChild

  constructor(library: string, model: string, threads: number) {
    this.#child = new LineChild(program, [library, model, String(threads)], 'shown')
  }

  /** Of its process; undefined where that could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Nanoseconds of `count` inferences. */
  run(count: number): Promise<number> {
    return this.#child.ask(`run ${count}`)
  }

  /** Nanoseconds of each of `count` inferences that follow each other. */
  async each(count: number): Promise<number[]> {
    const answer = await this.#child.answer(`each ${count}`)
    return answer.trim().split(' ').map(Number)
  }

  /** Nanoseconds of opening the model once more. */
  open(): Promise<number> {
    return this.#child.ask('open')
  }

  /** Nanoseconds of opening the model once more, and its first inference. */
  start(): Promise<number> {
    return this.#child.ask('start')
  }

  close(): void {
    this.#child.close()
  }
}
