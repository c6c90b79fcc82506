import { isUtf8 } from 'node:buffer'
import { EdgeError } from '@edge/errors'
import { readFileBounded, toFilePath } from '@edge/model'

/** Names of a model's classes: a file with one a line, or the names. */
export type LabelSource = string | URL | readonly string[]

const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads labels, in the order of the classes.
 *
 * @param source - path of a UTF-8 file with one name a line and no blank lines between, of at most 16 MiB; or the names.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `LABELS_INVALID`, `INVALID_ARGUMENT`.
 */
export async function readLabels(source: LabelSource): Promise<readonly string[]> {
  if (Array.isArray(source)) return checkNames(source, 'the option labels', 'entry')
  const path = toFilePath(source, 'label file')
  const content = await readFileBounded(path, {
    what: 'label file',
    maxBytes: MAX_BYTES,
    tooLarge: 'LABELS_INVALID',
  })
  return parseLabels(content, path)
}

/**
 * Takes a label file apart.
 *
 * Space around a name, and blank lines after the last, are dropped. A blank line between names is an error: skipping it would move
 * all names after it by one.
 *
 * @param content - the file's bytes.
 * @param source - what to call it in messages.
 * @throws EdgeError `LABELS_INVALID`.
 */
export function parseLabels(content: Uint8Array, source: string): readonly string[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (cause) {
    throw notUtf8(content, source, cause)
  }
  return checkNames(text.trimEnd().split('\n'), source, 'line')
}

/**
 * Checks the labels of a model's TFLite Metadata, as if they came from a file.
 *
 * @throws EdgeError `LABELS_INVALID`.
 */
export function checkMetadataLabels(names: readonly string[]): readonly string[] {
  let { length } = names
  while (length > 0 && names[length - 1]?.trim() === '') length -= 1
  return checkNames(names.slice(0, length), "the label file in the model's TFLite Metadata", 'line')
}

function checkNames(names: readonly unknown[], source: string, unit: 'line' | 'entry'): readonly string[] {
  const checked = names.map((name, index) => {
    const at = unit === 'line' ? `line ${index + 1}` : `entry ${index}`
    if (typeof name !== 'string') throw invalid(source, 'names', `${typeof name} at ${at}`)
    const trimmed = name.trim()
    if (names.length > 1 && trimmed === '') throw invalid(source, 'a name for each class', `none at ${at}`)
    // Control characters never belong in a name, and are what binary files and attacks on terminals are made of.
    if (/\p{Cc}/u.test(trimmed)) throw invalid(source, 'names', `a control character at ${at}`)
    return trimmed
  })
  if (checked.length === 0 || checked[0] === '') throw invalid(source, 'one name a line', 'none at all')
  return checked
}

function notUtf8(content: Uint8Array, source: string, cause: unknown): EdgeError {
  const [first, second] = content
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (!isUtf16 && content.includes(0)) return invalid(source, 'UTF-8 text', 'binary data', cause)
  // No byte of a character of several bytes is a line feed: each line is text, or is not, by itself.
  const lines = Buffer.from(content).toString('latin1').split('\n')
  const wrong = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')))
  return new EdgeError('LABELS_INVALID', {
    summary: `${source} is not a list of labels`,
    expected: 'UTF-8 text',
    found: `bytes that are not, in line ${wrong + 1}`,
    remedy: `Convert it: iconv -f ${isUtf16 ? 'UTF-16' : 'LATIN1'} -t UTF-8 ${source} > labels-utf8.txt${isUtf16 ? '' : ' (or from whatever encoding it has)'}.`,
    cause,
  })
}

function invalid(source: string, expected: string, found: string, cause?: unknown): EdgeError {
  return new EdgeError('LABELS_INVALID', {
    summary: `${source} is not a list of labels`,
    expected,
    found,
    remedy: 'A label file is text with one name a line, in the order of the classes.',
    cause,
  })
}
