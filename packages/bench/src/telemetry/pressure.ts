import { join } from 'node:path'
import { rounded } from './processor.js'
import type { TelemetryRoots } from './roots.js'
import { quoted, type SensorFile, type SensorFiles, type Tick, wholeNumber } from './sensor-file.js'

const RESOURCES = ['cpu', 'io', 'memory'] as const

/** Share of the time since the last reading in which some task had to wait, in per cent. */
export type Pressure = { [K in (typeof RESOURCES)[number]]?: number }

/**
 * Pressure stall information: /proc/pressure/{cpu,io,memory}, each `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`.
 *
 * What is told is made from `total` (microseconds), not from `avg10`: that still speaks of the model before.
 *
 * @see https://docs.kernel.org/accounting/psi.html
 */
export class PressureSensors {
  readonly #files: readonly { readonly resource: (typeof RESOURCES)[number]; readonly file: SensorFile }[]
  readonly #totals: Pressure = {}

  constructor({ proc }: TelemetryRoots, files: SensorFiles) {
    this.#files = RESOURCES.map((resource) => ({
      resource,
      file: files.at(`pressure ${resource}`, join(proc, 'pressure', resource)),
    }))
  }

  async read(tick: Tick): Promise<Pressure> {
    const pressure: Pressure = {}
    await Promise.all(
      this.#files.map(async ({ resource, file }) => {
        const total = await file.value(tick, microsecondsOf)
        const last = this.#totals[resource]
        if (total === undefined) delete this.#totals[resource]
        else this.#totals[resource] = total
        if (total === undefined || last === undefined || tick.elapsedS === undefined) return
        const perCent = (total - last) / (tick.elapsedS * 1e4)
        pressure[resource] = rounded(Math.min(100, Math.max(0, perCent)), 2)
      }),
    )
    return pressure
  }

  close(): void {
    for (const { file } of this.#files) file.close()
  }
}

function microsecondsOf(text: string): number {
  const total = wholeNumber(/^some .*\btotal=(\d+)/.exec(text)?.[1] ?? '')
  if (total === undefined) throw new Error(`expected "some … total=…", found ${quoted(text)}`)
  return total
}
