import { EdgeError } from '@edge/errors'
import type { TensorProto } from './schema.js'

const EXTERNAL = 1

/** Where a tensor's data are, in a file beside the model. */
export interface ExternalReference {
  /** Path of the file, relative to the model's directory and inside it. */
  readonly location: string
  /** First byte in the file. */
  readonly offset: number
  /** Number of bytes; undefined where the file does not say and the shape decides. */
  readonly length: number | undefined
}

/** Whether a tensor's data are outside the model file. */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === EXTERNAL
}

/** The value of `dataLocation` for data outside the model file. */
export const EXTERNAL_LOCATION = EXTERNAL

/**
 * Reads and checks where a tensor's data are.
 *
 * @param place - what to call the tensor in messages.
 * @throws EdgeError `MODEL_INVALID` for a path that leaves the model's directory, or numbers that are none.
 */
export function externalReference(tensor: TensorProto, place: string): ExternalReference {
  const entries = new Map<string, string>()
  for (const { key = '', value = '' } of tensor.externalData) {
    if (entries.has(key)) throw invalid(place, 'each key once', `"${key}" twice`)
    entries.set(key, value)
  }
  const location = entries.get('location')
  if (location === undefined || !isInside(location)) {
    throw invalid(
      place,
      "a relative path inside the model's directory, without ..",
      location === undefined ? 'no location' : JSON.stringify(location),
    )
  }
  return {
    location,
    offset: wholeNumber(entries.get('offset'), 'offset', place) ?? 0,
    length: wholeNumber(entries.get('length'), 'length', place),
  }
}

function isInside(location: string): boolean {
  // Backslashes and drive letters are separators and roots on another system, where the same model may be opened.
  const parts = location.split(/[/\\]/)
  return (
    location !== '' &&
    !location.includes('\0') &&
    !/^[/\\]|^[A-Za-z]:/.test(location) &&
    !parts.includes('..') &&
    parts.some((part) => part !== '' && part !== '.')
  )
}

function wholeNumber(text: string | undefined, key: string, place: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(value)) return value
  throw invalid(place, `a whole number as ${key}`, JSON.stringify(text))
}

function invalid(place: string, expected: string, found: string): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: `${place} has external data in a place that is not allowed`,
    expected,
    found,
    remedy: 'Keep the data file beside the model and export it again.',
  })
}
