import codes from '../codes.json' with { type: 'json' }

/**
 * A stable name for one kind of failure. Programs branch on it; messages may change between versions.
 *
 * The list is `codes.json`; the addon's C++ header is generated from the same file.
 */
export type ErrorCode = keyof typeof codes

/** Every error code, with a sentence that says what it means. */
export const ERROR_CODES: Readonly<Record<ErrorCode, string>> = codes

/** Whether `value` is one of the error codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value)
}
