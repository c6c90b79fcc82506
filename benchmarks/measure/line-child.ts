import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'

/** A process that answers each line with another: the other side of a benchmark, which waits between rounds. */
export class LineChild {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #answers: AsyncIterator<string>
  readonly #lines: Interface

  /** @param stderr - whether what it says there is shown. Libraries talk there; what matters is told by an answer that does not come. */
  constructor(program: string, args: readonly string[], stderr: 'hidden' | 'shown' = 'hidden') {
    this.#process = spawn(program, args)
    if (stderr === 'shown') this.#process.stderr.pipe(process.stderr)
    else this.#process.stderr.resume()
    this.#lines = createInterface({ input: this.#process.stdout })
    this.#answers = this.#lines[Symbol.asyncIterator]()
  }

  /** Of the process; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Asks for a number. */
  async ask(line: string): Promise<number> {
    return Number(await this.answer(line))
  }

  async answer(line: string): Promise<string> {
    this.#process.stdin.write(`${line}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error(`${this.#process.spawnfile} ended before it answered "${line}"`)
    return String(value)
  }

  close(): void {
    this.#process.stdin.end()
    this.#lines.close()
  }
}
