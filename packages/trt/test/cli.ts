import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url))

/** How a run of the command line ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A shell command that leads to where it is started, such as `cd /`. */
  readonly after?: string
  /** A file that takes its standard output. */
  readonly stdoutTo?: string
  /** What it reads on standard input; without it there is none. */
  readonly stdin?: string
  /** The same, and more is still to come: its standard input stays open. */
  readonly stdinOpen?: string
  /** Is given the process once it runs. */
  readonly meanwhile?: (child: ChildProcess) => void
}

const SIGNAL_AT_ONCE = `
  const { on } = process
  process.on = (name, listener) => {
    on.call(process, name, listener)
    if (name === 'SIGTERM') process.kill(process.pid, name)
    return process
  }`

/** Environment in which SIGTERM arrives as soon as it is listened for. */
export const signalledAtOnce: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SIGNAL_AT_ONCE)}`,
}

/** Runs the built command line, as a user's shell would, and waits for its end. */
export function edgeTrt(
  args: readonly string[],
  { env, after, stdoutTo, stdin, stdinOpen, meanwhile }: RunOptions = {},
): Promise<Ended> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: pnpm build`)
  const {
    EDGE_TFLITE_LIBRARY: _library,
    EDGE_TRT_DEBUG: _debug,
    NO_COLOR: _colour,
    ...inherited
  } = process.env
  const shell = `${after === undefined ? '' : `${after} && `}exec "$@"${stdoutTo === undefined ? '' : ` >${stdoutTo}`}`
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, CLI, ...args], {
    stdio: [(stdin ?? stdinOpen) === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...inherited, ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  // A command that has had enough closes it.
  child.stdin?.on('error', () => {})
  if (stdinOpen === undefined) child.stdin?.end(stdin)
  else child.stdin?.write(stdinOpen)
  meanwhile?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** Runs a command with `--json`, and parses what it prints. */
export async function edgeTrtJson(args: readonly string[], options?: RunOptions) {
  const ended = await edgeTrt([...args, '--json'], options)
  return { ...ended, document: JSON.parse(ended.stdout) }
}

/** Every failure: an exit code of its own, no signal, no stack trace, one line on standard error for each error. */
export function expectFailure(
  { code, signal, stderr }: Ended,
  exitCode: number,
  ...codes: readonly string[]
): void {
  expect(signal).toBeNull()
  expect(stderr.trimEnd().split('\n')).toEqual(
    codes.map((name) => expect.stringMatching(`^error \\[${name}\\]: .{20}`)),
  )
  expect(code).toBe(exitCode)
}
