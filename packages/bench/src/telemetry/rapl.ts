import { basename, dirname, join } from 'node:path'
import { entriesOf, textOf, uniqueName } from './discovery.js'
import type { Power } from './power-rails.js'
import { rounded } from './processor.js'
import type { TelemetryRoots } from './roots.js'
import { type SensorFile, type SensorFiles, type Tick, wholeNumber } from './sensor-file.js'

const MICROJOULES = { least: 0, most: Number.MAX_SAFE_INTEGER }

interface Domain {
  readonly name: string
  readonly file: SensorFile
  /** Where the counter begins anew. */
  readonly wrapsAfter: number | undefined
  last: number | undefined
}

/**
 * Running average power limit: counters of energy (µJ) of the processor's packages and their parts, under
 * `/sys/class/powercap/intel-rapl:*`, also on AMD. Since CVE-2020-8694 only root may read them.
 *
 * A part's name has its package's before it: `package-0/dram`. Power is the mean since the last reading.
 *
 * @see https://docs.kernel.org/power/powercap/powercap.html
 */
export class RaplDomains {
  readonly #domains: readonly Domain[]

  private constructor(domains: readonly Domain[]) {
    this.#domains = domains
  }

  static async find({ sys }: TelemetryRoots, files: SensorFiles): Promise<RaplDomains> {
    const taken = new Set<string>()
    const domains: Domain[] = []
    // `intel-rapl-mmio` has the same package once more.
    for (const zone of await entriesOf(join(sys, 'class/powercap'), /^intel-rapl(:\d+){1,2}$/)) {
      const own = (await textOf(join(zone, 'name'))) ?? basename(zone)
      const parent = /^(intel-rapl:\d+):\d+$/.exec(basename(zone))?.[1]
      const of = parent === undefined ? undefined : await textOf(join(dirname(zone), parent, 'name'))
      const name = uniqueName(of === undefined ? own : `${of}/${own}`, taken)
      const wrapsAfter = wholeNumber((await textOf(join(zone, 'max_energy_range_uj'))) ?? '')
      const file = files.at(`power ${name}`, join(zone, 'energy_uj'))
      domains.push({ name, file, wrapsAfter, last: undefined })
    }
    return new RaplDomains(domains)
  }

  get count(): number {
    return this.#domains.length
  }

  async read(tick: Tick): Promise<Power> {
    const entries = await Promise.all(
      this.#domains.map(async (domain) => {
        const energy = await domain.file.number(tick, MICROJOULES)
        const used = energyBetween(domain.last, energy, domain.wrapsAfter)
        domain.last = energy
        if (used === undefined || tick.elapsedS === undefined) return []
        return [[domain.name, rounded(used / tick.elapsedS / 1000, 1)] as const]
      }),
    )
    return Object.fromEntries(entries.flat())
  }

  close(): void {
    for (const { file } of this.#domains) file.close()
  }
}

/** Microjoules between two states of a counter, which may have begun anew once; undefined where that cannot be told. */
function energyBetween(
  before: number | undefined,
  now: number | undefined,
  wrapsAfter: number | undefined,
): number | undefined {
  if (before === undefined || now === undefined) return undefined
  if (now >= before) return now - before
  return wrapsAfter === undefined || before > wrapsAfter ? undefined : now + wrapsAfter - before
}

/** Whether a rail of {@link Power} is one of RAPL's: its power is a mean since the last reading, not of the moment. */
export function isRaplDomain(rail: string): boolean {
  return /^(package-\d+|psys)(\/|$| )/.test(rail)
}
