import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { type LockOptions, whileLocked } from './build-lock.js'
import { checkedDirectory, messageOf } from './cache-directory.js'
import {
  decodeDescription,
  decodeEntry,
  ENTRY_PREFIX_BYTES,
  type EngineDescription,
  encodeEntry,
  headerEnd,
  planHash,
} from './engine-entry.js'
import { type EngineFacts, engineKey, explainMiss } from './engine-facts.js'
import { openOwn, replaceOwn } from './own-file.js'

const ENTRY = /^[0-9a-f]{64}\.engine$/
/** What a process that was killed while it wrote or waited may leave behind. */
const LEFTOVER = /^(?:\.[0-9a-f-]{36}\.tmp|[0-9a-f]{64}\.lock.*)$/

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

/** What the cache gave, or what was built in its place. */
export interface EngineOutcome {
  readonly plan: Uint8Array
  /** Its SHA-256, in hexadecimal, where it was worked out: not where there is no cache. */
  readonly planSha256?: string
  readonly origin: 'cache' | 'built'
  /** Why it had to be built, where it was. */
  readonly why?: string
  /** Why it was not kept, where that failed: the engine itself is good. */
  readonly warning?: string
}

type KeptPlan = Required<Pick<EngineOutcome, 'plan' | 'planSha256'>>

/** A freshly built engine. */
export interface BuiltEngine {
  readonly plan: Uint8Array
  readonly buildMs: number
}

/**
 * Engines on disk, one file each. What comes out of it is exactly what was put in: every file is hashed before use, must belong to this
 * user, and is built again where it is damaged. Two processes that want the same engine build it once.
 */
export class EngineCache {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Takes the engine out of the cache, or builds it and puts it there. A cache that cannot be used is a warning, not an error.
   *
   * @throws EdgeError `ABORTED` while it waits for another process; what `build` throws.
   */
  async getOrBuild(
    facts: EngineFacts,
    modelName: string,
    build: () => Promise<BuiltEngine>,
    options: LockOptions = {},
  ): Promise<EngineOutcome> {
    const checked = await checkedDirectory(this.#directory)
    if ('problem' in checked) {
      return {
        plan: (await build()).plan,
        origin: 'built',
        why: 'there is no cache',
        warning: checked.problem,
      }
    }
    const first = await this.#read(facts)
    if (first.kept !== undefined) return { ...first.kept, origin: 'cache' }
    return await whileLocked(this.#path(facts, 'lock'), options, async () => {
      // Somebody else may have built it while this process waited.
      const second = await this.#read(facts)
      if (second.kept !== undefined) return { ...second.kept, origin: 'cache' }
      const { plan, buildMs } = await build()
      const kept = { plan, planSha256: planHash(plan) }
      const description = { facts, modelName, builtAt: new Date().toISOString(), buildMs }
      const warning = await this.#keep(description, kept)
      return { ...kept, origin: 'built', why: second.why, ...(warning !== undefined && { warning }) }
    })
  }

  /** All that lies in the cache, newest first. A directory that is not there is an empty cache. */
  async list(): Promise<readonly (CachedEngine | DamagedEngine)[]> {
    const names = (await this.#names()).filter((name) => ENTRY.test(name))
    const found = await Promise.all(names.map((name) => describe(join(this.#directory, name))))
    return found
      .filter((entry) => entry !== undefined)
      .sort((left, right) => builtAt(right).localeCompare(builtAt(left)))
  }

  /**
   * Why an engine is not in the cache, in one sentence; undefined where it is.
   */
  async why(facts: EngineFacts): Promise<string | undefined> {
    const { kept, why } = await this.#read(facts)
    return kept === undefined ? why : undefined
  }

  /**
   * Deletes engines, and what processes that were killed left behind.
   *
   * @param chosen - which ones; all by default.
   * @returns how many engines, and bytes of files.
   * @throws EdgeError `FILE_UNWRITABLE`.
   */
  async clear(
    chosen: (entry: CachedEngine | DamagedEngine) => boolean = () => true,
  ): Promise<{ readonly engines: number; readonly bytes: number }> {
    const going = (await this.list()).filter(chosen)
    const leftovers = (await this.#names()).filter((name) => LEFTOVER.test(name))
    try {
      for (const { path } of going) await rm(path, { force: true })
      for (const name of leftovers) await rm(join(this.#directory, name), { force: true })
    } catch (cause) {
      throw new EdgeError('FILE_UNWRITABLE', {
        summary: 'the engine cache cannot be cleared',
        expected: 'a directory that this user may write',
        found: messageOf(cause),
        cause,
      })
    }
    return { engines: going.length, bytes: going.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  async #read(facts: EngineFacts): Promise<{ kept?: KeptPlan; why: string }> {
    const path = this.#path(facts, 'engine')
    try {
      const file = await openOwn(path)
      if (file === undefined) return { why: explainMiss(await this.#keptFacts(), facts) }
      try {
        const { plan, planSha256, facts: its } = decodeEntry(await file.readFile())
        if (engineKey(its) !== engineKey(facts)) return { why: 'the engine in its place is another one' }
        return { kept: { plan, planSha256 }, why: '' }
      } finally {
        await file.close()
      }
    } catch (error) {
      return { why: error instanceof EdgeError ? `${error.summary}: ${error.found}` : messageOf(error) }
    }
  }

  async #keptFacts(): Promise<EngineFacts[]> {
    return (await this.list()).flatMap((entry) => ('facts' in entry ? [entry.facts] : []))
  }

  /** Writes under another name and renames. @returns why that failed. */
  async #keep(description: EngineDescription, { plan, planSha256 }: KeptPlan): Promise<string | undefined> {
    try {
      await replaceOwn(this.#path(description.facts, 'engine'), encodeEntry(description, plan, planSha256))
      return undefined
    } catch (error) {
      return `the engine was not kept, and is built again next time: ${messageOf(error)}`
    }
  }

  #path(facts: EngineFacts, kind: 'engine' | 'lock'): string {
    return join(this.#directory, `${engineKey(facts)}.${kind}`)
  }

  async #names(): Promise<string[]> {
    return await readdir(this.#directory).catch(() => [])
  }
}

async function describe(path: string): Promise<CachedEngine | DamagedEngine | undefined> {
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

function builtAt(entry: CachedEngine | DamagedEngine): string {
  return 'builtAt' in entry ? entry.builtAt : ''
}
