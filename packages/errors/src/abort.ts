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

/** The error for an operation that its signal aborted. */
export function abortError(signal: AbortSignal, what: string): EdgeError {
  return new EdgeError('ABORTED', { summary: `${what} was aborted`, cause: signal.reason })
}
