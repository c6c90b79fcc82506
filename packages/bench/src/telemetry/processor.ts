import { join } from 'node:path'
import { entriesOf, numbersOfList, textOf } from './discovery.js'
import type { TelemetryRoots } from './roots.js'
import { quoted, type SensorFile, type SensorFiles, type Tick, wholeNumber } from './sensor-file.js'

/** What the processors did since the last reading; parts that cannot be told are missing. */
export interface ProcessorReading {
  cpuMhz?: number
  cpuLoad?: number
  steal?: number
  otherLoad?: number
}

/** Ticks of the clock that a processor spent, of /proc/stat. */
interface Ticks {
  readonly busy: number
  readonly steal: number
  readonly total: number
}

interface Times {
  readonly all: Ticks
  readonly byProcessor: ReadonlyMap<number, Ticks>
}

// kHz; the fastest processor that was ever sold does 6.2 GHz.
const KILOHERTZ = { least: 1000, most: 20_000_000 }
// Of a machine with hundreds of processors, each with a clock of its own, so many are read: evenly spread, they tell the mean as well.
const MOST_CLOCKS = 32
// A line of /proc/stat is no longer.
const BYTES_PER_PROCESSOR = 160
// Below this load hardly anything ran, and what ran says nothing about the clock.
const IDLE_LOAD = 0.01

/**
 * Load, steal and clock of the processors: /proc/stat and cpufreq's `scaling_cur_freq` (in kHz).
 *
 * The clock is the mean over the processors weighted by how busy each was: of sixteen, of which one works at 5 GHz and fifteen sleep at
 * 0.8 GHz, it is 5 GHz. That is the clock at which the inference ran.
 *
 * @see https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat
 * @see https://docs.kernel.org/admin-guide/pm/cpufreq.html
 */
export class Processors {
  readonly #stat: SensorFile
  readonly #clocks: readonly { readonly file: SensorFile; readonly processors: readonly number[] }[]
  #last: Times | undefined

  private constructor(
    stat: SensorFile,
    clocks: readonly { readonly file: SensorFile; readonly processors: readonly number[] }[],
  ) {
    this.#stat = stat
    this.#clocks = clocks
  }

  static async find({ sys, proc }: TelemetryRoots, files: SensorFiles): Promise<Processors> {
    const policies = await entriesOf(join(sys, 'devices/system/cpu/cpufreq'), /^policy\d+$/)
    const step = Math.max(1, policies.length / MOST_CLOCKS)
    const clocks = []
    for (let index = 0; index < policies.length; index += step) {
      const policy = policies[Math.floor(index)] ?? ''
      const number = policy.slice(policy.lastIndexOf('policy') + 'policy'.length)
      const affected = (await textOf(join(policy, 'affected_cpus'))) ?? number
      const file = files.at(`cpu clock ${number}`, join(policy, 'scaling_cur_freq'))
      clocks.push({ file, processors: numbersOfList(affected) })
    }
    const online = numbersOfList((await textOf(join(sys, 'devices/system/cpu/possible'))) ?? '0-255').length
    const bytes = BYTES_PER_PROCESSOR * (online + 1)
    return new Processors(files.at('cpu load', join(proc, 'stat'), bytes), clocks)
  }

  /** How many clocks there are. */
  get clocks(): number {
    return this.#clocks.length
  }

  /** @param ownTicks - ticks that this benchmark used since the last reading; undefined where that is not known. */
  async read(tick: Tick, ownTicks: (tick: Tick) => Promise<number | undefined>): Promise<ProcessorReading> {
    const [times, kilohertz, own] = await Promise.all([
      this.#stat.value(tick, timesOf),
      Promise.all(this.#clocks.map(({ file }) => file.number(tick, KILOHERTZ))),
      ownTicks(tick),
    ])
    const last = this.#last
    this.#last = times
    const reading: ProcessorReading = {}
    const since = times && last && difference(times.all, last.all)
    if (since !== undefined) {
      const share = (ticks: number) => rounded(Math.min(1, Math.max(0, ticks / since.total)), 4)
      reading.cpuLoad = share(since.busy)
      reading.steal = share(since.steal)
      if (own !== undefined) reading.otherLoad = share(since.busy - own)
    }
    const idle = since === undefined || since.busy / since.total < IDLE_LOAD
    const mhz = this.#meanMhz(kilohertz, idle ? undefined : busyByProcessor(times, last))
    if (mhz !== undefined) reading.cpuMhz = mhz
    return reading
  }

  close(): void {
    this.#stat.close()
    for (const { file } of this.#clocks) file.close()
  }

  #meanMhz(
    kilohertz: readonly (number | undefined)[],
    busy: ReadonlyMap<number, number> | undefined,
  ): number | undefined {
    let [sum, weights] = [0, 0]
    for (const [index, { processors }] of this.#clocks.entries()) {
      const clock = kilohertz[index]
      if (clock === undefined) continue
      const weight =
        busy === undefined
          ? processors.length
          : processors.reduce((total, processor) => total + (busy.get(processor) ?? 0), 0)
      sum += clock * weight
      weights += weight
    }
    if (weights > 0) return rounded(sum / weights / 1000, 1)
    // None of those that are read was busy, as can be where only some are.
    return busy === undefined ? undefined : this.#meanMhz(kilohertz, undefined)
  }
}

/** @throws Error where /proc/stat does not begin as it does. */
function timesOf(text: string): Times {
  let all: Ticks | undefined
  const byProcessor = new Map<number, Ticks>()
  for (const line of text.split('\n')) {
    const fields = /^cpu(\d*) +(.+)$/.exec(line)
    if (fields === null) break
    const [, processor = '', times = ''] = fields
    if (processor === '') all = ticksOf(times)
    else byProcessor.set(Number(processor), ticksOf(times))
  }
  if (all === undefined) throw new Error(`expected a line "cpu …", found ${quoted(text)}`)
  return { all, byProcessor }
}

function ticksOf(text: string): Ticks {
  // Guests' time, which comes after steal, is part of user and nice.
  const fields = text.split(' ').slice(0, 8).map(wholeNumber)
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) {
    throw new Error(`expected at least four numbers of ticks, found ${quoted(text)}`)
  }
  const busy = user + nice + system + irq + softirq
  return { busy, steal, total: busy + steal + idle + iowait }
}

/** Ticks that passed; undefined where none did. Single counters may go back a little: iowait does, and what is idle on some kernels. */
function difference(now: Ticks, before: Ticks): Ticks | undefined {
  const total = now.total - before.total
  if (total <= 0) return undefined
  return { total, busy: Math.max(0, now.busy - before.busy), steal: Math.max(0, now.steal - before.steal) }
}

function busyByProcessor(now: Times | undefined, before: Times | undefined): Map<number, number> {
  const busy = new Map<number, number>()
  for (const [processor, ticks] of now?.byProcessor ?? []) {
    const earlier = before?.byProcessor.get(processor)
    if (earlier !== undefined) busy.set(processor, Math.max(0, ticks.busy - earlier.busy))
  }
  return busy
}

/** A number for a file that people read too. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
