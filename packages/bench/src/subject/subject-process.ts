import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { EdgeError } from '@edge/errors'
import { AnswerLines } from './answer-lines.js'
import { LastWords } from './last-words.js'
import {
  answerSchema,
  type Building,
  type Classified,
  type Loaded,
  type LoadRequest,
  type Ran,
  type RunRequest,
  type SubjectAnswer,
  type SubjectRequest,
} from './protocol.js'

/** A program that speaks the protocol of `protocol.ts`. */
export interface SubjectProgram {
  /** What tables call it: "tflite", "ai-edge-litert". */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to the runner's own environment. */
  readonly env?: Readonly<Record<string, string>>
}

type AnswerOf<K extends SubjectAnswer['answer']> = Extract<SubjectAnswer, { answer: K }>

/** How long an answer is waited for. */
export interface Limits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Hears how far the building is of what is loaded: `timeoutMs` begins anew with each word of it. */
  readonly onBuilding?: ((building: Building) => void) | undefined
}

/** Whoever waits for an answer. */
interface Waiting {
  readonly answer: (answer: SubjectAnswer) => void
  readonly fail: (error: EdgeError) => void
}

// No answer of a well-meaning subject is longer: six million samples. A string may be twice as long.
const MOST_LINE_CHARACTERS = 256 * 1024 * 1024
// What timers can wait: 24 days. Longer is none at all to them.
const LONGEST_TIMER_MS = 2 ** 31 - 1
const END_MS = 5000

/**
 * A subject at work: a child process that is asked one thing at a time.
 *
 * It may crash, hang or talk nonsense: all of that is an error of the request that met it, with what it last wrote to stderr,
 * and of all later ones. It is killed then. Where the runner is killed, its stdin closes: it ends with its turn.
 */
export class SubjectProcess {
  readonly program: SubjectProgram
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines = new AnswerLines(MOST_LINE_CHARACTERS)
  readonly #stderr = new LastWords()
  #failure: EdgeError | undefined
  #waiting: Waiting | undefined
  readonly #exited: Promise<void>

  constructor(program: SubjectProgram) {
    this.program = program
    this.#child = spawn(program.command, [...program.args], {
      stdio: 'pipe',
      env: { ...process.env, ...program.env },
      // Ctrl-C is the runner's: a subject that ended at once would look like one that crashed.
      detached: true,
    })
    this.#child.stderr.setEncoding('utf8')
    this.#child.stderr.on('data', (text: string) => this.#stderr.add(text))
    // A pipe whose reader has died; the exit says the rest.
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.setEncoding('utf8')
    this.#child.stdout.on('data', (text: string) => this.#take(text))
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (cause) => {
        this.#fail(this.#error('could not be started', { found: cause.message, cause }))
        resolve()
      })
      this.#child.once('close', (code, signal) => {
        const found = signal === null ? `exit code ${code}` : `signal ${signal}`
        this.#fail(this.#error('ended before it answered', { found: this.#withLastWords(found) }))
        resolve()
      })
    })
  }

  /** Of the process; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** What it wrote to stderr last: up to 20 lines. Its errors have the last of them in their message. */
  get lastWords(): readonly string[] {
    return this.#stderr.lines
  }

  /** Opens a model; errors as of {@link run}. */
  load(model: Omit<LoadRequest, 'ask'>, limits: Limits): Promise<Loaded> {
    return this.#ask({ ask: 'load', ...model }, 'loaded', limits)
  }

  /**
   * Runs inferences.
   *
   * @throws EdgeError `SUBJECT_FAILED` where the process crashed, hung or did not keep to the protocol, and `ABORTED`: both end it.
   * @throws SubjectRefusal where it answered that it could not, which does not end it.
   */
  async run(runs: Omit<RunRequest, 'ask'>, limits: Limits): Promise<Ran> {
    const ran = await this.#ask({ ask: 'run', ...runs }, 'ran', limits)
    const asked = runs.images.length
    const told = ran.samplesMs.length
    if (told === asked && ran.beginsMs.length === asked) return ran
    const found = told === asked ? `${ran.beginsMs.length} begins` : `${told} times`
    throw this.#end(
      this.#error('told of another number of runs than asked for', { expected: `${asked}`, found }),
    )
  }

  /** Classes of each picture that it was loaded with; errors as of {@link run}. */
  classify(topK: number, limits: Limits): Promise<Classified> {
    return this.#ask({ ask: 'classify', topK }, 'classified', limits)
  }

  /**
   * Has it free everything and end by itself; kills it where it does not. Never throws.
   *
   * @param patienceMs - how long it is given for the one, and then for the other.
   */
  async end(patienceMs = END_MS): Promise<void> {
    if (this.#failure === undefined) {
      // Whatever it answers, or does not, it is to be gone.
      await this.#ask({ ask: 'end' }, 'ended', { timeoutMs: patienceMs }).catch(() => this.kill())
      this.#child.stdin.end()
      const timer = setTimeout(() => this.kill(), patienceMs)
      await this.#exited
      clearTimeout(timer)
    }
    await this.#exited
  }

  /** Ends it at once, with whatever it has started. */
  kill(): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }

  async #ask<K extends SubjectAnswer['answer']>(
    request: SubjectRequest,
    expected: K,
    limits: Limits,
  ): Promise<AnswerOf<K>> {
    const answer = await this.#exchange(JSON.stringify(request), limits)
    if (answer.answer === 'failed') throw new SubjectRefusal(this.program.name, answer)
    if (isAnswer(answer, expected)) return answer
    throw this.#end(this.#error('gave another answer than asked for', { expected, found: answer.answer }))
  }

  #exchange(request: string, { timeoutMs, signal, onBuilding }: Limits): Promise<SubjectAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#waiting !== undefined) throw new TypeError('a subject is asked one thing at a time')
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#end(
            this.#error('did not answer', {
              expected: `an answer within ${timeoutMs / 1000} s`,
              found: this.#withLastWords('none'),
              remedy: 'Raise timeoutSeconds if it is only slow.',
            }),
          )
        },
        Math.min(timeoutMs, LONGEST_TIMER_MS),
      )
      const abort = () => {
        this.#end(
          new EdgeError('ABORTED', { summary: `the measurement of ${this.program.name} was aborted` }),
        )
      }
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiting = undefined
      }
      this.#waiting = {
        answer: (answer) => {
          if (answer.answer === 'building' && onBuilding !== undefined) {
            timer.refresh()
            onBuilding(answer)
            return
          }
          done()
          resolve(answer)
        },
        fail: (error) => {
          done()
          reject(error)
        },
      }
      if (signal?.aborted === true) abort()
      else {
        signal?.addEventListener('abort', abort, { once: true })
        this.#child.stdin.write(`${request}\n`)
      }
    })
  }

  #take(text: string): void {
    // What it still wrote when it was given up.
    if (this.#failure !== undefined) return
    const lines = this.#lines.add(text)
    if (lines === undefined) this.#end(this.#error('gave an answer that is too long', {}))
    for (const line of lines ?? []) {
      if (this.#failure !== undefined) return
      if (this.#waiting !== undefined) this.#hear(line, this.#waiting)
      else this.#end(this.#error('answered without having been asked', { found: line.slice(0, 200) }))
    }
  }

  #hear(line: string, { answer }: Waiting): void {
    let document: unknown
    try {
      document = JSON.parse(line)
    } catch (cause) {
      this.#end(this.#error('gave an answer that is not JSON', { found: line.slice(0, 200), cause }))
      return
    }
    const parsed = answerSchema.safeParse(document)
    if (parsed.success) {
      answer(parsed.data)
      return
    }
    const [issue] = parsed.error.issues
    this.#end(
      this.#error('gave an answer outside the protocol', {
        found: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      }),
    )
  }

  #end(error: EdgeError): EdgeError {
    this.#fail(error)
    this.kill()
    return error
  }

  #fail(error: EdgeError): void {
    this.#failure ??= error
    this.#waiting?.fail(this.#failure)
  }

  #error(what: string, parts: Omit<ConstructorParameters<typeof EdgeError>[1], 'summary'>): EdgeError {
    return new EdgeError('SUBJECT_FAILED', { summary: `${this.program.name} ${what}`, ...parts })
  }

  #withLastWords(found: string): string {
    const words = this.lastWords.at(-1)
    return words === undefined ? found : `${found}; it last wrote: ${words}`
  }
}

/** What a subject itself says it could not do. It lives on. */
export class SubjectRefusal extends Error {
  readonly subject: string
  /** The subject's own code: an error code of this product's, or a name of its language's. */
  readonly code: string
  /** Which picture it is about, where it is one that cannot be read or decoded. */
  readonly image: number | undefined

  constructor(subject: string, { code, message, image }: Omit<Failed, 'answer'>) {
    super(message)
    this.name = 'SubjectRefusal'
    this.subject = subject
    this.code = code
    this.image = image
  }
}

type Failed = AnswerOf<'failed'>

function isAnswer<K extends SubjectAnswer['answer']>(
  answer: SubjectAnswer,
  expected: K,
): answer is AnswerOf<K> {
  return answer.answer === expected
}
