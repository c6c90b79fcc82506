import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { entriesOf, textOf } from './discovery.js'
import { rounded } from './processor.js'
import type { TelemetryRoots } from './roots.js'
import type { SensorFile, SensorFiles, Tick } from './sensor-file.js'

const HERTZ = { least: 0, most: 10_000_000_000 }
const PER_MILLE = { least: 0, most: 1000 }
// 57000000.gpu (Nano), 17000000.gp10b (TX2), .gv11b (Xavier), .ga10b (Orin, JetPack 5), .gpu (Orin, JetPack 6), gpu-gpc-0 (Thor).
const GPU_NODE = /\.(gpu|gm20b|gp10b|gv11b|ga10b)$|^gpu-gpc-\d+$/

/** What a GPU did. */
export interface GpuReading {
  gpuMhz?: number
  gpuLoad?: number
}

/** The directory of a Jetson's GPU under `/sys/class/devfreq`; undefined of other machines. */
export async function jetsonGpuNode(sys: string): Promise<string | undefined> {
  const [node] = await entriesOf(join(sys, 'class/devfreq'), GPU_NODE)
  return node
}

/** Whether the device tree says that this is one of NVIDIA's systems on chip. */
export async function isTegra({ proc }: TelemetryRoots): Promise<boolean> {
  return (await textOf(join(proc, 'device-tree/compatible')))?.includes('nvidia,tegra') === true
}

/** The GPU of a Jetson: `cur_freq` (Hz) of devfreq, and `load` (per mille) of its device. */
export class JetsonGpu {
  readonly #clock: SensorFile | undefined
  readonly #load: SensorFile | undefined

  private constructor(clock: SensorFile | undefined, load: SensorFile | undefined) {
    this.#clock = clock
    this.#load = load
  }

  static async find({ sys }: TelemetryRoots, files: SensorFiles): Promise<JetsonGpu> {
    const node = await jetsonGpuNode(sys)
    const loads = [join(sys, 'devices/platform/gpu.0/load'), join(sys, 'devices/gpu.0/load')]
    if (node !== undefined) loads.unshift(join(node, 'device/load'))
    const load = await firstThatExists(loads)
    const clock =
      node === undefined ? undefined : files.at(`gpu clock ${basename(node)}`, join(node, 'cur_freq'))
    return new JetsonGpu(clock, load === undefined ? undefined : files.at('gpu load', load))
  }

  get hasClock(): boolean {
    return this.#clock !== undefined
  }

  get hasLoad(): boolean {
    return this.#load !== undefined
  }

  async read(tick: Tick): Promise<GpuReading> {
    const [hertz, perMille] = await Promise.all([
      this.#clock?.number(tick, HERTZ),
      this.#load?.number(tick, PER_MILLE),
    ])
    return {
      ...(hertz !== undefined && { gpuMhz: rounded(hertz / 1e6, 1) }),
      ...(perMille !== undefined && { gpuLoad: perMille / 1000 }),
    }
  }

  close(): void {
    this.#clock?.close()
    this.#load?.close()
  }
}

async function firstThatExists(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists) return path
  }
  return undefined
}
