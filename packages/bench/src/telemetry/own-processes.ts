import { join } from 'node:path'
import { Faults } from './faults.js'
import type { TelemetryRoots } from './roots.js'
import { type SensorFile, SensorFiles, type Tick, wholeNumber } from './sensor-file.js'

/**
 * Processor time of this benchmark's own processes, in ticks of /proc/stat: what is beyond it, others used.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export class OwnProcesses {
  readonly #proc: string
  readonly #pids: () => readonly number[]
  readonly #open = new Map<number, SensorFile>()
  readonly #files: SensorFiles
  #last: ReadonlyMap<number, number> | undefined

  constructor({ proc, files }: TelemetryRoots, pids: () => readonly number[]) {
    this.#proc = proc
    // Processes end; that is no fault of a sensor.
    this.#files = new SensorFiles(new Faults(), files)
    this.#pids = pids
  }

  /** Ticks since the last call; undefined where processes have begun or ended since, whose time is known only in part. */
  async ticks(tick: Tick): Promise<number | undefined> {
    const pids = new Set(this.#pids())
    for (const [pid, file] of this.#open) {
      if (pids.has(pid)) continue
      file.close()
      this.#open.delete(pid)
    }
    const now = new Map<number, number>()
    await Promise.all(
      [...pids].map(async (pid) => {
        const ticks = await this.#file(pid).value(tick, ticksOf)
        if (ticks !== undefined) now.set(pid, ticks)
      }),
    )
    const last = this.#last
    this.#last = now
    if (last === undefined || now.size === 0 || now.size !== last.size) return undefined
    let used = 0
    for (const [pid, ticks] of now) {
      const before = last.get(pid)
      if (before === undefined) return undefined
      used += ticks - before
    }
    return Math.max(0, used)
  }

  close(): void {
    for (const file of this.#open.values()) file.close()
  }

  #file(pid: number): SensorFile {
    const file =
      this.#open.get(pid) ?? this.#files.at(`process ${pid}`, join(this.#proc, String(pid), 'stat'), 1024)
    this.#open.set(pid, file)
    return file
  }
}

function ticksOf(text: string): number {
  // A program's name may hold blanks and parentheses; it ends with the last one. utime, stime, and those of children that have ended.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + (wholeNumber(field) ?? 0), 0)
}
