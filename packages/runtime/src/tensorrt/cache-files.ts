import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SILENT_MS } from './build-lock.js'

/** A file in the cache's directory. */
export interface CacheFile {
  readonly path: string
  readonly bytes: number
  /** How far its time is from now, whichever is later: clocks get set. */
  readonly ageMs: number
}

const KINDS = {
  engine: /^[0-9a-f]{64}\.engine$/,
  timing: /^[0-9a-f]{64}\.timing$/,
  lock: /^[0-9a-f]{64}\.lock(?:\.[0-9a-f-]{36})?$/,
  unfinished: /^\.[0-9a-f-]{36}\.tmp$/,
} as const

/** A large engine that is written to a slow card has no new time until it has all arrived there. */
const UNFINISHED_MS = 5 * 60_000

/** The files of one kind that lie in a directory of engines; none where there is no such directory. */
export async function cacheFiles(directory: string, kind: keyof typeof KINDS): Promise<CacheFile[]> {
  const names = await readdir(directory).catch(() => [])
  const found = await Promise.all(
    names.filter((name) => KINDS[kind].test(name)).map((name) => cacheFile(join(directory, name))),
  )
  return found.filter((file) => file !== undefined)
}

/** What processes that were killed while they built or wrote left behind: nothing that one which is alive still needs. */
export async function leftFiles(directory: string): Promise<CacheFile[]> {
  const locks = await cacheFiles(directory, 'lock')
  const unfinished = await cacheFiles(directory, 'unfinished')
  return [
    ...locks.filter(({ ageMs }) => ageMs > SILENT_MS),
    ...unfinished.filter(({ ageMs }) => ageMs > UNFINISHED_MS),
  ]
}

async function cacheFile(path: string): Promise<CacheFile | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return { path, bytes: found.size, ageMs: Math.abs(Date.now() - found.mtimeMs) }
}
