import { EdgeError, type ErrorCode } from '@edge/errors'
import { printable } from './printable.js'

/** A command line that makes no sense; the process ends with exit code 2. */
export class UsageError extends Error {}

/** An error as `--json` tells it. */
export interface Failure {
  /** What it is about: a picture, the model, the command line. */
  readonly source: string
  readonly code: ErrorCode
  readonly message: string
}

/** Anything that was thrown, as a {@link Failure}. */
export function toFailure(source: string, error: unknown): Failure {
  if (error instanceof EdgeError) return { source, code: error.code, message: error.message }
  const message = error instanceof Error ? error.message : String(error)
  return { source, code: error instanceof UsageError ? 'INVALID_ARGUMENT' : 'INTERNAL', message }
}

/**
 * The line for people.
 *
 * @param error - its stack follows if `EDGE_TRT_DEBUG` is 1.
 */
export function failureText({ code, message }: Failure, error: unknown): string {
  const stack = process.env.EDGE_TRT_DEBUG === '1' && error instanceof Error ? `\n${error.stack}` : ''
  return `error [${code}]: ${printable(message)}${stack}\n`
}

/** The line for people about one picture of many, which it names if the message does not. */
export function pictureFailureText(failure: Failure, error: unknown): string {
  const { source, message } = failure
  return failureText(
    message.includes(source) ? failure : { ...failure, message: `${source}: ${message}` },
    error,
  )
}
