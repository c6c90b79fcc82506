import { EdgeError } from '@edge/errors'
import { messageOf } from './cache-directory.js'
import { decodeDescription, ENTRY_PREFIX_BYTES, type EngineDescription, headerEnd } from './engine-entry.js'
import { openOwn } from './own-file.js'

/** An engine in the cache. */
export interface CachedEngine extends EngineDescription {
  /** Its file; the engine lies in it behind a header. */
  readonly path: string
  /** Of the file. */
  readonly bytes: number
}

/** A file in the cache that is no engine any more. */
export interface DamagedEngine {
  /** Its file. */
  readonly path: string
  /** Of the file. */
  readonly bytes: number
  /** What is wrong with it. */
  readonly problem: string
}

/** Reads what an entry of the cache says of its engine, but not the engine; undefined where the file is gone. */
export async function describeKept(path: string): Promise<CachedEngine | DamagedEngine | undefined> {
  let bytes = 0
  try {
    const file = await openOwn(path)
    if (file === undefined) return undefined
    try {
      bytes = (await file.stat()).size
      const prefix = Buffer.alloc(Math.min(ENTRY_PREFIX_BYTES, bytes))
      await file.read(prefix, 0, prefix.length, 0)
      const head = Buffer.alloc(Math.min(headerEnd(prefix), bytes))
      await file.read(head, 0, head.length, 0)
      const { planBytes, ...description } = decodeDescription(head)
      if (head.length + planBytes !== bytes) {
        return { path, bytes, problem: `it has ${bytes} bytes in place of ${head.length + planBytes}` }
      }
      return { ...description, path, bytes }
    } finally {
      await file.close()
    }
  } catch (error) {
    const found = error instanceof EdgeError ? (error.found ?? error.summary) : messageOf(error)
    return { path, bytes, problem: found }
  }
}
