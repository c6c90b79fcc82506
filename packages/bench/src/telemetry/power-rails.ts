import { basename, join } from 'node:path'
import { entriesOf, namesIn, textOf, uniqueName } from './discovery.js'
import { rounded } from './processor.js'
import type { TelemetryRoots } from './roots.js'
import type { SensorFile, SensorFiles, Tick } from './sensor-file.js'

// A current through a shunt is negative by a little where there is nearly none. No board of this kind has a kilovolt or a kiloampere.
const MILLIVOLTS = { least: -1000, most: 1_000_000 }
const MILLIAMPERES = { least: -100_000, most: 1_000_000 }
const MILLIWATTS = { least: -100_000, most: 100_000_000 }
const MICROWATTS = { least: -100_000_000, most: 100_000_000_000 }

/** Milliwatts by rail. */
export type Power = Readonly<Record<string, number>>

interface Rail {
  readonly name: string
  read(tick: Tick): Promise<number | undefined>
  close(): void
}

/**
 * Power monitors on rails of the board.
 *
 * - JetPack 5 and later: the INA3221's hwmon has for each channel `in1_label` (the rail), `in1_input` (mV) and `curr1_input` (mA), and
 *   no power: that is their product. `in7_label` is "sum of shunt voltages", which has no current and is no rail; "NC" is not connected.
 * - JetPack 4: `ina3221x` under iio with `rail_name_0` and `in_power0_input` (mW).
 * - Others (INA226, INA238, amdgpu, ACPI power meters): hwmon's `power1_input` or `power1_average` (µW).
 *
 * @see https://docs.kernel.org/hwmon/ina3221.html
 * @see https://docs.kernel.org/hwmon/sysfs-interface.html
 */
export class PowerRails {
  readonly #rails: readonly Rail[]

  private constructor(rails: readonly Rail[]) {
    this.#rails = rails
  }

  static async find({ sys }: TelemetryRoots, files: SensorFiles): Promise<PowerRails> {
    const taken = new Set<string>()
    const rails: Rail[] = []
    for (const chip of await entriesOf(join(sys, 'class/hwmon'), /^hwmon\d+$/)) {
      rails.push(...(await railsOfHwmon(chip, taken, files)))
    }
    for (const address of await entriesOf(join(sys, 'bus/i2c/drivers/ina3221x'), /^\d+-[0-9a-f]{4}$/)) {
      for (const device of await entriesOf(address, /^iio[:_]device\d*$/)) {
        rails.push(...(await railsOfIio(device, taken, files)))
      }
    }
    return new PowerRails(rails)
  }

  get count(): number {
    return this.#rails.length
  }

  async read(tick: Tick): Promise<Power> {
    const entries = await Promise.all(
      this.#rails.map(async (rail) => {
        const milliwatts = await rail.read(tick)
        return milliwatts === undefined ? [] : [[rail.name, rounded(milliwatts, 1)] as const]
      }),
    )
    return Object.fromEntries(entries.flat())
  }

  close(): void {
    for (const rail of this.#rails) rail.close()
  }
}

async function railsOfHwmon(chip: string, taken: Set<string>, files: SensorFiles): Promise<Rail[]> {
  const rails: Rail[] = []
  const names = new Set(await namesIn(chip))
  for (const file of names) {
    const channel = /^in(\d+)_label$/.exec(file)?.[1]
    if (channel === undefined) continue
    const label = (await textOf(join(chip, file))) ?? ''
    if (!isRail(label) || !names.has(`in${channel}_input`) || !names.has(`curr${channel}_input`)) continue
    const name = uniqueName(label, taken)
    const voltage = files.at(`power ${name}`, join(chip, `in${channel}_input`))
    const current = files.at(`power ${name}`, join(chip, `curr${channel}_input`))
    rails.push(railOfProduct(name, voltage, current))
  }
  for (const file of names) {
    const channel = /^power(\d+)_(?:input|average)$/.exec(file)?.[1]
    // Where a chip has both, the mean is what says more.
    if (channel === undefined || (file.endsWith('_input') && names.has(`power${channel}_average`))) continue
    const label = await textOf(join(chip, `power${channel}_label`))
    const name = uniqueName(label ?? (await textOf(join(chip, 'name'))) ?? basename(chip), taken)
    const power = files.at(`power ${name}`, join(chip, file))
    rails.push(railOfPower(name, power, MICROWATTS, 1e-3))
  }
  return rails
}

async function railsOfIio(device: string, taken: Set<string>, files: SensorFiles): Promise<Rail[]> {
  const rails: Rail[] = []
  const names = await namesIn(device)
  for (const file of names) {
    const channel = /^rail_name_(\d+)$/.exec(file)?.[1]
    const label = channel === undefined ? '' : ((await textOf(join(device, file))) ?? '')
    if (!isRail(label) || !names.includes(`in_power${channel}_input`)) continue
    const name = uniqueName(label, taken)
    const power = files.at(`power ${name}`, join(device, `in_power${channel}_input`))
    rails.push(railOfPower(name, power, MILLIWATTS, 1))
  }
  return rails
}

function isRail(label: string): boolean {
  return label !== '' && label !== 'NC'
}

function railOfProduct(name: string, voltage: SensorFile, current: SensorFile): Rail {
  return {
    name,
    async read(tick) {
      const [millivolts, milliamperes] = await Promise.all([
        voltage.number(tick, MILLIVOLTS),
        current.number(tick, MILLIAMPERES),
      ])
      if (millivolts === undefined || milliamperes === undefined) return undefined
      return (millivolts * milliamperes) / 1000
    },
    close() {
      voltage.close()
      current.close()
    },
  }
}

function railOfPower(
  name: string,
  file: SensorFile,
  range: { readonly least: number; readonly most: number },
  toMilliwatts: number,
): Rail {
  return {
    name,
    async read(tick) {
      const value = await file.number(tick, range)
      return value === undefined ? undefined : value * toMilliwatts
    },
    close: () => file.close(),
  }
}
