import { randomUUID } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { atExit } from './at-exit.js'
import { foreign } from './cache-directory.js'

/**
 * Opens a file of the cache, if it is this user's; undefined where there is none.
 *
 * @throws EdgeError `FILE_UNREADABLE` for one that somebody else may have written.
 */
export async function openOwn(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle
  try {
    // A link could lead out of the directory that was checked.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return undefined
    throw error
  }
  try {
    const found = await file.stat()
    const problem = found.isFile() ? foreign(found, 'the entry') : 'the entry is no file'
    if (problem === undefined) return file
    throw new EdgeError('FILE_UNREADABLE', {
      summary: 'an entry of the engine cache cannot be trusted',
      expected: 'a file of this user that no other may write',
      found: problem,
    })
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * Writes a file of this user alone under another name and renames it: there is never half a file under its own name.
 *
 * @throws the file system's error; an earlier file is then as it was.
 */
export async function replaceOwn(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const fresh = join(dirname(path), `.${randomUUID()}.tmp`)
  const forget = atExit(() => rmSync(fresh, { force: true }))
  try {
    const file = await open(fresh, 'wx', 0o600)
    try {
      for (const part of parts) await file.writeFile(part)
      // A power cut must not leave a name without its contents.
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw error
  } finally {
    forget()
  }
}
