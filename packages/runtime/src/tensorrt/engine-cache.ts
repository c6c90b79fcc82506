import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { type LockOptions, whileLocked } from './build-lock.js'
import { checkedDirectory, existingDirectory, messageOf } from './cache-directory.js'
import { cacheFiles, leftFiles } from './cache-files.js'
import { decodeEntry, type EngineDescription, encodeEntry, planHash } from './engine-entry.js'
import { type EngineFacts, engineKey, explainMiss, UNNAMED } from './engine-facts.js'
import { type CachedEngine, type DamagedEngine, describeKept } from './kept-engine.js'
import { openOwn, replaceOwn } from './own-file.js'

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

/** An engine out of the cache that was found to be of no use. */
export interface RefusedEngine {
  readonly planSha256: string
  /** In one sentence without a full stop. */
  readonly why: string
}

/** How to take an engine out of the cache. */
export interface CacheOptions extends LockOptions {
  /** What is not to be taken: it is deleted, and built again, unless another process did that. */
  readonly refused?: RefusedEngine
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
    { refused, ...options }: CacheOptions = {},
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
    const first = await this.#read(facts, refused)
    if (first.kept !== undefined) return { ...first.kept, origin: 'cache' }
    return await whileLocked(this.#path(facts, 'lock'), options, async () => {
      // Somebody else may have built it while this process waited.
      const second = await this.#read(facts, refused)
      if (second.kept !== undefined) return { ...second.kept, origin: 'cache' }
      // Should building fail, the next one need not find that out again.
      if (refused !== undefined) await rm(this.#path(facts, 'engine'), { force: true }).catch(() => undefined)
      const { plan, buildMs } = await build()
      const kept = { plan, planSha256: planHash(plan) }
      const description = { facts, modelName, builtAt: new Date().toISOString(), buildMs }
      const warning = await this.#keep(description, kept)
      return { ...kept, origin: 'built', why: second.why, ...(warning !== undefined && { warning }) }
    })
  }

  /**
   * All engines in the cache, newest first. A directory that is not there is an empty cache.
   *
   * @throws EdgeError `FILE_UNREADABLE` of a directory that no engine is taken from: others may have written what it has.
   */
  async list(): Promise<readonly (CachedEngine | DamagedEngine)[]> {
    const found = await existingDirectory(this.#directory)
    if (found !== undefined && 'problem' in found) {
      throw new EdgeError('FILE_UNREADABLE', {
        summary: 'the engine cache cannot be used',
        expected: 'a directory of this user that no other may write',
        found: found.problem,
        remedy: 'Mend that, or name another directory: EDGE_ENGINE_CACHE.',
      })
    }
    return await this.#entries()
  }

  /** How many files of times that builds measured the cache has beside its engines, and their bytes: later builds take less long with them. */
  async timings(): Promise<{ readonly files: number; readonly bytes: number }> {
    const found = await cacheFiles(this.#directory, 'timing')
    return { files: found.length, bytes: bytesOf(found) }
  }

  /**
   * Why an engine is not in the cache, in one sentence; undefined where it is.
   *
   * @param facts - as `wantedEngine` gives them: undefined of one that is not kept.
   */
  async why(facts: EngineFacts | undefined): Promise<string | undefined> {
    if (facts === undefined) return UNNAMED
    const found = await existingDirectory(this.#directory)
    if (found !== undefined && 'problem' in found) return `there is no cache: ${found.problem}`
    const { kept, why } = await this.#read(facts)
    return kept === undefined ? why : undefined
  }

  /**
   * Deletes engines, and what processes that were killed left behind. What one that is building has there stays.
   *
   * @param chosen - which engines. By default all, and the times that builds measured: the next build is as the first one was.
   * @returns how many engines, and bytes of files.
   * @throws EdgeError `FILE_UNWRITABLE`.
   */
  async clear(
    chosen?: (entry: CachedEngine | DamagedEngine) => boolean,
  ): Promise<{ readonly engines: number; readonly bytes: number }> {
    const engines = (await this.#entries()).filter((entry) => chosen === undefined || chosen(entry))
    const timings = chosen === undefined ? await cacheFiles(this.#directory, 'timing') : []
    const going = [...engines, ...timings, ...(await leftFiles(this.#directory))]
    try {
      for (const { path } of going) await rm(path, { force: true })
    } catch (cause) {
      throw new EdgeError('FILE_UNWRITABLE', {
        summary: 'the engine cache cannot be cleared',
        expected: 'a directory that this user may write',
        found: messageOf(cause),
        cause,
      })
    }
    return { engines: engines.length, bytes: bytesOf(going) }
  }

  async #read(facts: EngineFacts, refused?: RefusedEngine): Promise<{ kept?: KeptPlan; why: string }> {
    const path = this.#path(facts, 'engine')
    try {
      const file = await openOwn(path)
      if (file === undefined) return { why: explainMiss(await this.#keptFacts(), facts) }
      try {
        const { plan, planSha256, facts: its } = decodeEntry(await file.readFile())
        if (engineKey(its) !== engineKey(facts)) return { why: 'the engine in its place is another one' }
        if (planSha256 === refused?.planSha256) return { why: refused.why }
        return { kept: { plan, planSha256 }, why: '' }
      } finally {
        await file.close()
      }
    } catch (error) {
      return { why: error instanceof EdgeError ? `${error.summary}: ${error.found}` : messageOf(error) }
    }
  }

  async #keptFacts(): Promise<EngineFacts[]> {
    return (await this.#entries()).flatMap((entry) => ('facts' in entry ? [entry.facts] : []))
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

  async #entries(): Promise<(CachedEngine | DamagedEngine)[]> {
    const files = await cacheFiles(this.#directory, 'engine')
    const found = await Promise.all(files.map(({ path }) => describeKept(path)))
    return found
      .filter((entry) => entry !== undefined)
      .sort((left, right) => builtAt(right).localeCompare(builtAt(left)))
  }
}

function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function builtAt(entry: CachedEngine | DamagedEngine): string {
  return 'builtAt' in entry ? entry.builtAt : ''
}
