import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { throwIfAborted } from '@edge/errors'

/** The holder says so often that it is alive. */
const BEAT_MS = 2000
/** A lock that was silent for so long is that of a process that died, or of a machine that was switched off. */
const SILENT_MS = 15_000
const LOOK_AGAIN_MS = 200

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal
  /** Called once, when somebody else is found to hold it. */
  readonly onWait?: () => void
}

/**
 * Does something while no other process that takes the same lock does it.
 *
 * The lock is a file, which its holder touches now and then: unlike a process's number, that means the same in containers and on network
 * drives. Should the holder be stopped for long (a debugger, a suspended laptop), another goes on in its place, and both do the same work;
 * whoever uses a lock has to bear that.
 *
 * @throws EdgeError `ABORTED`; what `work` throws; the file system's own error where the file cannot be made.
 */
export async function whileLocked<Result>(
  path: string,
  { signal, onWait }: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const token = await take(path, signal, onWait)
  const beat = setInterval(() => {
    const now = new Date()
    // Without the file, nobody waits for it.
    utimes(path, now, now).catch(() => undefined)
  }, BEAT_MS)
  beat.unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await release(path, token)
  }
}

async function take(path: string, signal: AbortSignal | undefined, onWait?: () => void): Promise<string> {
  const token = randomUUID()
  for (let isFirst = true; ; isFirst = false) {
    throwIfAborted(signal, 'waiting for an engine that another process builds')
    if (await create(path, token)) return token
    if (await isSilent(path)) {
      await takeAway(path)
      continue
    }
    if (isFirst) onWait?.()
    await sleep(LOOK_AGAIN_MS)
  }
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(token)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function isSilent(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > SILENT_MS
}

// By renaming: of several who find it silent, one gets it. One that was made anew in between may go with it; then two build.
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  await rm(aside, { force: true })
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => undefined)
  if (holder === token) await rm(path, { force: true }).catch(() => undefined)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined
}
