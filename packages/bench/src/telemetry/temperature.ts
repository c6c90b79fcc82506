import { basename, join } from 'node:path'
import { entriesOf, textOf, uniqueName } from './discovery.js'
import type { TelemetryRoots } from './roots.js'
import type { SensorFile, SensorFiles, Tick } from './sensor-file.js'

// Jetsons say −256 °C where a unit is switched off; no chip works below −40 °C or above 150 °C.
const MILLIDEGREES = { least: -40_000, most: 150_000 }
// Chips whose hwmon has what the thermal zones of most PCs lack: the processor's own temperature.
const PROCESSOR_CHIPS = /^(coretemp|k10temp|zenpower|cpu_thermal)$/
// One core among many: the package's is the hottest of them.
const SINGLE_CORE = /^Core \d+$/

/** Temperatures by the names that the kernel gives the sensors. */
export type Temperatures = Readonly<Record<string, number>>

/**
 * Thermal zones (`/sys/class/thermal/thermal_zone*`, in millidegrees), and of PCs the processor's hwmon.
 *
 * @see https://docs.kernel.org/driver-api/thermal/sysfs-api.html
 */
export class ThermalSensors {
  readonly #sensors: readonly { readonly name: string; readonly file: SensorFile }[]

  private constructor(sensors: readonly { readonly name: string; readonly file: SensorFile }[]) {
    this.#sensors = sensors
  }

  static async find({ sys }: TelemetryRoots, files: SensorFiles): Promise<ThermalSensors> {
    const taken = new Set<string>()
    const sensors: { name: string; file: SensorFile }[] = []
    const add = (name: string, path: string) => {
      const unique = uniqueName(name, taken)
      sensors.push({ name: unique, file: files.at(`temperature ${unique}`, path) })
    }
    for (const zone of await entriesOf(join(sys, 'class/thermal'), /^thermal_zone\d+$/)) {
      add((await textOf(join(zone, 'type'))) ?? basename(zone), join(zone, 'temp'))
    }
    const hasPackage = taken.has('x86_pkg_temp')
    for (const chip of await entriesOf(join(sys, 'class/hwmon'), /^hwmon\d+$/)) {
      const name = await textOf(join(chip, 'name'))
      if (name === undefined || !PROCESSOR_CHIPS.test(name) || (hasPackage && name === 'coretemp')) continue
      for (const input of await entriesOf(chip, /^temp\d+_input$/)) {
        const label = await textOf(input.replace(/_input$/, '_label'))
        if (label === undefined || !SINGLE_CORE.test(label)) add(`${name} ${label ?? basename(input)}`, input)
      }
    }
    return new ThermalSensors(sensors)
  }

  get count(): number {
    return this.#sensors.length
  }

  async read(tick: Tick): Promise<Temperatures> {
    const entries = await Promise.all(
      this.#sensors.map(async ({ name, file }) => {
        const millidegrees = await file.number(tick, MILLIDEGREES)
        return millidegrees === undefined ? [] : [[name, millidegrees / 1000] as const]
      }),
    )
    return Object.fromEntries(entries.flat())
  }

  close(): void {
    for (const { file } of this.#sensors) file.close()
  }
}

// Sensors beside the chips, and some that always say the same: of boards, radios, disks; the PMIC of a Jetson is at 100 °C, whatever happens.
const NOT_OF_CHIPS = /^(tboard|tdiode|pmic|acpitz|int3400|iwlwifi|nvme|pch|hot-surface)/i

/** The hottest of the chips' sensors, which is the one that throttling begins at; where there are none, the hottest of all. */
export function hottest(
  temperatures: Temperatures,
): { readonly sensor: string; readonly celsius: number } | undefined {
  const all = Object.entries(temperatures).map(([sensor, celsius]) => ({ sensor, celsius }))
  const chips = all.filter(({ sensor }) => !NOT_OF_CHIPS.test(sensor))
  const candidates = chips.length > 0 ? chips : all
  return candidates.toSorted((a, b) => b.celsius - a.celsius)[0]
}
