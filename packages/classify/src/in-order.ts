import { EdgeError, throwIfAborted } from '@edge/errors'

/** Something to iterate over, at once or as it comes. */
export type Sources<S> = Iterable<S> | AsyncIterable<S>

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
    (Symbol.asyncIterator in sources || Symbol.iterator in sources)
  if (iterable) return
  const found = ArrayBuffer.isView(sources) ? 'the bytes of one' : typeof sources
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'these are not several pictures',
    expected: 'an array, or something else to iterate over, of paths or bytes',
    found: typeof sources === 'string' ? JSON.stringify(sources) : sources === null ? 'null' : found,
    remedy: 'For one picture there is classify().',
  })
}

/**
 * Works on several items at a time and yields the results in the items' order.
 *
 * An item is asked for when there is room for it, and a result is yielded as soon as it is the next one: it does not wait for
 * further items, which may come from a camera. Whatever ends the loop, all work has ended when the generator has. A result that
 * was yielded is not kept.
 *
 * @param limit - how many items are worked on, or wait to be taken, at a time.
 * @param work - what to do with an item. Its signal is aborted when nobody wants the result any more.
 * @param outer - ends the generator with `ABORTED`.
 * @throws what `work` or the iteration over `sources` throws, after the results of the items before.
 */
export async function* inOrder<S, R>(
  sources: Sources<S>,
  limit: number,
  work: (source: S, signal: AbortSignal) => Promise<R>,
  outer: AbortSignal | undefined,
): AsyncGenerator<R, void, undefined> {
  const iterator =
    Symbol.asyncIterator in sources ? sources[Symbol.asyncIterator]() : sources[Symbol.iterator]()
  const left = new AbortController()
  // Called by whatever happens: an abort, an item, a result. A race of promises would keep the results of all rounds for as long
  // as one of its promises is pending, and the one that waits for an abort is pending to the end.
  let wake = () => {}
  const happened = () => wake()
  const abort = () => {
    left.abort(outer?.reason)
    wake()
  }
  outer?.addEventListener('abort', abort)
  const running: Followed<R>[] = []
  let asked: Followed<IteratorResult<S>> | undefined
  let exhausted = false
  try {
    for (;;) {
      throwIfAborted(outer, 'the classification')
      if (!exhausted && running.length < limit) asked ??= follow(callNext(iterator), happened)
      const [first] = running
      if (asked?.outcome !== undefined) {
        const { outcome } = asked
        asked = undefined
        if ('failure' in outcome) {
          exhausted = true
          running.push({ outcome, settled: Promise.resolve() })
        } else if (outcome.value.done === true) exhausted = true
        else running.push(follow(work(outcome.value.value, left.signal), happened))
      } else if (first?.outcome !== undefined) {
        running.shift()
        if ('failure' in first.outcome) throw first.outcome.failure
        yield first.outcome.value
      } else if (asked === undefined && first === undefined) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    outer?.removeEventListener('abort', abort)
    left.abort()
    await Promise.all(running.map(({ settled }) => settled))
    if (!exhausted) {
      const ended = follow(endOf(iterator), happened)
      // An iterator that still owes an item answers only after it, which may be never.
      if (asked === undefined) await ended.settled
    }
  }
}

/** A promise whose outcome can be looked at without waiting. */
interface Followed<T> {
  outcome?: { readonly value: T } | { readonly failure: unknown }
  /** Fulfilled once there is an outcome, whichever. */
  readonly settled: Promise<void>
}

function follow<T>(promise: Promise<T>, happened: () => void): Followed<T> {
  const followed: Followed<T> = {
    settled: promise.then(
      (value) => {
        followed.outcome = { value }
        happened()
      },
      (failure: unknown) => {
        followed.outcome = { failure }
        happened()
      },
    ),
  }
  return followed
}

/** `async`, so that an iterator that throws at once gives a rejected promise like any other. */
async function callNext<S>(iterator: Iterator<S> | AsyncIterator<S>): Promise<IteratorResult<S>> {
  return await iterator.next()
}

async function endOf<S>(iterator: Iterator<S> | AsyncIterator<S>): Promise<void> {
  await iterator.return?.()
}
