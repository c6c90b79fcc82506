import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
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
 * @param expected - what would have been right, where the caller takes more than paths.
 * @throws EdgeError `INVALID_ARGUMENT` for anything else.
 */
export function toFilePath(value: unknown, what: string, expected = 'a path or a file: URL'): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
  if (value instanceof URL && value.protocol === 'file:') {
    try {
      return fileURLToPath(value)
    } catch (cause) {
      throw notAPath(value, what, expected, cause)
    }
  }
  throw notAPath(value, what, expected)
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

/** A check of a file's beginning. */
export interface HeaderCheck {
  /** How many bytes it looks at. */
  readonly bytes: number
  /** Gets that many bytes, or fewer where the file has fewer; what it throws is thrown on. */
  readonly check: (header: Uint8Array) => void
}

/** What {@link readFileBounded} is to say of a file. */
export interface BoundedFile {
  /** What the file is, for messages. */
  readonly what: string
  /** The largest size that is read. */
  readonly maxBytes: number
  /** The code of the error where the file is larger. */
  readonly tooLarge: ErrorCode
  /** What to do about a file that is larger. */
  readonly remedy?: string
  /** Looks at the file's beginning, before anything else is read, and throws where it is of another kind. */
  readonly header?: HeaderCheck
  /** Gives the memory that the file is read into, of at least so many bytes. Default: new memory. */
  readonly allocate?: (bytes: number) => Buffer
}

// What one read is asked for: the system calls of some platforms take less than 2 GiB.
const READ_BYTES = 2 ** 30
// Where a file does not say its size: those of /proc say 0.
const FIRST_BYTES = 64 * 1024

/**
 * Reads a whole file that is known to be small. Never more than one byte beyond the bound is read, whatever size the file says it
 * has: one may grow while it is read, and those of /proc say 0.
 *
 * @throws EdgeError as {@link openFile}, `tooLarge` where the file has more than `maxBytes` bytes, and what the header's check throws.
 */
export async function readFileBounded(path: string, file: BoundedFile): Promise<Buffer> {
  const { what, maxBytes, header, allocate = Buffer.allocUnsafeSlow } = file
  const { handle, bytes } = await openFile(path, what)
  try {
    const first = Math.max(Math.min(bytes, maxBytes) + 1, header?.bytes ?? 0)
    let content = allocate(bytes > maxBytes ? (header?.bytes ?? 0) : first)
    let length = 0
    if (header !== undefined) {
      length = await fill(handle, content, 0, header.bytes)
      header.check(content.subarray(0, length))
    }
    if (bytes > maxBytes) throw tooLarge(path, file, String(bytes))
    for (;;) {
      length = await fill(handle, content, length, content.length)
      if (length > maxBytes) throw tooLarge(path, file, 'more')
      if (length < content.length) return content.subarray(0, length)
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * length, FIRST_BYTES), maxBytes + 1))
      content.copy(larger)
      content = larger
    }
  } catch (error) {
    throw error instanceof EdgeError ? error : cannotOpen(path, what, error)
  } finally {
    await handle.close()
  }
}

/**
 * Reads from a file's own position into `content`, from `begin` on, up to `end` or the file's end.
 *
 * @returns where it ended.
 */
async function fill(handle: FileHandle, content: Buffer, begin: number, end: number): Promise<number> {
  let at = begin
  while (at < end) {
    const { bytesRead } = await handle.read(content, at, Math.min(end - at, READ_BYTES), null)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return at
}

function tooLarge(path: string, { what, maxBytes, tooLarge: code, remedy }: BoundedFile, found: string) {
  return new EdgeError(code, {
    summary: `the ${what} ${path} is too large`,
    expected: `at most ${maxBytes} bytes`,
    found,
    remedy: remedy ?? 'Check the path; this is probably another file.',
  })
}

function cannotOpen(path: string, what: string, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new EdgeError('FILE_NOT_FOUND', {
      summary: `there is no ${what} at ${path}`,
      remedy: `Check the path${isAbsolute(path) ? '' : `; relative paths start at ${workingDirectory()}`}.`,
      cause,
    })
  }
  const found = cause instanceof Error ? cause.message : String(cause)
  return unreadable(path, what, found, cause)
}

function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return 'the working directory, which has been deleted'
  }
}

function unreadable(path: string, what: string, found: string, cause?: unknown): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `the ${what} ${path} cannot be read`,
    expected: 'a regular file that this user may read',
    found,
    remedy: remedyFor(found, what),
    cause,
  })
}

function remedyFor(found: string, what: string): string {
  if (found === 'a directory') return `Name the ${what} inside it.`
  if (found === 'a pipe or a device') return 'Write what comes out of it to a file first.'
  return 'Check the path and its permissions.'
}

function notAPath(value: unknown, what: string, expected: string, cause?: unknown): EdgeError {
  let found: string = typeof value
  if (typeof value === 'string') found = JSON.stringify(value)
  else if (value instanceof URL) found = value.protocol === 'file:' ? value.href : `a ${value.protocol} URL`
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `this is not the path of a ${what}`,
    expected,
    found,
    cause,
  })
}
