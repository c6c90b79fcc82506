import { printable } from '@edge/bench/text'
import { EdgeError, type ErrorCode } from '@edge/errors'
import { inFlags } from './in-flags.js'

/** A command line that makes no sense; the process ends with exit code 2. */
export class UsageError extends Error {}

/** What a failure is about where the command line itself is wrong. */
export const COMMAND_LINE = 'command line'

/** An error as `--json` tells it. */
export interface Failure {
  /** What it is about: a picture, the model, the command line. */
  readonly source: string
  readonly code: ErrorCode
  readonly message: string
}

/** Anything that was thrown, as a {@link Failure} in words of the command line. */
export function toFailure(source: string, error: unknown): Failure {
  if (error instanceof EdgeError) return { source, code: error.code, message: inFlags(error.message) }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) return { source: COMMAND_LINE, code: 'INVALID_ARGUMENT', message }
  return { source, code: 'INTERNAL', message }
}

/** Whether it is the command line that has to be mended, and neither a file nor the machine. */
export function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof EdgeError && error.code === 'BACKEND_UNKNOWN')
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
