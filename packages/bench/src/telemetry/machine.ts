import { arch, availableParallelism, machine, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { MachineDescription } from '../result/schema.js'
import { armProcessor } from './arm-processors.js'
import { entriesOf, numbersOfList, textOf } from './discovery.js'
import { jetsonGpuNode } from './jetson-gpu.js'
import { memoryField } from './memory.js'
import { powerMode } from './power-mode.js'
import { type TelemetryRoots, thisMachine } from './roots.js'

const NVIDIA_SMI_MS = 5000

/**
 * Describes the machine. What cannot be read is left out, or taken from what Node.js knows.
 *
 * @param versions - of what is measured with, by name; those of NVIDIA's software are added.
 */
export async function describeMachine(
  roots: TelemetryRoots = thisMachine,
  versions: Readonly<Record<string, string>> = {},
): Promise<MachineDescription> {
  const { sys, proc, etc } = roots
  const [cpuinfo, online, meminfo, os, kernel, architecture, board, mode, governor, gpu, nvidia] =
    await Promise.all([
      textOf(join(proc, 'cpuinfo')),
      textOf(join(sys, 'devices/system/cpu/online')),
      textOf(join(proc, 'meminfo')),
      textOf(join(etc, 'os-release')),
      textOf(join(proc, 'sys/kernel/osrelease')),
      textOf(join(proc, 'sys/kernel/arch')),
      textOf(join(proc, 'device-tree/model')),
      powerMode(roots),
      governorOf(sys),
      gpuOf(roots),
      nvidiaVersions(roots),
    ])
  const cores = numbersOfList(online ?? '').length
  return {
    processor: processorOf(cpuinfo ?? ''),
    cores: cores > 0 ? cores : availableParallelism(),
    memoryBytes: totalMemory(meminfo),
    architecture: architecture ?? machine() ?? arch(),
    system: nameOfSystem(os ?? ''),
    kernel: kernel ?? release(),
    node: process.versions.node,
    ...(board !== undefined && board !== '' && { board }),
    ...(gpu !== undefined && { gpu }),
    ...(governor !== undefined && { governor }),
    ...(mode !== undefined && { powerMode: mode }),
    versions: { ...nvidia, ...versions },
  }
}

function processorOf(cpuinfo: string): string {
  const field = (name: string) => new RegExp(`^${name}\\s*: *(.+)$`, 'm').exec(cpuinfo)?.[1]?.trim()
  // Arm's kernels say "ARMv8 Processor rev 1 (v8l)" or nothing; the numbers say which it is.
  const parts = [...cpuinfo.matchAll(/^CPU part\s*: *(0x[0-9a-f]+)$/gim)].map(([, part = '']) => part)
  const names = [...new Set(parts)].map((part) => armProcessor(field('CPU implementer') ?? '', part))
  if (names.length > 0) return names.join(' + ')
  return field('model name') ?? field('Model') ?? 'unknown'
}

function totalMemory(meminfo: string | undefined): number {
  try {
    return memoryField(meminfo ?? '', 'MemTotal')
  } catch {
    return totalmem()
  }
}

function nameOfSystem(osRelease: string): string {
  const value = (name: string) => new RegExp(`^${name}=(?:"([^"]*)"|(.*))$`, 'm').exec(osRelease)
  const [, quoted, plain] = value('PRETTY_NAME') ?? value('NAME') ?? []
  return quoted ?? plain ?? process.platform
}

async function governorOf(sys: string): Promise<string | undefined> {
  const policies = await entriesOf(join(sys, 'devices/system/cpu/cpufreq'), /^policy\d+$/)
  const governors = await Promise.all(policies.map((policy) => textOf(join(policy, 'scaling_governor'))))
  const known = [...new Set(governors.filter((governor) => governor !== undefined))]
  return known.length > 0 ? known.join(', ') : undefined
}

// By the name of the system on chip, which the device tree has as "nvidia,tegra234".
const JETSON_GPUS: ReadonlyMap<string, string> = new Map([
  ['tegra210', 'Maxwell (gm20b)'],
  ['tegra186', 'Pascal (gp10b)'],
  ['tegra194', 'Volta (gv11b)'],
  ['tegra234', 'Ampere (ga10b)'],
  ['tegra264', 'Blackwell (gb10b)'],
])

async function gpuOf({ sys, proc, run }: TelemetryRoots): Promise<string | undefined> {
  if ((await jetsonGpuNode(sys)) !== undefined) {
    const compatible = (await textOf(join(proc, 'device-tree/compatible'))) ?? ''
    const chip = /\btegra\d+/.exec(compatible)?.[0] ?? ''
    return `NVIDIA ${JETSON_GPUS.get(chip) ?? 'Tegra'}, integrated`
  }
  const cards = await entriesOf(join(proc, 'driver/nvidia/gpus'), /./)
  const models = await Promise.all(
    cards.map(async (card) => /^Model:\s*(.+)$/m.exec((await textOf(join(card, 'information'))) ?? '')?.[1]),
  )
  const names = models.filter((model) => model !== undefined)
  if (names.length > 0) return counted(names)
  // Containers have the card without the driver's files.
  const output = await run.output('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], NVIDIA_SMI_MS)
  if ('failed' in output) return undefined
  return counted(output.stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])))
}

/** "NVIDIA GeForce RTX 3060", or "2 × NVIDIA H200". */
function counted(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const parts = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`))
  return parts.length > 0 ? parts.join(' + ') : undefined
}

async function nvidiaVersions({ proc, etc }: TelemetryRoots): Promise<Record<string, string>> {
  const [l4t, driver] = await Promise.all([
    textOf(join(etc, 'nv_tegra_release')),
    textOf(join(proc, 'driver/nvidia/version')),
  ])
  // "# R36 (release), REVISION: 4.3, GCID: …"
  const [, major, minor] = /^# R(\d+) \(release\), REVISION: ([\d.]+)/m.exec(l4t ?? '') ?? []
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 …", of the open one with "Open" before it.
  const module = /Kernel Module(?: for \S+)?\s+(\d+\.[\d.]+)/.exec(driver ?? '')?.[1]
  return {
    ...(major !== undefined && { 'Jetson Linux': `${major}.${minor}` }),
    ...(module !== undefined && { 'NVIDIA driver': module }),
  }
}
