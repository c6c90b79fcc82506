import { abortError } from '@edge/errors'

/** Something to iterate over, at once or as it comes. */
export type Sources<S> = Iterable<S> | AsyncIterable<S>

/**
 * Works on several items at a time and yields the results in the items' order.
 *
 * An item is asked for when there is room for it, and a result is yielded as soon as it is the next one: it does not wait for
 * further items, which may come from a camera. Whatever ends the loop, all work has ended when the generator has.
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
  const signal = outer === undefined ? left.signal : AbortSignal.any([outer, left.signal])
  const aborted = whenAborted(outer)
  const running: Promise<R>[] = []
  let pending: Promise<IteratorResult<S>> | undefined
  let exhausted = false
  try {
    for (;;) {
      if (!exhausted && running.length < limit) pending ??= quiet(callNext(iterator))
      const [first] = running
      if (pending === undefined && first === undefined) return
      const event = await Promise.race([
        aborted.promise,
        ...(pending === undefined ? [] : [itemOf(pending)]),
        ...(first === undefined ? [] : [resultOf(first)]),
      ])
      if ('result' in event) {
        running.shift()
        yield event.result
        continue
      }
      pending = undefined
      if ('failure' in event) {
        exhausted = true
        running.push(quiet(Promise.reject(event.failure)))
      } else if (event.item.done === true) exhausted = true
      else running.push(quiet(work(event.item.value, signal)))
    }
  } finally {
    aborted.forget()
    left.abort()
    await Promise.allSettled(running)
    if (!exhausted) {
      const ended = quiet(Promise.resolve(iterator.return?.()))
      // An iterator that still owes an item answers only after it, which may be never.
      if (pending === undefined) await ended
    }
  }
}

/** `async`, so that an iterator that throws at once gives a rejected promise like any other. */
async function callNext<S>(iterator: Iterator<S> | AsyncIterator<S>): Promise<IteratorResult<S>> {
  return await iterator.next()
}

function itemOf<S>(
  pending: Promise<IteratorResult<S>>,
): Promise<{ readonly item: IteratorResult<S> } | { readonly failure: unknown }> {
  return pending.then(
    (item) => ({ item }),
    (failure: unknown) => ({ failure }),
  )
}

async function resultOf<R>(first: Promise<R>): Promise<{ readonly result: R }> {
  return { result: await first }
}

/** A promise may fail before anyone waits for it, or after the last one did; that is no unhandled rejection. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function whenAborted(signal: AbortSignal | undefined): {
  readonly promise: Promise<never>
  readonly forget: () => void
} {
  let abort = () => {}
  const promise = new Promise<never>((_, reject) => {
    abort = () => {
      if (signal !== undefined) reject(abortError(signal, 'the classification'))
    }
  })
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  return { promise: quiet(promise), forget: () => signal?.removeEventListener('abort', abort) }
}
