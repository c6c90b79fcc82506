import { statSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { EdgeError } from '@edge/errors'
import { UsageError } from './failure.js'
import { openList, pathsIn } from './path-list.js'
import { picturesIn } from './picture-files.js'
import { systemError } from './system-error.js'

/** What the command line names: pictures, directories, patterns, lists. */
export interface NamedSources {
  /** Files, directories, patterns, `@list`, and `-` for a list on standard input. */
  readonly named: readonly string[]
  /** Files with lists, or `-`. */
  readonly lists: readonly string[]
  /** Whether lists are separated by NUL. */
  readonly nullSeparated: boolean
  /** Whether directories are gone into to their depth. */
  readonly recursive: boolean
}

/** A picture's path, or why there is none. */
export type Found =
  | { readonly path: string }
  | { readonly path?: undefined; readonly source: string; readonly error: unknown }

const STDIN = '-'

/**
 * Checks that there is something to look for.
 *
 * @throws UsageError.
 */
export function checkSources({ named, lists, nullSeparated }: NamedSources): void {
  if (named.length === 0 && lists.length === 0) {
    throw new UsageError('there is no picture to classify; name files, directories or - for a list of them')
  }
  const listed = [...lists, ...named.filter(isList)]
  if (listed.filter((name) => name === STDIN).length > 1) {
    throw new UsageError('- stands twice, and there is one standard input')
  }
  if (nullSeparated && listed.length === 0) {
    throw new UsageError('--null is about lists, and there is none: name one by --list, @FILE or -')
  }
}

/**
 * The pictures that the command line names, in its order; those of directories and patterns by their names. What cannot be found or
 * read is told in its place, and the rest goes on.
 *
 * @param signal - gives up: closes standard input and lists, so that nothing keeps the process alive.
 * @throws the signal's reason.
 */
export async function* pictureSources(
  { named, lists, nullSeparated, recursive }: NamedSources,
  signal: AbortSignal,
): AsyncGenerator<Found, void, undefined> {
  const walk = { recursive, signal }
  for (const name of named) {
    if (isList(name)) yield* listed(name === STDIN ? name : name.slice(1), nullSeparated, walk)
    else yield* expanded(name, walk, 'patterns too')
  }
  for (const name of lists) yield* listed(name, nullSeparated, walk)
}

interface Walk {
  readonly recursive: boolean
  readonly signal: AbortSignal
}

function isList(name: string): boolean {
  return name === STDIN || (name.startsWith('@') && name.length > 1)
}

async function* listed(list: string, nullSeparated: boolean, walk: Walk): AsyncGenerator<Found> {
  const name = list === STDIN ? 'standard input' : `the list ${list}`
  let isEmpty = true
  try {
    const stream =
      list === STDIN ? addAbortSignal(walk.signal, process.stdin) : await openList(list, walk.signal)
    for await (const path of pathsIn(stream, { name, nullSeparated })) {
      isEmpty = false
      yield* expanded(path, walk, 'as it is')
    }
  } catch (error) {
    walk.signal.throwIfAborted()
    yield { source: list, error: error instanceof EdgeError ? error : systemError('list', list, error) }
    return
  }
  if (isEmpty) yield { source: list, error: nothing(`${name} names no picture`) }
}

/** A path of a list names what it says: whoever wrote the list has expanded its patterns. */
async function* expanded(
  path: string,
  walk: Walk,
  reading: 'patterns too' | 'as it is',
): AsyncGenerator<Found> {
  const kind = kindOf(path)
  if (kind === 'directory') yield* inDirectory(path, walk)
  // A file may be called like a pattern.
  else if (kind === 'missing' && reading === 'patterns too' && /[*?[{(]/.test(path))
    yield* matching(path, walk)
  // What it is instead of a picture is said by whoever reads it.
  else yield { path }
}

/** Not asynchronous: it takes microseconds, and the way to another thread and back ten times as long, for each of many pictures. */
function kindOf(path: string): 'directory' | 'missing' | 'other' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return 'missing'
    return stats.isDirectory() ? 'directory' : 'other'
  } catch {
    return 'other'
  }
}

async function* inDirectory(directory: string, { recursive, signal }: Walk): AsyncGenerator<Found> {
  const failed: Found[] = []
  const unreadable = (source: string, error: unknown) =>
    failed.push({ source, error: systemError('directory', source, error) })
  let isEmpty = true
  try {
    for await (const path of picturesIn(directory, { recursive, unreadable })) {
      signal.throwIfAborted()
      isEmpty = false
      yield* failed.splice(0)
      yield { path }
    }
  } catch (error) {
    signal.throwIfAborted()
    failed.push({ source: directory, error: systemError('directory', directory, error) })
  }
  if (isEmpty && failed.length === 0) {
    const deeper = recursive ? '' : ' --recursive looks into the directories within it, too.'
    failed.push({
      source: directory,
      error: nothing(`there is no picture in ${directory}`, `Check the path.${deeper}`),
    })
  }
  yield* failed
}

async function* matching(pattern: string, { signal }: Walk): AsyncGenerator<Found> {
  // Shells expand patterns themselves; this is for those that are quoted, and loaded for them alone.
  const { glob, isDynamicPattern } = await import('tinyglobby')
  if (!isDynamicPattern(pattern)) {
    yield { path: pattern }
    return
  }
  const matches = await glob(pattern, {
    absolute: pattern.startsWith('/'),
    // A pattern names files, as in a shell.
    expandDirectories: false,
    // As bash and zsh do it: ** does not go through links, which may lead back, or to all there is.
    followSymbolicLinks: !pattern.includes('**'),
    signal,
  })
  signal.throwIfAborted()
  if (matches.length === 0) yield { source: pattern, error: nothing(`no file matches ${pattern}`) }
  else for (const path of matches.sort()) yield { path }
}

function nothing(summary: string, remedy = 'Check the path.'): EdgeError {
  return new EdgeError('FILE_NOT_FOUND', { summary, remedy })
}
