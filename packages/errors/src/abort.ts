import { EdgeError } from './edge-error.js'

/**
 * Stops here if a signal was aborted.
 *
 * @param what - what stops, for the message: "the run".
 * @throws EdgeError `ABORTED`, with the signal's reason as its cause.
 */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw abortError(signal, what)
}

/**
 * Checks an option `signal`, of which something else would be ignored until it is too late.
 *
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return
  // By what is used of it, not by its class: test environments have a class of their own.
  const fits =
    typeof signal === 'object' &&
    signal !== null &&
    'aborted' in signal &&
    typeof signal.aborted === 'boolean' &&
    'addEventListener' in signal &&
    typeof signal.addEventListener === 'function'
  if (fits) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'the option signal is not an AbortSignal',
    expected: 'an AbortSignal, such as the signal of an AbortController',
    found: signal === null ? 'null' : typeof signal,
  })
}

/** The error for an operation that its signal aborted. */
export function abortError(signal: AbortSignal, what: string): EdgeError {
  return new EdgeError('ABORTED', { summary: `${what} was aborted`, cause: signal.reason })
}
