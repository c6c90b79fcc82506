import { basename, join } from 'node:path'
import { entriesOf, textOf, uniqueName } from './discovery.js'
import type { TelemetryRoots } from './roots.js'
import type { SensorFile, SensorFiles, Tick } from './sensor-file.js'

const COUNT = { least: 0, most: Number.MAX_SAFE_INTEGER }
// intel_powerclamp says −1 when it is off.
const STATE = { least: -1, most: 1_000_000 }
// As many cores of a large machine, and cooling devices of one kind, as tell whether it throttles.
const MOST_OF_A_KIND = 16

/** How often clocks were held back since the last reading, by the name of what did it; a state that is on counts as once. */
export type Throttled = Readonly<Record<string, number>>

interface Source {
  readonly name: string
  readonly file: SensorFile
  /** Whether it counts, or says how far clocks are held back at the moment. */
  readonly counts: boolean
  last: number | undefined
}

/**
 * What holds clocks back:
 *
 * - of Intel's processors, `thermal_throttle/{package,core}_throttle_count`;
 * - cooling devices that are not fans: `cur_state` above 0 of `cpufreq-cpu0`, `devfreq-17000000.gpu`, `cpu-throttle-alert` and their like;
 * - of a Jetson Orin, `soctherm_oc`'s `oc1_event_cnt` (voltage too low), `oc2_…` (mean current) and `oc3_…` (peak current).
 */
export class ThrottlingSensors {
  readonly #sources: readonly Source[]

  private constructor(sources: readonly Source[]) {
    this.#sources = sources
  }

  static async find({ sys }: TelemetryRoots, files: SensorFiles): Promise<ThrottlingSensors> {
    const taken = new Set<string>()
    const sources: Source[] = []
    const add = (name: string, path: string, counts: boolean) => {
      const unique = uniqueName(name, taken)
      const file = files.at(`throttling ${unique}`, path)
      sources.push({ name: unique, file, counts, last: undefined })
    }
    for (const [name, path] of await countersOfIntel(sys)) add(name, path, true)
    const kinds = new Map<string, number>()
    for (const device of await entriesOf(join(sys, 'class/thermal'), /^cooling_device\d+$/)) {
      const type = (await textOf(join(device, 'type'))) ?? ''
      const count = (kinds.get(type) ?? 0) + 1
      kinds.set(type, count)
      if (HOLDS_CLOCKS_BACK.test(type) && count <= MOST_OF_A_KIND) add(type, join(device, 'cur_state'), false)
    }
    for (const chip of await entriesOf(join(sys, 'class/hwmon'), /^hwmon\d+$/)) {
      if ((await textOf(join(chip, 'name'))) !== 'soctherm_oc') continue
      for (const counter of await entriesOf(chip, /^oc\d_event_cnt$/)) add(basename(counter), counter, true)
    }
    return new ThrottlingSensors(sources)
  }

  async read(tick: Tick): Promise<Throttled> {
    const entries = await Promise.all(
      this.#sources.map(async (source) => {
        const { name, file, counts, last } = source
        const value = await file.number(tick, counts ? COUNT : STATE)
        source.last = value
        if (value === undefined) return []
        // A counter that went back was set to zero; what it counted before is not known.
        const times = counts ? value - (last ?? value) : Math.min(1, value)
        return times > 0 ? [[name, times] as const] : []
      }),
    )
    return Object.fromEntries(entries.flat())
  }

  close(): void {
    for (const { file } of this.#sources) file.close()
  }
}

// Neither fans and alerts of the case's temperature, nor "TCC Offset", whose state is a setting.
const HOLDS_CLOCKS_BACK =
  /^(thermal-)?(cpufreq|devfreq|cpuidle|idle)|-throttle-alert$|^Processor$|^intel_powerclamp$/

async function countersOfIntel(sys: string): Promise<[name: string, path: string][]> {
  const counters: [string, string][] = []
  const seen = new Set<string>()
  let cores = 0
  for (const cpu of await entriesOf(join(sys, 'devices/system/cpu'), /^cpu\d+$/)) {
    const [inside] = await entriesOf(cpu, /^thermal_throttle$/)
    if (inside === undefined) continue
    const pack = (await textOf(join(cpu, 'topology/physical_package_id'))) ?? '0'
    const core = (await textOf(join(cpu, 'topology/core_id'))) ?? basename(cpu)
    // Two threads of one core, and all of one package, count the same.
    if (!seen.has(pack)) counters.push([`package ${pack}`, join(inside, 'package_throttle_count')])
    seen.add(pack)
    if (seen.has(`${pack}/${core}`) || cores >= MOST_OF_A_KIND) continue
    seen.add(`${pack}/${core}`)
    cores += 1
    counters.push([`core ${core} of package ${pack}`, join(inside, 'core_throttle_count')])
  }
  return counters
}
