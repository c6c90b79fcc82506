import { join } from 'node:path'
import type { GpuInfo } from '@edge/native'
import { checkedDirectory, existingDirectory } from './cache-directory.js'
import { decodeEntry, encodeEntry } from './engine-entry.js'
import { type EngineFacts, engineKey } from './engine-facts.js'
import { openOwn, replaceOwn } from './own-file.js'

/** Which GPU measured times are of. */
export type MeasuredGpu = Pick<GpuInfo, 'name' | 'computeCapability' | 'multiprocessors'>

/**
 * What builds measured on one kind of GPU with one version of TensorRT, kept beside the engines: the next build of a like model skips what is
 * known. It is worth nothing but time, so whatever goes wrong with it is passed over.
 */
export class TimingCache {
  readonly #directory: string
  readonly #facts: EngineFacts

  constructor(directory: string, tensorrt: string, gpu: MeasuredGpu) {
    this.#directory = directory
    this.#facts = {
      kind: 'timing cache',
      tensorrt,
      gpu: `${gpu.name}, compute capability ${gpu.computeCapability}`,
      multiprocessors: String(gpu.multiprocessors),
    }
  }

  /** What was kept; undefined where there is nothing, or it is damaged, somebody else's, or of another GPU. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const found = await existingDirectory(this.#directory)
      if (found === undefined || 'problem' in found) return undefined
      const file = await openOwn(this.#path)
      if (file === undefined) return undefined
      try {
        const { facts, plan } = decodeEntry(await file.readFile())
        return engineKey(facts) === engineKey(this.#facts) ? plan : undefined
      } finally {
        await file.close()
      }
    } catch {
      return undefined
    }
  }

  /** Keeps what a build measured. Of two builds at one time, the later one's stays. */
  async keep(measured: Uint8Array): Promise<void> {
    if (measured.byteLength === 0 || 'problem' in (await checkedDirectory(this.#directory))) return
    const description = { facts: this.#facts, modelName: '', builtAt: new Date().toISOString(), buildMs: 0 }
    await replaceOwn(this.#path, encodeEntry(description, measured)).catch(() => undefined)
  }

  get #path(): string {
    return join(this.#directory, `${engineKey(this.#facts)}.timing`)
  }
}
