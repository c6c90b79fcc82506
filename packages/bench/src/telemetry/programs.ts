import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** What came of a program that ran to its end: what it wrote to stdout, or why there is nothing. */
export type ProgramOutput = { readonly stdout: string } | { readonly failed: string }

/** A program that runs on beside this one. */
export interface RunningProgram {
  readonly pid: number | undefined
  /**
   * Ends it, and waits until it is gone. Never throws; the second call does nothing.
   *
   * @param patienceMs - how long it may take when it is asked to, before it is killed. Default: 2000.
   */
  end(patienceMs?: number): Promise<void>
}

/** Runs programs. Tests have one of their own. */
export interface ProgramRunner {
  /** Runs a program to its end, for no longer than `limitMs`. Never throws. */
  output(program: string, args: readonly string[], limitMs: number): Promise<ProgramOutput>
  /**
   * Starts a program that writes a line now and then. Never throws.
   *
   * @param onEnd - called once, when it has ended by itself or could not be started, and whether it could; not after `end()`.
   */
  lines(
    program: string,
    args: readonly string[],
    onLine: (line: string) => void,
    onEnd: (reason: string, started: boolean) => void,
  ): RunningProgram
}

const END_MS = 2000
const MOST_OUTPUT_BYTES = 1024 * 1024
const STDERR_CHARACTERS = 300

/** Programs of this machine, found in PATH; they speak English. */
export const machinePrograms: ProgramRunner = {
  output(program, args, limitMs) {
    const options = {
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_BYTES,
      env: environment(),
    } as const
    return new Promise((resolve) => {
      execFile(program, [...args], options, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout })
        else if (error.killed === true && error.signal === 'SIGKILL')
          resolve({ failed: `${program} did not end within ${limitMs} ms` })
        else resolve({ failed: failure(program, error, stderr) })
      })
    })
  },
  lines: (program, args, onLine, onEnd) => new LineProgram(program, args, onLine, onEnd),
}

/**
 * A child process whose lines are read.
 *
 * It never outlives this process. Where that ends in order, it kills the child; where it is killed itself, the child's pipe breaks,
 * and the next line that it writes ends it. Nor does the child keep this process from ending.
 */
class LineProgram implements RunningProgram {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #stderr = ''
  #ending = false

  constructor(
    program: string,
    args: readonly string[],
    onLine: (line: string) => void,
    onEnd: (reason: string, started: boolean) => void,
  ) {
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment() })
    this.#child = child
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    this.#gone = new Promise((resolve) => {
      const ended = (reason: string, started: boolean) => {
        process.removeListener('exit', kill)
        resolve()
        if (this.#ending) return
        this.#ending = true
        onEnd(reason, started)
      }
      child.once('error', (error) => ended(failure(program, error, ''), false))
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`
        ended(`${program} ended: ${withLastWords(how, this.#stderr)}`, true)
      })
    })
    child.unref()
    for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref()
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS)
    })
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!this.#ending) onLine(line)
      })
    }
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async end(patienceMs = END_MS): Promise<void> {
    this.#ending = true
    // Nothing of it is waited for any longer, but its end is.
    this.#child.ref()
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs)
    await this.#gone
    clearTimeout(timer)
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C' }
}

function failure(
  program: string,
  error: Error & { code?: unknown; signal?: unknown },
  stderr: string,
): string {
  const { code, signal } = error
  if (code === 'ENOENT') return `${program} is not installed`
  const how =
    typeof code === 'number'
      ? `exit code ${code}`
      : typeof signal === 'string'
        ? `signal ${signal}`
        : error.message
  return `${program} failed: ${withLastWords(how, stderr)}`
}

function withLastWords(how: string, stderr: string): string {
  const words = stderr.trim().split('\n').at(-1)?.trim()
  return words === undefined || words === '' ? how : `${how}; it last wrote: ${words}`
}
