import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EdgeError, type ErrorCode } from '@edge/errors'

/** A file that is open for reading. */
export interface OpenFile {
  /** The caller closes it. */
  readonly handle: FileHandle
  /** The file's size when it was opened. */
  readonly bytes: number
}

/**
 * Takes a path as applications give it.
 *
 * @param value - a path, or a `file:` URL.
 * @param what - what the file is, for messages: "model", "picture", "label file".
 * @throws EdgeError `INVALID_ARGUMENT` for anything else.
 */
export function toFilePath(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
  if (value instanceof URL && value.protocol === 'file:') {
    try {
      return fileURLToPath(value)
    } catch (cause) {
      throw notAPath(value, what, cause)
    }
  }
  throw notAPath(value, what)
}

/**
 * Opens a regular file for reading, and says in the product's own words why it cannot.
 *
 * @param path - where the file is.
 * @param what - what the file is, for messages: "model", "picture", "label file".
 * @throws EdgeError `FILE_NOT_FOUND`; `FILE_UNREADABLE` for a directory, a pipe, a device, or without permission.
 */
export async function openFile(path: string, what: string): Promise<OpenFile> {
  let handle: FileHandle | undefined
  try {
    // Without O_NONBLOCK, opening a pipe waits until something writes to it: one of libuv's few threads, for ever.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await handle.stat()
    if (stat.isFile()) return { handle, bytes: stat.size }
    throw unreadable(path, what, stat.isDirectory() ? 'a directory' : 'a pipe or a device')
  } catch (error) {
    await handle?.close()
    throw error instanceof EdgeError ? error : cannotOpen(path, what, error)
  }
}

/** What {@link readFileBounded} is to say of a file. */
export interface BoundedFile {
  /** What the file is, for messages. */
  readonly what: string
  /** The largest size that is read. */
  readonly maxBytes: number
  /** The code of the error where the file is larger. */
  readonly tooLarge: ErrorCode
}

/**
 * Reads a whole file that is known to be small.
 *
 * @throws EdgeError as {@link openFile}, and `tooLarge` where the file has more than `maxBytes` bytes.
 */
export async function readFileBounded(
  path: string,
  { what, maxBytes, tooLarge }: BoundedFile,
): Promise<Buffer> {
  const { handle, bytes } = await openFile(path, what)
  try {
    if (bytes > maxBytes) {
      throw new EdgeError(tooLarge, {
        summary: `the ${what} ${path} is too large`,
        expected: `at most ${maxBytes} bytes`,
        found: String(bytes),
        remedy: 'Check the path; this is probably another file.',
      })
    }
    return await handle.readFile()
  } catch (error) {
    throw error instanceof EdgeError ? error : cannotOpen(path, what, error)
  } finally {
    await handle.close()
  }
}

function cannotOpen(path: string, what: string, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no ${what} at ${path}`,
      remedy: `Check the path; relative paths start at ${process.cwd()}.`,
      cause,
    })
  }
  const found = cause instanceof Error ? cause.message : String(cause)
  return unreadable(path, what, found, cause)
}

function unreadable(path: string, what: string, found: string, cause?: unknown): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `the ${what} ${path} cannot be read`,
    expected: 'a regular file that this user may read',
    found,
    remedy: found === 'a directory' ? `Name the ${what} inside it.` : 'Check the path and its permissions.',
    cause,
  })
}

function notAPath(value: unknown, what: string, cause?: unknown): EdgeError {
  let found: string = typeof value
  if (typeof value === 'string') found = JSON.stringify(value)
  else if (value instanceof URL) found = value.protocol === 'file:' ? value.href : `a ${value.protocol} URL`
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `this is not the path of a ${what}`,
    expected: 'a path or a file: URL',
    found,
    cause,
  })
}
