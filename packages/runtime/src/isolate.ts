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
 * @throws EdgeError what opening threw there; `MODEL_INVALID` if the process was killed by a signal, or did not end in time.
 */
export async function tryInIsolation(source: ModelSource, options: SessionOptions): Promise<void> {
  const { isolate, ...others } = options
  const timeoutMs = (typeof isolate === 'object' ? isolate.timeoutMs : undefined) ?? DEFAULT_TIMEOUT_MS
  const task: TrialTask = {
    ...(typeof source.content === 'string' && { path: source.content }),
    options: others,
  }
  const program = createRequire(import.meta.url).resolve('#trial')
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    // The channel carries nothing: its end tells the trial that this process is gone, however it ended.
    stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    // Electron's executable is a browser unless it is told otherwise.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  // A process that died does not read: what it says, or its signal, tells more than the broken pipe.
  child.stdin?.on('error', () => {})
  child.stdin?.end(typeof source.content === 'string' ? undefined : source.content)
  const answer: Buffer[] = []
  child.stdout?.on('data', (data: Buffer) => answer.push(data))
  const begun = performance.now()
  const [code, signal]: unknown[] = await once(child, 'close')
  if (typeof signal === 'string') {
    const hung = signal === 'SIGKILL' && performance.now() - begun >= timeoutMs
    throw died(source, hung ? `no end after ${timeoutMs / 1000} s` : `${signal} in the trial process`, hung)
  }
  if (code !== 0) throw failure(source, Buffer.concat(answer).toString())
}

function died(source: ModelSource, found: string, hung: boolean): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: `the model ${source.name} ${hung ? 'hangs' : 'crashes'} the runtime that should run it`,
    expected: 'a model that can be opened and run on zeros',
    found,
    remedy: 'Do not use this model.',
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
