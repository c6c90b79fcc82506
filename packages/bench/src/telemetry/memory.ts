import { join } from 'node:path'
import type { TelemetryRoots } from './roots.js'
import { quoted, type SensorFile, type SensorFiles, type Tick, wholeNumber } from './sensor-file.js'

/** Memory that can be had without swapping: `MemAvailable` of /proc/meminfo. */
export class MemorySensor {
  readonly #file: SensorFile

  constructor({ proc }: TelemetryRoots, files: SensorFiles) {
    this.#file = files.at('available memory', join(proc, 'meminfo'), 4096)
  }

  /** In bytes. */
  read(tick: Tick): Promise<number | undefined> {
    return this.#file.value(tick, (text) => memoryField(text, 'MemAvailable'))
  }

  close(): void {
    this.#file.close()
  }
}

/**
 * A field of /proc/meminfo in bytes. Its "kB" are kibibytes.
 *
 * @throws Error where there is none.
 */
export function memoryField(text: string, field: 'MemAvailable' | 'MemTotal'): number {
  const kibibytes = wholeNumber(new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? '')
  if (kibibytes !== undefined) return kibibytes * 1024
  throw new Error(`expected a line "${field}: … kB", found ${quoted(text)}`)
}
