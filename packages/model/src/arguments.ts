import { isUint8Array } from 'node:util/types'
import { EdgeError } from '@edge/errors'

/**
 * Checks that an argument is a file's bytes: a path, or a parsed model, would bring errors of the platform's that nobody understands.
 *
 * @param what - whose bytes, for messages: "a TFLite model".
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkBytes(value: unknown, what: string): asserts value is Uint8Array {
  // Also those of another realm, as test environments have.
  if (isUint8Array(value)) return
  const isPath = typeof value === 'string' || value instanceof URL
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `the argument is not the bytes of ${what}`,
    expected: 'a Uint8Array, such as readFile() returns',
    found: describe(value),
    remedy: isPath ? 'Read the file first: await readFile(path).' : 'Give the whole file.',
  })
}

/**
 * Checks that an argument is a model that was read: bytes have no fields, and would count as a model without anything.
 *
 * @param field - one that such a model has in any case.
 * @param reader - what reads one, for messages: "readTflite".
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkModel(value: unknown, field: string, reader: string): void {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && field in value) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'the argument is not a model that was read',
    expected: `what ${reader}() returns`,
    found: describe(value),
    remedy: `Read the file first: ${reader}(bytes).`,
  })
}

/**
 * Checks that an argument is a list of names: the letters of a string would count as some.
 *
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkNames(value: unknown): void {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: 'the names of tensors are not a list of strings',
    expected: 'a list, also of one name: ["name"]',
    found: describe(value),
  })
}

/** What a value is, in a few words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  if (value instanceof URL) return `the URL ${value.href}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isUint8Array(value)) return `${value.length} bytes`
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'without a class'})`
  return typeof value
}
