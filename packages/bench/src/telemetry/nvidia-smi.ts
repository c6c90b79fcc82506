import type { ProgramReading, ReportingCall } from './reporting-program.js'

const COLUMNS = ['index', 'clocks.sm', 'utilization.gpu', 'temperature.gpu', 'power.draw']
// Drivers from 535 on call them events, those before throttling; very old ones have neither.
const REASONS = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active', undefined]

// Of NVML's nvmlClocksEventReasons: the hardware's slowdown, heat as software and as hardware see it, the power brake. The cap on power (0x4)
// is none of them: under full load it is how many cards always run.
const SLOWDOWNS = 0x8n | 0x20n | 0x40n | 0x80n

/** How nvidia-smi is called, newest form first. */
export function nvidiaSmi(intervalMs: number): readonly ReportingCall[] {
  return REASONS.map((reasons) => {
    const columns = reasons === undefined ? COLUMNS : [...COLUMNS, reasons]
    const args = [
      `--query-gpu=${columns.join(',')}`,
      '--format=csv,noheader,nounits',
      '-lms',
      `${intervalMs}`,
    ]
    const gpus = new Map<number, Gpu>()
    return { program: 'nvidia-smi', args, parse: (line) => parseNvidiaSmi(line, gpus) }
  })
}

interface Gpu {
  readonly mhz: number | undefined
  readonly load: number | undefined
  readonly celsius: number | undefined
  readonly watts: number | undefined
  readonly slowedDown: boolean
}

/**
 * What one line tells, of one GPU, with what earlier lines told of others. Clock and load are those of the busiest.
 *
 * @param gpus - what is known of each by its index; this line's is put in.
 */
export function parseNvidiaSmi(line: string, gpus: Map<number, Gpu>): ProgramReading | undefined {
  const [index, mhz, perCent, celsius, watts, reasons = ''] = line.split(',').map((field) => field.trim())
  if (index === undefined || !/^\d+$/.test(index) || watts === undefined) return undefined
  const load = numberOf(perCent)
  gpus.set(Number(index), {
    mhz: numberOf(mhz),
    load: load === undefined ? undefined : Math.min(1, load / 100),
    celsius: numberOf(celsius),
    watts: numberOf(watts),
    slowedDown: /^0x[0-9a-f]+$/i.test(reasons) && (BigInt(reasons) & SLOWDOWNS) !== 0n,
  })
  const all = [...gpus].map(([which, gpu]) => ({ name: `gpu ${which}`, ...gpu }))
  const busiest = all.reduce((most, gpu) => ((gpu.load ?? 0) > (most.load ?? 0) ? gpu : most))
  const temperatures = all.flatMap(({ name, celsius }) => (celsius === undefined ? [] : [[name, celsius]]))
  const power = all.flatMap(({ name, watts }) => (watts === undefined ? [] : [[name, watts * 1000]]))
  const slowedDown = all.flatMap(({ name, slowedDown }) => (slowedDown ? [[name, 1]] : []))
  return {
    ...(temperatures.length > 0 && { temperatureC: Object.fromEntries(temperatures) }),
    ...(power.length > 0 && { powerMw: Object.fromEntries(power) }),
    ...(slowedDown.length > 0 && { throttled: Object.fromEntries(slowedDown) }),
    ...(busiest.load !== undefined && { gpuLoad: busiest.load }),
    ...(busiest.mhz !== undefined && { gpuMhz: busiest.mhz }),
  }
}

/** A number, or undefined of "[N/A]", "[Not Supported]" and the like. */
function numberOf(field: string | undefined): number | undefined {
  return field !== undefined && /^\d+(\.\d+)?$/.test(field) ? Number(field) : undefined
}
