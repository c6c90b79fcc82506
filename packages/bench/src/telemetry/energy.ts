import type { Reading, Telemetry } from '../result/schema.js'
import { isRaplDomain } from './rapl.js'
import { RELIABILITY_LIMITS as LIMITS } from './reliability-limits.js'
import { lengthMs, type TimeWindow, within } from './windows.js'

/** Energy of one inference, or why it cannot be told. */
export type InferenceEnergy =
  | { readonly energyMj: NonNullable<Telemetry['energyMj']> }
  | { readonly reason: string }

/** What is asked for. */
export interface EnergyQuestion {
  readonly readings: readonly Reading[]
  /** When the model ran. */
  readonly windows: readonly TimeWindow[]
  /** How many inferences it ran in them. */
  readonly inferences: number
}

// Readings farther apart than this have a hole between them, in which anything may have been.
const LONGEST_GAP_MS = 5000
// Fewer readings while a model ran do not make a mean.
const FEWEST_READINGS = 4
// Of the time in which a model ran, so much has to lie between readings.
const LEAST_COVERED = 0.8

/**
 * Energy of one inference: the mean power while the model ran, times how long it ran, by its inferences. That of graphics cards counts where
 * they were at work meanwhile; of Jetsons it is in the module's.
 *
 * Power of the moment goes in a straight line from one reading to the next; RAPL's, which is a mean, holds from the last reading on, so that
 * the sum is what its counter counted. Energy of all that ran on the machine, idle power included.
 */
export function inferenceEnergy({ readings, windows, inferences }: EnergyQuestion): InferenceEnergy {
  const measured = readings.filter(({ powerMw }) => powerMw !== undefined)
  const rails = railsOfWhole(
    new Set(measured.flatMap(({ powerMw = {} }) => Object.keys(powerMw))),
    isGpuAtWork(readings, windows),
  )
  if (rails.length === 0) return { reason: 'no rail of the whole module or processor was measured' }
  if (inferences === 0 || windows.length === 0) return { reason: 'nothing ran' }
  const inside = measured.filter((reading) => isInside(reading, windows))
  if (inside.length < FEWEST_READINGS) {
    return { reason: `${inside.length} readings of power fell into its runs, ${FEWEST_READINGS} are needed` }
  }
  const runMs = lengthMs(windows)
  const [turnMs, betweenMs] = [runMs / windows.length, medianGap(measured)]
  if (turnMs < betweenMs) {
    return {
      reason: `its turns of ${seconds(turnMs)} s are shorter than the ${seconds(betweenMs)} s between readings`,
    }
  }
  let milliwatts = 0
  for (const rail of rails) {
    const { energy, coveredMs } = energyOf(rail, measured, windows)
    if (coveredMs < LEAST_COVERED * runMs) {
      const share = Math.round((100 * coveredMs) / runMs)
      return { reason: `power of ${rail} is known for ${share} % of the time in which it ran` }
    }
    milliwatts += energy / coveredMs
  }
  const value = (milliwatts * runMs) / 1000 / inferences
  return { energyMj: { value, source: rails.join(' + ') } }
}

function isInside({ atMs }: Reading, windows: readonly TimeWindow[]): boolean {
  return windows.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs)
}

/** Whether graphics cards were as busy while the model ran as one is that runs it. */
function isGpuAtWork(readings: readonly Reading[], windows: readonly TimeWindow[]): boolean {
  const loads = readings.flatMap((reading) =>
    reading.gpuLoad !== undefined && isInside(reading, windows) ? [reading.gpuLoad] : [],
  )
  return loads.length > 0 && loads.reduce((sum, load) => sum + load, 0) / loads.length >= LIMITS.gpuAtWork
}

// Rails that the whole module is fed through. VDD_IN: Orin Nano, Orin NX, Xavier NX, TX2; POM_5V_IN: Nano.
const INPUTS = ['VDD_IN', 'POM_5V_IN']
// Modules that have no such rail have some that add up to it. AGX Orin's VDDQ_VDD2_1V8AO is fed from VIN_SYS_5V0, and so no summand. The others: Thor, AGX Xavier.
const SUMS = [
  ['VDD_GPU_SOC', 'VDD_CPU_CV', 'VIN_SYS_5V0'],
  ['VDD_GPU', 'VDD_CPU_SOC_MSS', 'VIN_SYS_5V0'],
  ['GPU', 'CPU', 'SOC', 'CV', 'VDDRQ', 'SYS5V'],
]

/**
 * The rails whose sum is the power of the whole module; of a PC, of the processor's packages, and of its graphics cards where they worked.
 * Empty where none is measured.
 */
export function railsOfWhole(rails: ReadonlySet<string>, gpu: boolean): readonly string[] {
  const input = INPUTS.find((rail) => rails.has(rail))
  if (input !== undefined) return [input]
  const sum = SUMS.find((summands) => summands.every((rail) => rails.has(rail)))
  if (sum !== undefined) return sum
  const packages = [...rails].filter((rail) => /^package-\d+$/.test(rail))
  return gpu ? [...packages, ...[...rails].filter((rail) => /^gpu \d+$/.test(rail))] : packages
}

/** In milliwatts times milliseconds, with the milliseconds that it is known for. */
function energyOf(rail: string, readings: readonly Reading[], windows: readonly TimeWindow[]) {
  const isMean = isRaplDomain(rail)
  let [energy, coveredMs] = [0, 0]
  let before: { readonly atMs: number; readonly power: number } | undefined
  for (const { atMs, powerMw } of readings) {
    const power = powerMw?.[rail]
    if (power === undefined) continue
    if (before !== undefined && atMs - before.atMs <= LONGEST_GAP_MS) {
      const { atMs: fromMs, power: first } = before
      const slope = isMean ? 0 : (power - first) / (atMs - fromMs)
      const start = isMean ? power : first
      for (const part of within(windows, { fromMs, toMs: atMs })) {
        const lengthMs = part.toMs - part.fromMs
        const middle = (part.fromMs + part.toMs) / 2
        energy += lengthMs * (start + slope * (middle - fromMs))
        coveredMs += lengthMs
      }
    }
    before = { atMs, power }
  }
  return { energy, coveredMs }
}

function medianGap(readings: readonly Reading[]): number {
  const gaps = readings.slice(1).map(({ atMs }, index) => atMs - (readings[index]?.atMs ?? atMs))
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2)
}
