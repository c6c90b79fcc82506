import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { EdgeError, isErrorCode } from '@edge/errors'
import type { ModelSource } from './model-source.js'
import type { SessionOptions } from './options.js'

/** How long a trial may take before it is taken for one that never ends. */
const DEFAULT_TIMEOUT_MS = 60_000

/** What the trial process is told, as one JSON argument. */
export interface TrialTask {
  /** Path of the model; absent if its bytes come on standard input. */
  readonly path?: string
  readonly options: SessionOptions
}

/** What it answers, as JSON on standard output: nothing, or why the model could not be opened and run. */
export interface TrialFailure {
  readonly code: string
  readonly summary: string
  readonly expected?: string
  readonly found?: string
  readonly remedy?: string
}

/**
 * Opens a model, and runs it once on zeros, in a process of its own: a vendor's library that crashes or hangs on a hostile model
 * then takes that process with it instead of this one.
 *
 * It proves nothing about other inputs than zeros.
 *
 * The model's structure is checked there as well: a file could be made to keep that check busy.
 *
 * @throws EdgeError what opening threw there; `MODEL_INVALID` if the process was killed by a signal, or did not end in time;
 *   `BACKEND_UNAVAILABLE` if it could not be started.
 */
export async function tryInIsolation(source: ModelSource, options: SessionOptions): Promise<void> {
  const { isolate, ...others } = options
  const timeoutMs = (typeof isolate === 'object' ? isolate.timeoutMs : undefined) ?? DEFAULT_TIMEOUT_MS
  const task: TrialTask = {
    ...(typeof source.content === 'string' && { path: source.content }),
    options: others,
  }
  const program = createRequire(import.meta.url).resolve('#trial')
  const { code, signal, hung, answer } = await runTrial(program, task, source, timeoutMs).catch(
    (cause: unknown) => {
      throw notStarted(cause)
    },
  )
  if (signal !== null) {
    throw died(source, hung ? `no end after ${timeoutMs / 1000} s` : `${signal} in the trial process`, hung)
  }
  if (code !== 0) throw failure(source, answer)
}

interface TrialEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Whether the signal was ours. */
  readonly hung: boolean
  readonly answer: string
}

async function runTrial(
  program: string,
  task: TrialTask,
  source: ModelSource,
  timeoutMs: number,
): Promise<TrialEnd> {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    // The channel carries nothing: its end tells the trial that this process is gone, however it ended.
    stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
    // Electron's executable is a browser unless it is told otherwise.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  // A process that died does not read: what it says, or its signal, tells more than the broken pipe.
  child.stdin?.on('error', () => {})
  child.stdin?.end(typeof source.content === 'string' ? undefined : source.content)
  const answer: Buffer[] = []
  child.stdout?.on('data', (data: Buffer) => answer.push(data))
  let killed = false
  const timer = setTimeout(() => {
    killed = child.kill('SIGKILL')
  }, timeoutMs)
  try {
    await once(child, 'close')
  } finally {
    clearTimeout(timer)
  }
  const { exitCode: code, signalCode: signal } = child
  return { code, signal, hung: killed && signal === 'SIGKILL', answer: Buffer.concat(answer).toString() }
}

function notStarted(cause: unknown): EdgeError {
  return new EdgeError('BACKEND_UNAVAILABLE', {
    summary: 'no process could be started to try the model in',
    expected: 'that this process may start another one',
    found: cause instanceof Error ? cause.message : String(cause),
    remedy: 'Raise the limit of processes or memory, or open models that you trust without isolate.',
    cause,
  })
}

function died(source: ModelSource, found: string, hung: boolean): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: `the model ${source.name} ${hung ? 'hangs the trial of it' : 'crashes the runtime that should run it'}`,
    expected: 'a model that can be opened and run on zeros',
    found,
    remedy: hung ? 'Do not use this model, or raise timeoutMs.' : 'Do not use this model.',
  })
}

function failure(source: ModelSource, answer: string): EdgeError {
  const reported = parseFailure(answer)
  if (reported === undefined) {
    return new EdgeError('MODEL_INVALID', {
      summary: `the trial of the model ${source.name} ended without an answer`,
      found: answer.slice(0, 200) || 'nothing',
    })
  }
  const { code, ...text } = reported
  return new EdgeError(isErrorCode(code) ? code : 'INTERNAL', text)
}

function parseFailure(answer: string): TrialFailure | undefined {
  try {
    const value: unknown = JSON.parse(answer)
    if (typeof value !== 'object' || value === null) return undefined
    const text = (key: string): string | undefined => {
      const member: unknown = Reflect.get(value, key)
      return typeof member === 'string' ? member : undefined
    }
    const [code, summary] = [text('code'), text('summary')]
    if (code === undefined || summary === undefined) return undefined
    const [expected, found, remedy] = [text('expected'), text('found'), text('remedy')]
    return {
      code,
      summary,
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found }),
      ...(remedy !== undefined && { remedy }),
    }
  } catch {
    return undefined
  }
}
