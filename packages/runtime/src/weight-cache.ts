import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { EdgeError } from '@edge/errors'
import type { ModelSource } from './model-source.js'

/** What XNNPACK's packed weights follow from. */
export interface WeightCacheOwner {
  readonly model: ModelSource
  /** Version of the vendor's library. */
  readonly version: string
  /** XNNPACK's flags, where they are not its defaults. */
  readonly flags?: number
}

/**
 * The file that keeps packed weights of just this model, library and flags: the path that was asked for, and a hash of these.
 *
 * XNNPACK takes a cache for that of the model at hand: with one of another model it ends the process.
 *
 * @throws EdgeError `FILE_UNWRITABLE` where the file cannot be made, `FILE_UNREADABLE` where it is there and cannot be read.
 */
export async function weightCacheFile(path: string, owner: WeightCacheOwner): Promise<string> {
  const hash = createHash('sha256').update(`${owner.version}\0${owner.flags ?? 'default'}\0`)
  const { content } = owner.model
  if (typeof content === 'string') await pipeline(createReadStream(content), hash)
  else hash.update(content)
  const file = `${path}.${hash.digest('hex').slice(0, 16)}`
  await checkUsable(file)
  return file
}

async function checkUsable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) {
    await allow(
      dirname(file),
      constants.W_OK | constants.X_OK,
      'FILE_UNWRITABLE',
      'a directory that can be written',
    )
    return
  }
  if (!found.isFile()) {
    throw new EdgeError('FILE_UNREADABLE', {
      summary: 'the weight cache of XNNPACK is no file',
      expected: 'a file, or nothing',
      found: file,
    })
  }
  await allow(file, constants.R_OK, 'FILE_UNREADABLE', 'a file that can be read')
}

async function allow(
  path: string,
  mode: number,
  code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE',
  expected: string,
): Promise<void> {
  try {
    await access(path, mode)
  } catch (cause) {
    throw new EdgeError(code, {
      summary: 'the weight cache of XNNPACK cannot be used',
      expected,
      found: cause instanceof Error ? cause.message : path,
      remedy: 'Choose another path for xnnpack.weightCache, or leave it out.',
      cause,
    })
  }
}
