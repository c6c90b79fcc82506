import { randomUUID } from 'node:crypto'
import { access, constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'

/**
 * Writes a text file under a temporary name beside it, and renames it: there is never half a file under its name. A link is followed; a
 * pipe or a device, such as /dev/stdout, is written to as it is.
 *
 * @param parts - the text.
 * @param what - what the file is, for messages.
 * @throws EdgeError `FILE_UNWRITABLE`; an earlier file is then as it was.
 */
export async function writeWhole(path: string, parts: Iterable<string>, what: string): Promise<void> {
  try {
    const target = await targetOf(path)
    if (target.isFile) await replaceFile(target.path, parts)
    else await fill(await open(target.path, 'w'), parts)
  } catch (cause) {
    throw unwritable(path, what, cause)
  }
}

/**
 * Whether {@link writeWhole} could begin now: the directory is there and may be written to. Of a measurement that takes an hour, that is known
 * before it begins. That the disk is full is not.
 *
 * @returns the error that writing would end with; undefined where nothing speaks against it.
 */
export async function obstacleToWriting(path: string, what: string): Promise<EdgeError | undefined> {
  try {
    const target = await targetOf(path)
    if (target.isFile) {
      await access(dirname(target.path), constants.W_OK | constants.X_OK)
    } else if ((await stat(target.path)).isDirectory()) {
      throw Object.assign(new Error('EISDIR: it is a directory'), { code: 'EISDIR' })
    } else await access(target.path, constants.W_OK)
    return undefined
  } catch (cause) {
    return unwritable(path, what, cause)
  }
}

async function targetOf(path: string): Promise<{ path: string; isFile: boolean }> {
  const there = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (there === undefined) return { path, isFile: true }
  // A directory, too: opening it says so.
  return there.isFile() ? { path: await realpath(path), isFile: true } : { path, isFile: false }
}

async function replaceFile(path: string, parts: Iterable<string>): Promise<void> {
  const fresh = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    await fill(await open(fresh, 'wx'), parts)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

const WRITTEN_AT_ONCE = 1024 * 1024

async function fill(handle: FileHandle, parts: Iterable<string>): Promise<void> {
  try {
    let waiting = ''
    for (const part of parts) {
      waiting += part
      if (waiting.length < WRITTEN_AT_ONCE) continue
      await handle.writeFile(waiting)
      waiting = ''
    }
    await handle.writeFile(waiting)
  } finally {
    await handle.close()
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or name a place on another disk.',
  EDQUOT: 'Free some space, or name a place on another disk.',
  ENOENT: 'Make the directory first, or check the path.',
  ENOTDIR: 'Check the path: one of its directories is a file.',
  EISDIR: 'Name a file inside it.',
  EACCES: 'Check the permissions of the directory, or name another place.',
  EROFS: 'Name a place that can be written to.',
}

function unwritable(path: string, what: string, cause: unknown): EdgeError {
  return new EdgeError('FILE_UNWRITABLE', {
    summary: `the ${what} ${path} cannot be written`,
    expected: 'a place for a file that this user may write, with enough space',
    found: cause instanceof Error ? cause.message : String(cause),
    remedy: REMEDIES[codeOf(cause) ?? ''] ?? 'Name another place.',
    cause,
  })
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
