import { join } from 'node:path'
import { entriesOf, textOf } from './discovery.js'
import { jetsonGpuNode } from './jetson-gpu.js'
import type { TelemetryRoots } from './roots.js'

const NVPMODEL_MS = 3000

/**
 * nvpmodel's mode and whether clocks are held at their highest as jetson_clocks does: "MAXN_SUPER (mode 2), jetson_clocks on".
 *
 * The mode is what `nvpmodel -q` says; where it does not run, what it has left in /var/lib/nvpmodel/status (`pmode:0002`), with the name
 * that /etc/nvpmodel.conf gives it. `jetson_clocks --show` is for root alone: what it does can be seen, though.
 *
 * @returns undefined of machines that have no nvpmodel.
 */
export async function powerMode(roots: TelemetryRoots): Promise<string | undefined> {
  const mode = (await modeOfQuery(roots)) ?? (await modeOfStatus(roots))
  if (mode === undefined) return undefined
  return `${mode}, jetson_clocks ${(await clocksAreHeld(roots.sys)) ? 'on' : 'off'}`
}

/** Whether a description of {@link powerMode} says that clocks are held. */
export function holdsClocks(mode: string | undefined): boolean {
  return mode?.endsWith('jetson_clocks on') === true
}

async function modeOfQuery({ run }: TelemetryRoots): Promise<string | undefined> {
  const output = await run.output('nvpmodel', ['-q'], NVPMODEL_MS)
  if ('failed' in output) return undefined
  // "NV Power Mode: 15W", and its number in a line of its own; warnings and the fan's mode may come before.
  const [, name, number] = /^NV Power Mode: *(\S+)\s+(\d+)\s*$/m.exec(output.stdout) ?? []
  return name === undefined ? undefined : `${name} (mode ${number})`
}

async function modeOfStatus({ etc, var: state }: TelemetryRoots): Promise<string | undefined> {
  const status = (await textOf(join(state, 'lib/nvpmodel/status'))) ?? ''
  const digits = /\bpmode:(\d+)/.exec(status)?.[1]
  if (digits === undefined) return undefined
  const number = Number(digits)
  const names = (await textOf(join(etc, 'nvpmodel.conf'))) ?? ''
  const name = new RegExp(`< *POWER_MODEL +ID=${number} +NAME=([^ >]+)`).exec(names)?.[1]
  return name === undefined ? `mode ${number}` : `${name} (mode ${number})`
}

async function clocksAreHeld(sys: string): Promise<boolean> {
  const policies = await entriesOf(join(sys, 'devices/system/cpu/cpufreq'), /^policy\d+$/)
  const limits = policies.map((policy) =>
    ['scaling_min_freq', 'scaling_max_freq'].map((file) => join(policy, file)),
  )
  const gpu = await jetsonGpuNode(sys)
  if (gpu !== undefined) limits.push([join(gpu, 'min_freq'), join(gpu, 'max_freq')])
  for (const [least = '', most = ''] of limits) {
    const clock = await textOf(least)
    if (clock === undefined || clock !== (await textOf(most))) return false
  }
  return limits.length > 0
}
