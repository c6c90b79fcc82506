import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

// What cameras and programs call the formats that are decoded. Told by their names alone: to look into each file of a directory
// of 50,000 entries would take longer than to classify its pictures.
const PICTURE_NAME = /^[^.].*\.(?:avif|gif|jfif|jpe?g|jpe|png|tiff?|webp)$/is

/** Whether a file of a directory is one of its pictures, by its name. Hidden files are none. */
export function isPictureName(name: string): boolean {
  return PICTURE_NAME.test(name)
}

/** How to go through a directory. */
export interface WalkOptions {
  /** Whether to go into directories within it, too. Links to directories are not followed: they may lead back. */
  readonly recursive: boolean
  /** Is told of a directory within it that cannot be read; the others are gone on with. */
  readonly unreadable: (directory: string, error: unknown) => void
}

/**
 * The pictures in a directory, in the order of their names. One directory's names are in memory at a time.
 *
 * @throws what the system says where the directory itself cannot be read.
 */
export async function* picturesIn(
  directory: string,
  { recursive, unreadable }: WalkOptions,
): AsyncGenerator<string, void, undefined> {
  const left = [{ directory, entries: await entriesOf(directory, recursive) }]
  for (;;) {
    const current = left.at(-1)
    if (current === undefined) return
    const entry = current.entries.next()
    if (entry.done === true) {
      left.pop()
      continue
    }
    const { name, kind } = entry.value
    const path = join(current.directory, name)
    if (kind === 'picture') yield path
    else if (kind === 'link') {
      if (await isFile(path)) yield path
    } else {
      try {
        left.push({ directory: path, entries: await entriesOf(path, recursive) })
      } catch (error) {
        unreadable(path, error)
      }
    }
  }
}

interface Entry {
  readonly name: string
  readonly kind: 'picture' | 'link' | 'directory'
}

async function entriesOf(directory: string, recursive: boolean): Promise<IterableIterator<Entry>> {
  const entries: Entry[] = []
  for await (const entry of await opendir(directory, { bufferSize: 1024 })) {
    const { name } = entry
    if (entry.isDirectory()) {
      if (recursive && !name.startsWith('.')) entries.push({ name, kind: 'directory' })
    } else if (isPictureName(name)) {
      // A pipe or a socket is no picture of a directory's, whatever it is called.
      if (entry.isFile()) entries.push({ name, kind: 'picture' })
      else if (entry.isSymbolicLink()) entries.push({ name, kind: 'link' })
    }
  }
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1)).values()
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
