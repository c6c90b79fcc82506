import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'

/**
 * A file that is written as a whole or not at all. Its place is tried before the minutes that it takes to have something to write.
 */
export class NewFile {
  readonly #path: string
  readonly #fresh: string
  readonly #handle: FileHandle
  readonly #replace: boolean
  /** For an end that waits for nothing, as at a second Ctrl-C. */
  readonly #atExit = (): void => rmSync(this.#fresh, { force: true })

  private constructor(path: string, fresh: string, handle: FileHandle, replace: boolean) {
    this.#path = path
    this.#fresh = fresh
    this.#handle = handle
    this.#replace = replace
    process.on('exit', this.#atExit)
  }

  /**
   * Opens a temporary file beside it.
   *
   * @param replace - whether a file that is there is replaced.
   * @throws EdgeError `FILE_UNWRITABLE`.
   */
  static async at(path: string, { replace }: { readonly replace: boolean }): Promise<NewFile> {
    const fresh = join(dirname(path), `.${randomUUID()}.tmp`)
    try {
      if (!replace) await refuseExisting(path)
      return new NewFile(path, fresh, await open(fresh, 'wx', 0o644), replace)
    } catch (error) {
      throw unwritable(path, error)
    }
  }

  /** @throws EdgeError `FILE_UNWRITABLE`; an earlier file is then as it was. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.writeFile(bytes)
      await this.#handle.sync()
      await this.#handle.close()
      // One may have come meanwhile.
      if (!this.#replace) await refuseExisting(this.#path)
      await rename(this.#fresh, this.#path)
    } catch (error) {
      throw unwritable(this.#path, error)
    } finally {
      await this.discard()
    }
  }

  /** Takes the temporary file away. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    await rm(this.#fresh, { force: true }).catch(() => undefined)
    process.off('exit', this.#atExit)
  }
}

async function refuseExisting(path: string): Promise<void> {
  const there = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (there !== undefined) throw Object.assign(new Error('it is there'), { code: 'EEXIST' })
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}

const REMEDIES: Readonly<Record<string, string>> = {
  EEXIST: 'Name another place, or replace it by --force.',
  ENOSPC: 'Free some space, or name a place on another disk.',
  EDQUOT: 'Free some space, or name a place on another disk.',
  ENOENT: 'Make the directory first, or check the path.',
  EACCES: 'Check the permissions of the directory, or name another place.',
}

function unwritable(path: string, cause: unknown): EdgeError {
  const code = codeOf(cause) ?? ''
  return new EdgeError('FILE_UNWRITABLE', {
    summary: `the file ${path} cannot be written`,
    expected:
      code === 'EEXIST'
        ? 'a name that no file has'
        : 'a place for a file that this user may write, with enough space',
    found:
      code === 'EEXIST'
        ? 'a file that is there already'
        : cause instanceof Error
          ? cause.message
          : String(cause),
    remedy: REMEDIES[code] ?? 'Name another place.',
    cause,
  })
}
