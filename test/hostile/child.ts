import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a child made of one model, or of one picture. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly answer: Readonly<Record<string, string>>
      readonly milliseconds: number
    }
  | { readonly kind: 'died'; readonly phase: string; readonly how: string; readonly said: string }
  | { readonly kind: 'hung'; readonly phase: string }

export interface ChildLimits {
  readonly timeoutMs: number
  /** Address space of the process, with what Node.js reserves and never uses. */
  readonly addressSpaceMb: number
  readonly nodeOptions?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A program of `children`. */
type Program = 'takes-apart' | 'runs' | 'opens-isolated' | 'classifies' | 'decodes-alone'

/** A program that takes one model, or picture, after the other, and is started anew when one ends it. */
export class Child {
  readonly #program: string
  readonly #limits: ChildLimits
  #process: ChildProcess | undefined
  #said = ''

  constructor(program: Program, limits: ChildLimits) {
    this.#program = fileURLToPath(new URL(`children/${program}.mjs`, import.meta.url))
    this.#limits = limits
  }

  /** Sends one of them, and waits for what becomes of it. */
  async ask(message: object): Promise<Reply> {
    const child = await this.#started()
    this.#said = ''
    const begun = performance.now()
    return await new Promise((resolve) => {
      let phase = 'start'
      const settle = (reply: Reply): void => {
        clearTimeout(timer)
        child.off('message', onMessage).off('exit', onExit)
        resolve(reply)
      }
      const onMessage = (value: unknown): void => {
        const told = textMember(value, 'phase')
        if (told !== undefined) phase = told
        const answer = answerOf(value)
        if (answer !== undefined) settle({ kind: 'answer', answer, milliseconds: performance.now() - begun })
      }
      const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#process = undefined
        settle({
          kind: 'died',
          phase,
          how: signal ?? `exit code ${code}`,
          said: this.#said.trim().slice(-400),
        })
      }
      const timer = setTimeout(() => {
        child.off('exit', onExit)
        void this.stop().then(() => settle({ kind: 'hung', phase }))
      }, this.#limits.timeoutMs)
      child.on('message', onMessage).on('exit', onExit)
      child.send(message)
    })
  }

  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async #started(): Promise<ChildProcess> {
    if (this.#process !== undefined) return this.#process
    const { addressSpaceMb, nodeOptions = [], environment } = this.#limits
    const child = fork(this.#program, [], {
      // The shell sets limits and becomes Node.js; `$0` is the executable, `$@` what it is to run.
      execPath: '/bin/sh',
      execArgv: [
        '-c',
        `ulimit -c 0; ulimit -v ${addressSpaceMb * 1024}; exec "$0" "$@"`,
        process.execPath,
        ...nodeOptions,
      ],
      serialization: 'advanced',
      // glibc fills memory when it is had and freed: what is read before it was written, or beyond its end, is never zero by luck.
      env: { ...process.env, MALLOC_PERTURB_: '165', ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#process = child
    child.stderr?.on('data', (data: Buffer) => {
      this.#said = `${this.#said}${data.toString()}`.slice(-4000)
    })
    await once(child, 'spawn')
    return child
  }
}

function textMember(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const member: unknown = Reflect.get(value, key)
  return typeof member === 'string' ? member : undefined
}

function answerOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const answer: unknown = Reflect.get(value, 'answer')
  if (typeof answer !== 'object' || answer === null) return undefined
  return Object.fromEntries(Object.entries(answer).map(([key, member]) => [key, String(member)]))
}
