import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { throwIfAborted } from '@edge/errors'
import { atExit } from './at-exit.js'

/** The holder says so often that it is alive. */
const BEAT_MS = 2000
/** A lock that was silent for so long is that of a process that died, or of a machine that was switched off. */
export const SILENT_MS = 15_000
const LOOK_AGAIN_MS = 200

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal
  /** Called now and then while somebody else holds it, with how long that has lasted. What it throws ends the waiting. */
  readonly onWait?: (waitedMs: number) => void
}

/**
 * Does something while no other process that takes the same lock does it.
 *
 * The lock is a file, which its holder touches now and then: unlike a process's number, that means the same in containers and on network
 * drives. Should the holder be stopped for long (a debugger, a suspended laptop), another goes on in its place, and both do the same work;
 * whoever uses a lock has to bear that. So they do where the file cannot be made.
 *
 * @throws EdgeError `ABORTED`; what `work` and `onWait` throw.
 */
export async function whileLocked<Result>(
  path: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const token = await take(path, options)
  if (token === undefined) return await work()
  const beat = setInterval(() => {
    const now = new Date()
    // Without the file, nobody waits for it.
    utimes(path, now, now).catch(() => undefined)
  }, BEAT_MS)
  beat.unref()
  // Others need not wait until it counts as silent.
  const forget = atExit(() => {
    if (readFileSync(path, 'utf8') === token) rmSync(path)
  })
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await release(path, token)
    forget()
  }
}

/** @returns undefined where there can be no lock: in a directory that cannot be written, on a disk that is full. */
async function take(path: string, { signal, onWait }: LockOptions): Promise<string | undefined> {
  const token = randomUUID()
  const begun = performance.now()
  let seen: { readonly state: string; readonly since: number } | undefined
  for (;;) {
    throwIfAborted(signal, 'waiting for an engine that another process builds')
    const made = await create(path, token)
    if (made !== 'held') return made === 'made' ? token : undefined
    const state = await stateOf(path)
    // By this process's own clock: the file has the time of the holder's, which may be another one, or have been set since.
    const now = performance.now()
    if (seen === undefined || seen.state !== state) {
      seen = { state, since: now }
    } else if (now - seen.since > SILENT_MS) {
      if (!(await takeAway(path))) return undefined
      seen = undefined
      continue
    }
    onWait?.(now - begun)
    await sleep(LOOK_AGAIN_MS)
  }
}

async function create(path: string, token: string): Promise<'made' | 'held' | 'impossible'> {
  let file: FileHandle
  try {
    file = await open(path, 'wx', 0o600)
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? 'held' : 'impossible'
  }
  try {
    await file.writeFile(token)
    return 'made'
  } catch {
    // Nobody would touch it, and others would wait for it.
    await rm(path, { force: true }).catch(() => undefined)
    return 'impossible'
  } finally {
    await file.close().catch(() => undefined)
  }
}

/** What changes while the holder is alive. */
async function stateOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? 'gone' : `${found.ino} ${found.mtimeMs}`
}

/**
 * By renaming: of several who find it silent, one gets it. One that was made anew in between may go with it; then two build.
 *
 * @returns whether it is away.
 */
async function takeAway(path: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    return codeOf(error) === 'ENOENT'
  }
  await rm(aside, { force: true }).catch(() => undefined)
  return true
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => undefined)
  if (holder === token) await rm(path, { force: true }).catch(() => undefined)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined
}
