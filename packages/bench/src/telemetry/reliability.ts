import type { MachineDescription, ModelResult, Reading } from '../result/schema.js'
import { median } from '../statistics/quantile.js'
import { QUALITY_LIMITS, type SampleQuality } from '../statistics/sample-quality.js'
import { holdsClocks } from './power-mode.js'
import { RELIABILITY_LIMITS as LIMITS } from './reliability-limits.js'
import { hottest } from './temperature.js'
import { type TimeWindow, within } from './windows.js'

/** A warning of a model's result. */
export type Warning = ModelResult['warnings'][number]

/** The codes of {@link judgeReliability}'s warnings. */
export const reliabilityCodes = [
  'throttled',
  'temperature-rose',
  'clock-changed',
  'steal',
  'pressure',
  'governor',
  'drift',
  'noise',
  'too-short',
  'other-load',
] as const
export type ReliabilityCode = (typeof reliabilityCodes)[number]

/** What there is of one model. */
export interface Amount {
  readonly samples: number
  /** How long inference took in all. */
  readonly seconds: number
}

/** What a verdict is made from. */
export interface Evidence {
  /** Readings of the whole run. */
  readonly readings: readonly Reading[]
  /** When this model ran: readings of other times do not count. */
  readonly windows: readonly TimeWindow[]
  readonly amount: Amount
  /** What its samples say of themselves. */
  readonly quality: Pick<SampleQuality, 'drift' | 'noise'>
  /** What was asked for. */
  readonly asked: { readonly minRuns: number; readonly minSeconds: number }
  readonly machine: Pick<MachineDescription, 'cores' | 'governor' | 'powerMode'>
  readonly threads: number
}

/** Why the figures of a model are to be doubted, or not to be believed at all; see {@link RELIABILITY_LIMITS}. */
export function judgeReliability(evidence: Evidence): Warning[] {
  const observed = new Observed(evidence.readings, evidence.windows)
  return [
    ...judgeThrottling(observed),
    ...judgeTemperature(observed),
    ...judgeClock(observed),
    ...judgeSteal(observed),
    ...judgePressure(observed, evidence),
    ...judgeOtherLoad(observed, evidence),
    ...judgeGovernor(evidence),
    ...judgeSamples(evidence),
  ]
}

/** Readings of the times in which a model ran. */
class Observed {
  /** What holds at the moment of a reading: readings that were taken while the model ran. */
  readonly moments: readonly Reading[]
  /** What holds since the last reading: how long the model ran meanwhile. */
  readonly spans: readonly { readonly reading: Reading; readonly ms: number }[]

  constructor(readings: readonly Reading[], windows: readonly TimeWindow[]) {
    this.moments = readings.filter(({ atMs }) =>
      windows.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs),
    )
    this.spans = readings.slice(1).flatMap((reading, index) => {
      const span = { fromMs: readings[index]?.atMs ?? reading.atMs, toMs: reading.atMs }
      const ms = within(windows, span).reduce((sum, part) => sum + part.toMs - part.fromMs, 0)
      return ms > 0 ? [{ reading, ms }] : []
    })
  }

  /** The mean over the time in which the model ran; undefined where nothing tells it. */
  mean(of: (reading: Reading) => number | undefined): number | undefined {
    let [sum, weights] = [0, 0]
    for (const { reading, ms } of this.spans) {
      const value = of(reading)
      if (value === undefined) continue
      sum += value * ms
      weights += ms
    }
    return weights > 0 ? sum / weights : undefined
  }

  /** The medians of the first third and of the last; undefined where too few readings tell them. */
  trend(of: (reading: Reading) => number | undefined): readonly [first: number, last: number] | undefined {
    const values = this.moments.map(of).filter((value) => value !== undefined)
    if (values.length < LIMITS.fewestReadings) return undefined
    const third = Math.ceil(values.length / 3)
    return [median(values.slice(0, third)), median(values.slice(-third))]
  }
}

// Peaks of current are cut off within microseconds, thousands of times an hour on an Orin at full clock: that is how it always runs.
const PEAK_CURRENT = 'oc3_event_cnt'

function judgeThrottling({ spans }: Observed): Warning[] {
  const counts = new Map<string, number>()
  for (const { reading } of spans) {
    for (const [name, count] of Object.entries(reading.throttled ?? {})) {
      counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  if (counts.size === 0) return []
  const names = [...counts].map(([name, count]) => `${name} ${count}×`).join(', ')
  const onlyPeaks = counts.size === 1 && counts.has(PEAK_CURRENT)
  const meaning = onlyPeaks
    ? 'peaks of current were cut off, for moments that are too short to be seen in a median'
    : 'clocks were held back by heat or power'
  return [
    warning('throttled', !onlyPeaks, `The machine throttled while the model ran (${names}): ${meaning}.`),
  ]
}

function judgeTemperature(observed: Observed): Warning[] {
  const [first, last] = observed.trend(({ temperatureC = {} }) => hottest(temperatureC)?.celsius) ?? []
  if (first === undefined || last === undefined || last - first <= LIMITS.temperatureRoseC) return []
  const rise = (last - first).toFixed(0)
  const message = `It became ${rise} °C hotter while the model ran, ${last.toFixed(0)} °C in the end: let it warm up for longer, or cool down between models.`
  return [warning('temperature-rose', false, message)]
}

function judgeClock(observed: Observed): Warning[] {
  const gpuLoad = observed.mean((reading) => reading.gpuLoad)
  const clocks = [{ name: "processors'", trend: observed.trend(({ cpuMhz }) => cpuMhz) }]
  if (gpuLoad !== undefined && gpuLoad >= LIMITS.gpuAtWork) {
    clocks.push({ name: "GPU's", trend: observed.trend(({ gpuMhz }) => gpuMhz) })
  }
  return clocks.flatMap(({ name, trend }) => {
    const [first, last] = trend ?? []
    if (first === undefined || last === undefined) return []
    const change = Math.abs(last - first) / Math.max(first, last)
    if (!(change > LIMITS.clockChanged)) return []
    const message = `The ${name} clock went from ${first.toFixed(0)} to ${last.toFixed(0)} MHz while the model ran: what was measured is a mixture.`
    return [warning('clock-changed', change > LIMITS.clockChangedUnreliable, message)]
  })
}

function judgeSteal(observed: Observed): Warning[] {
  const share = observed.mean(({ steal, cpuLoad }) => {
    if (steal === undefined || cpuLoad === undefined) return undefined
    const wanted = steal + cpuLoad
    return wanted > 0 ? steal / wanted : 0
  })
  if (share === undefined || share <= LIMITS.steal) return []
  const message = `The hypervisor gave ${perCent(share)} of the processor time that was wanted to other machines.`
  return [warning('steal', share > LIMITS.stealUnreliable, message)]
}

function judgePressure(observed: Observed, { threads, machine }: Evidence): Warning[] {
  const cpu = observed.mean(({ pressure }) => pressure?.cpu)
  const memory = observed.mean(({ pressure }) => pressure?.memory)
  const io = observed.mean(({ pressure }) => pressure?.io)
  const warnings: Warning[] = []
  if (cpu !== undefined && cpu > LIMITS.cpuPressure) {
    // More threads than processors wait for each other: that is what was asked for.
    const asked = threads > machine.cores
    const why = asked ? `: ${threads} threads on ${machine.cores} processors wait for each other` : ''
    const message = `Tasks waited for a processor ${cpu.toFixed(0)} % of the time${why}.`
    warnings.push(warning('pressure', !asked && cpu > LIMITS.cpuPressureUnreliable, message))
  }
  if (memory !== undefined && memory > LIMITS.memoryPressure) {
    const message = `Tasks waited for memory ${memory.toFixed(1)} % of the time: there is too little of it.`
    warnings.push(warning('pressure', memory > LIMITS.memoryPressureUnreliable, message))
  }
  if (io !== undefined && io > LIMITS.ioPressure) {
    warnings.push(warning('pressure', false, `Tasks waited for a disk ${io.toFixed(0)} % of the time.`))
  }
  return warnings
}

function judgeOtherLoad(observed: Observed, { machine, threads }: Evidence): Warning[] {
  const share = observed.mean(({ otherLoad }) => otherLoad)
  if (share === undefined) return []
  const processors = share * machine.cores
  if (processors <= LIMITS.otherProcessors) return []
  const full = Math.min(threads, machine.cores) / machine.cores + share > LIMITS.otherLoadFull
  const crowded = full && processors > 2 * LIMITS.otherProcessors
  const message = `Other programs kept ${processors.toFixed(1)} of ${machine.cores} processors busy while the model ran${
    crowded ? ', which left too few for it' : ''
  }.`
  return [warning('other-load', crowded, message)]
}

function judgeGovernor({ machine: { governor, powerMode } }: Evidence): Warning[] {
  if (governor === undefined || governor === 'performance' || holdsClocks(powerMode)) return []
  const remedy = powerMode === undefined ? 'the governor "performance"' : 'jetson_clocks'
  const message = `The clock follows the load (governor ${governor}): ${remedy} holds it.`
  return [warning('governor', false, message)]
}

function judgeSamples({ amount: { samples, seconds }, quality, asked }: Evidence): Warning[] {
  const { drift, noise } = quality
  const warnings: Warning[] = []
  if (drift?.drifted === true) {
    const direction = drift.change > 0 ? 'slower' : 'faster'
    const message = `Inference became ${perCent(Math.abs(drift.change))} ${direction} from the beginning to the end.`
    warnings.push(warning('drift', true, message))
  }
  if (noise?.noisy === true) {
    const message = `Medians of the rounds differ by ${perCent(noise.betweenRounds)} (standard deviation by mean).`
    warnings.push(warning('noise', true, message))
  }
  if (samples < asked.minRuns || seconds < asked.minSeconds) {
    const tooFew = samples < QUALITY_LIMITS.fewestSamples || seconds < LIMITS.shortestSeconds
    const message = `It ran ${samples} times in ${seconds.toFixed(1)} s; at least ${asked.minRuns} times and ${asked.minSeconds} s were asked for.`
    warnings.push(warning('too-short', tooFew, message))
  } else if (samples < QUALITY_LIMITS.fewestSamples) {
    // As was asked for: whoever did may know why.
    const message = `It ran ${samples} times only, as was asked for: below ${QUALITY_LIMITS.fewestSamples}, a median says little.`
    warnings.push(warning('too-short', false, message))
  }
  return warnings
}

function warning(code: ReliabilityCode, unreliable: boolean, message: string): Warning {
  return { code, message, unreliable }
}

function perCent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
