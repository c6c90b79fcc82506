import { mkdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Where engines are kept if nobody says otherwise: `EDGE_ENGINE_CACHE`, else below `XDG_CACHE_HOME`, else below `~/.cache`. */
export function defaultCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.EDGE_ENGINE_CACHE
  if (named !== undefined && named !== '') return resolve(named)
  const base = environment.XDG_CACHE_HOME
  // The specification of these variables has relative ones ignored.
  const caches = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache')
  return join(caches, 'edge-trt', 'engines')
}

/** How `checkedDirectory` answers: a directory to use, or why there is none. */
export type CheckedDirectory = { readonly directory: string } | { readonly problem: string }

/**
 * Makes the directory, for this user alone, and checks that nobody else can put an engine there: engines are code.
 *
 * @returns why it cannot be used, rather than an error: a program does without a cache.
 */
export async function checkedDirectory(directory: string): Promise<CheckedDirectory> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    return unusable(error)
  }
  return (
    (await existingDirectory(directory)) ?? {
      problem: `the directory of the engine cache is gone: ${directory}`,
    }
  )
}

/** The same of a directory that is not made: undefined where there is none, which is an empty cache. */
export async function existingDirectory(directory: string): Promise<CheckedDirectory | undefined> {
  try {
    const found = await stat(directory)
    if (!found.isDirectory()) return { problem: `the engine cache is no directory: ${directory}` }
    const problem = foreign(found, 'the directory of the engine cache')
    return problem === undefined ? { directory } : { problem: `${problem}: ${directory}` }
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return undefined
    return unusable(error)
  }
}

function unusable(error: unknown): CheckedDirectory {
  return { problem: `the directory of the engine cache cannot be used: ${messageOf(error)}` }
}

/** Why something in the file system may be another user's work; undefined where it is not. */
export function foreign(found: { uid: number; mode: number }, what: string): string | undefined {
  const user = process.getuid?.()
  if (user !== undefined && found.uid !== user) {
    return `${what} belongs to user ${found.uid}, and this is user ${user}`
  }
  if ((found.mode & 0o022) !== 0) {
    return `${what} can be written by others (mode ${(found.mode & 0o777).toString(8)}; chmod go-w takes that away)`
  }
  return undefined
}

/** An error's words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
