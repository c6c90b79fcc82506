import { setMaxListeners } from 'node:events'
import { EdgeError, throwIfAborted } from '@edge/errors'
import { callNext, endOf, type Followed, follow } from './followed.js'

/** Something to iterate over, at once or as it comes: an array, a generator, a stream of objects. */
export type Sources<S> = Iterable<S> | AsyncIterable<S>

/** How much is under way at a time. */
export interface Limits {
  /** How many items are worked on. */
  readonly working: number
  /** How many items are worked on, or done and wait to be taken: at least `working`. */
  readonly kept: number
}

/**
 * Refuses what is no list of pictures. One path, or the bytes of one picture, can be iterated over, but not so that it makes sense.
 *
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkSources(sources: unknown): void {
  const iterable =
    typeof sources === 'object' &&
    sources !== null &&
    !ArrayBuffer.isView(sources) &&
    !isByteStream(sources) &&
    (Symbol.asyncIterator in sources || Symbol.iterator in sources)
  if (iterable) return
  const ofOne = ArrayBuffer.isView(sources) || isByteStream(sources)
  const found = ofOne ? 'the bytes of one' : typeof sources
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'these are not several pictures',
    expected: 'an array, or something else to iterate over, of paths or bytes',
    found: typeof sources === 'string' ? JSON.stringify(sources) : sources === null ? 'null' : found,
    remedy: 'For one picture there is classify().',
  })
}

/** A stream of Node.js whose chunks are bytes of one file, and not objects. */
function isByteStream(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'readableObjectMode' in value &&
    value.readableObjectMode === false
  )
}

/**
 * Works on several items at a time and yields the results in the items' order.
 *
 * An item is asked for when there is room for it, and a result is yielded as soon as it is the next one: it does not wait for
 * further items, which may come from a camera. Work goes on while whoever takes the results does something else, and behind an item that
 * takes long, until `kept` is reached. Whatever ends the loop, all work has ended when the generator has. A result that was
 * yielded is not kept.
 *
 * @param work - what to do with an item. Its signal is aborted when nobody wants the result any more.
 * @param outer - ends the generator with `ABORTED`.
 * @throws what `work` or the iteration over `sources` throws, after the results of the items before.
 */
export async function* inOrder<S, R>(
  sources: Sources<S>,
  limits: Limits,
  work: (source: S, signal: AbortSignal) => Promise<R>,
  outer: AbortSignal | undefined,
): AsyncGenerator<R, void, undefined> {
  const left = new AbortController()
  // Several for each item that is worked on.
  setMaxListeners(0, left.signal)
  const pump = new Pump(sources, limits, (source: S) => work(source, left.signal))
  const abort = () => {
    left.abort(outer?.reason)
    pump.stop()
  }
  outer?.addEventListener('abort', abort)
  try {
    for (;;) {
      throwIfAborted(outer, 'the work on the pictures')
      pump.fill()
      const taken = pump.take()
      if (taken !== undefined) yield taken.value
      else if (pump.finished) return
      else await pump.change()
    }
  } finally {
    outer?.removeEventListener('abort', abort)
    left.abort()
    await pump.end()
  }
}

/** Asks for items and works on them, whether or not anybody waits for a result. */
class Pump<S, R> {
  readonly #iterator: Iterator<S> | AsyncIterator<S>
  readonly #limits: Limits
  readonly #work: (source: S) => Promise<R>
  /** Items worked on, or done and not taken, in the items' order. */
  readonly #entries: Followed<R>[] = []
  #asked: Followed<IteratorResult<S>> | undefined
  #working = 0
  #exhausted = false
  #stopped = false
  // Called by whatever happens: an abort, an item, a result. A race of promises would keep the results of all rounds for as long
  // as one of its promises is pending, and the one that waits for an abort is pending to the end.
  #wake = () => {}

  constructor(sources: Sources<S>, limits: Limits, work: (source: S) => Promise<R>) {
    this.#iterator =
      Symbol.asyncIterator in sources ? sources[Symbol.asyncIterator]() : sources[Symbol.iterator]()
    this.#limits = limits
    this.#work = work
  }

  /** Whether everything was taken, and nothing is to come. */
  get finished(): boolean {
    return this.#exhausted && this.#entries.length === 0
  }

  /** Asks for an item where there is room for one. */
  fill(): void {
    const { working, kept } = this.#limits
    const room = this.#working < working && this.#entries.length < kept
    if (!room || this.#exhausted || this.#stopped || this.#asked !== undefined) return
    this.#asked = follow(callNext(this.#iterator), () => this.#begin())
  }

  /**
   * The next result, if it is there.
   *
   * @throws what ended the work, or the iteration.
   */
  take(): { readonly value: R } | undefined {
    const outcome = this.#entries[0]?.outcome
    if (outcome === undefined) return undefined
    this.#entries.shift()
    if ('failure' in outcome) throw outcome.failure
    return outcome
  }

  /** Resolves when something has happened since. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** Asks for nothing more. */
  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** Waits for the work under way, and ends the iteration. */
  async end(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#entries.map(({ settled }) => settled))
    if (this.#exhausted) return
    const ended = follow(endOf(this.#iterator), () => {})
    // An iterator that still owes an item answers only after it, which may be never.
    if (this.#asked === undefined) await ended.settled
  }

  #begin(): void {
    const outcome = this.#asked?.outcome
    if (outcome === undefined) return
    this.#asked = undefined
    if ('failure' in outcome) {
      this.#exhausted = true
      this.#entries.push({ outcome, settled: Promise.resolve() })
    } else if (outcome.value.done === true) this.#exhausted = true
    else if (!this.#stopped) {
      this.#working += 1
      const done = () => {
        this.#working -= 1
        this.fill()
        this.#wake()
      }
      this.#entries.push(follow(this.#work(outcome.value.value), done))
    }
    this.fill()
    this.#wake()
  }
}
