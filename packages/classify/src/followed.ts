/** A promise whose outcome can be looked at without waiting. */
export interface Followed<T> {
  outcome?: { readonly value: T } | { readonly failure: unknown }
  /** Fulfilled once there is an outcome, whichever. */
  readonly settled: Promise<void>
}

/**
 * Follows a promise, which so is never an unhandled rejection.
 *
 * @param happened - called once the outcome is there.
 */
export function follow<T>(promise: Promise<T>, happened: () => void): Followed<T> {
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
export async function callNext<S>(iterator: Iterator<S> | AsyncIterator<S>): Promise<IteratorResult<S>> {
  return await iterator.next()
}

/** Tells an iterator that nobody wants more of it. */
export async function endOf<S>(iterator: Iterator<S> | AsyncIterator<S>): Promise<void> {
  await iterator.return?.()
}
