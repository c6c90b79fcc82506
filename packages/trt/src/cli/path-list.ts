import { constants, createReadStream, fstat, open } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { EdgeError } from '@edge/errors'
import { systemError } from './system-error.js'

// Far longer than the longest path of any system: what goes on without an end of line is no list of paths, but perhaps a picture.
const LONGEST_PATH = 65_536

/** How a list of paths is written. */
export interface PathListFormat {
  /** What it is called in messages. */
  readonly name: string
  /** Whether paths end with NUL, as those of `find -print0`, and not with the line. */
  readonly nullSeparated: boolean
}

/**
 * The paths that a list names, as they come. Empty lines are passed over.
 *
 * @throws EdgeError `FILE_UNREADABLE` where it is no list of paths.
 */
export async function* pathsIn(
  stream: AsyncIterable<Uint8Array>,
  { name, nullSeparated }: PathListFormat,
): AsyncGenerator<string, void, undefined> {
  const separator = nullSeparated ? '\0' : '\n'
  const decoder = new TextDecoder()
  let rest = ''
  const pathOf = (item: string): string => {
    if (item.length > LONGEST_PATH) throw noList(name, `more than ${LONGEST_PATH} characters in one`)
    if (item.includes('\0')) throw noList(name, 'a NUL character', 'Say --null for paths that end with NUL.')
    return nullSeparated ? item : item.replace(/\r$/, '')
  }
  for await (const chunk of stream) {
    const text = rest + decoder.decode(chunk, { stream: true })
    const items = text.split(separator)
    rest = items.pop() ?? ''
    for (const item of items.map(pathOf)) if (item !== '') yield item
    pathOf(rest)
  }
  const last = pathOf(rest + decoder.decode())
  if (last !== '') yield last
}

/**
 * Opens a file that holds a list. It may be a pipe, such as a shell's `<(find …)`.
 *
 * @param signal - closes it: a read of a pipe that nobody writes to would keep the process alive.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function openList(path: string, signal: AbortSignal): Promise<Readable> {
  try {
    // Without O_NONBLOCK a named pipe without a writer would hold one of libuv's threads, which nothing can call back.
    const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const isPipe = (await promisify(fstat)(fd)).isFIFO()
    return isPipe
      ? new Socket({ fd, readable: true, writable: false, signal })
      : createReadStream(path, { fd, signal })
  } catch (error) {
    throw systemError('list', path, error)
  }
}

function noList(name: string, found: string, remedy = 'Check which file it is.'): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `${name} is not a list of paths`,
    expected: 'one path a line',
    found,
    remedy,
  })
}
