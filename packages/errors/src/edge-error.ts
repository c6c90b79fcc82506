import type { ErrorCode } from './codes.js'

// A registered symbol, not a class identity: two copies of this package in one process recognise each other's errors.
const BRAND = Symbol.for('@edge/errors/EdgeError')

/** What an {@link EdgeError} is made from. */
export interface EdgeErrorOptions {
  /** What went wrong, in one sentence without a full stop. */
  readonly summary: string
  /** What would have been right. */
  readonly expected?: string
  /** What was there instead. */
  readonly found?: string
  /** What the reader can do about it. */
  readonly remedy?: string
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * Every error that @edge/trt throws on purpose.
 *
 * `message` puts the parts together; `code` is stable and is what a program should look at.
 *
 * @example
 * ```ts
 * try {
 *   await Session.open('missing.tflite')
 * } catch (error) {
 *   if (error instanceof EdgeError && error.code === 'FILE_NOT_FOUND') console.error(error.remedy)
 *   else throw error
 * }
 * ```
 */
export class EdgeError extends Error {
  /** The kind of failure. */
  readonly code: ErrorCode
  /** What went wrong, without the other parts. */
  readonly summary: string
  /** What would have been right, if that can be said. */
  readonly expected: string | undefined
  /** What was there instead, if that can be said. */
  readonly found: string | undefined
  /** What to do about it, if that can be said. */
  readonly remedy: string | undefined

  constructor(code: ErrorCode, parts: EdgeErrorOptions) {
    const options = shortened(parts)
    super(composeMessage(options), options.cause === undefined ? undefined : { cause: options.cause })
    // An aborted operation is told apart by this name all over the platform.
    this.name = code === 'ABORTED' ? 'AbortError' : 'EdgeError'
    this.code = code
    this.summary = options.summary
    this.expected = options.expected
    this.found = options.found
    this.remedy = options.remedy
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether `value` is an EdgeError, of this copy of the package or of another. A subclass's instances are its own alone. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this function, and are what it is then asked about.
    if (this !== own) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && BRAND in value
  }
}

/** The class for its own use: a class that names itself inside gets another name from the bundler, in stacks and wherever it is printed. */
const own: unknown = EdgeError

// What was given may be part of a message, and may be megabytes: a picture as a data: URL, where a path belongs.
const MOST_CHARACTERS = 4000
const KEPT_END = 200

/** No part is longer than a person reads: of a longer one the beginning and the end are left. */
function shortened(options: EdgeErrorOptions): EdgeErrorOptions {
  const one = (text: string): string =>
    text.length <= MOST_CHARACTERS
      ? text
      : `${text.slice(0, MOST_CHARACTERS - KEPT_END)} … (${text.length} characters) … ${text.slice(-KEPT_END)}`
  return {
    summary: one(options.summary),
    ...(options.expected !== undefined && { expected: one(options.expected) }),
    ...(options.found !== undefined && { found: one(options.found) }),
    ...(options.remedy !== undefined && { remedy: one(options.remedy) }),
    ...(options.cause !== undefined && { cause: options.cause }),
  }
}

function composeMessage({ summary, expected, found, remedy }: EdgeErrorOptions): string {
  let message = summary
  if (expected !== undefined) message += `; expected ${expected}`
  if (found !== undefined) message += `${expected === undefined ? ';' : ','} found ${found}`
  // What a vendor's library said may end with one.
  if (remedy !== undefined) message += `${message.endsWith('.') ? '' : '.'} ${remedy}`
  return message
}
