import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../architecture/source-packages.js'

/** How a program ended. */
export interface ExampleEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it printed and nobody took. */
  readonly lines: readonly string[]
  readonly stderr: string
}

const running = new Set<ChildProcess>()

/** Ends what a test that failed has left running: with the group of each, what it started as well. */
export function endExamples(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

/** One of `packages/trt/examples`, running. */
export class ExampleProcess {
  readonly child: ChildProcess
  readonly #lines: string[] = []
  #stderr = ''
  readonly #ended: Promise<unknown[]>

  constructor(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const program = join(root, 'packages', 'trt', 'examples', name)
    this.child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own.
      detached: true,
    })
    running.add(this.child)
    this.child.once('exit', () => running.delete(this.child))
    this.#ended = once(this.child, 'close')
    const { stdout, stderr } = this.child
    if (stdout === null || stderr === null) throw new Error('its output is not ours to read')
    createInterface({ input: stdout }).on('line', (line) => this.#lines.push(line))
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Waits until something is so, and says what the program printed where it ends before. */
  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    for (let isOver = false; ; ) {
      const found = find()
      if (found !== undefined) return found
      if (isOver) throw new Error(`it ended without ${what}:\n${this.#stderr}`)
      const pause = new Promise<false>((resolve) => setTimeout(resolve, 10, false))
      isOver = await Promise.race([pause, this.#ended.then(() => true)])
    }
  }

  /** The next line of its standard output, as the JSON that it is. */
  async next(): Promise<unknown> {
    return JSON.parse(await this.until(() => this.#lines.shift(), 'another line'))
  }

  /** Waits for the end, after a signal where one is given. */
  async end(signal?: NodeJS.Signals): Promise<ExampleEnd> {
    if (signal !== undefined) this.child.kill(signal)
    await this.#ended
    const { exitCode: code, signalCode } = this.child
    return { code, signal: signalCode, lines: this.#lines, stderr: this.#stderr }
  }
}
