import type { Reading } from '../result/schema.js'
import { Faults } from './faults.js'
import { isTegra, JetsonGpu } from './jetson-gpu.js'
import { MemorySensor } from './memory.js'
import { nvidiaSmi } from './nvidia-smi.js'
import { OwnProcesses } from './own-processes.js'
import { PowerRails } from './power-rails.js'
import { PressureSensors } from './pressure.js'
import { Processors, rounded } from './processor.js'
import { RaplDomains } from './rapl.js'
import { ReportingProgram } from './reporting-program.js'
import { type TelemetryRoots, thisMachine } from './roots.js'
import { type Lateness, lateAfter, SensorFiles, type Tick } from './sensor-file.js'
import { tegrastats } from './tegrastats.js'
import { type Temperatures, ThermalSensors } from './temperature.js'
import { ThrottlingSensors } from './throttling.js'

/** What a {@link Sampler} can be told. */
export interface SamplerOptions {
  /** Default: this machine. */
  readonly roots?: TelemetryRoots
  /** Milliseconds from one reading to the next. Default: 500. */
  readonly intervalMs?: number
  /** Milliseconds since the run began: what `atMs` is. Default: since the sampler was made. */
  readonly clock?: () => number
  /** Processes that belong to the benchmark, beside this one: what else is busy is told as `otherLoad`. */
  readonly ownProcesses?: () => readonly number[]
  /** Whether a GPU that only nvidia-smi can tell of is watched, which takes a process more. Default: true. */
  readonly gpu?: boolean
  /** When sensors that have not answered are left out of a reading. Default: after a quarter of a second. */
  readonly late?: () => Lateness
  /** Called with each reading. */
  readonly onReading?: (reading: Reading) => void
}

/** What sampling itself cost. */
export interface SamplingCost {
  readonly readings: number
  /** Processor time of one reading in this process, in microseconds: the median, for other work of this process falls into some. */
  readonly microsecondsPerReading: number
  /** From the beginning of a reading to its end: the median. */
  readonly wallMicrosecondsPerReading: number
}

/** What a sampler has gathered. */
export interface Sampled {
  readonly readings: Reading[]
  /** Sensors that could not be read, with the reason. */
  readonly unreadable: Record<string, string>
  /** Names of those that are there, and that only root may read, or that make no sense. */
  readonly unusable: readonly string[]
  /** Names of those that are there, and do not answer. */
  readonly broken: readonly string[]
  readonly cost: SamplingCost
}

/** What is found in sysfs. */
interface Found {
  readonly thermal: ThermalSensors
  readonly processors: Processors
  readonly gpu: JetsonGpu
  readonly rails: PowerRails
  readonly rapl: RaplDomains
  readonly throttling: ThrottlingSensors
}

interface Sensors extends Found {
  readonly own: OwnProcesses
  readonly memory: MemorySensor
  readonly pressure: PressureSensors
  readonly program: ReportingProgram | undefined
}

const INTERVAL_MS = 500
// A sensor that takes longer is left out of that reading.
const LATE_MS = 250

/**
 * Reads the machine's sensors beside a run.
 *
 * Nothing about a sensor ends the run: what is not there, cannot be read, talks nonsense, goes away or does not answer is listed once in
 * `unreadable`, with the reason. Neither the timer nor the programs keep the process from ending, and no program outlives it.
 */
export class Sampler {
  readonly readings: Reading[] = []
  readonly #options: SamplerOptions
  readonly #roots: TelemetryRoots
  readonly #intervalMs: number
  readonly #clock: () => number
  readonly #faults = new Faults()
  readonly #costs: { readonly cpu: number; readonly wall: number }[] = []
  #sensors: Sensors | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<Sampled> | undefined
  #reading: Promise<Reading | undefined> = Promise.resolve(undefined)
  #timer: NodeJS.Timeout | undefined
  #lastAt: number | undefined

  constructor(options: SamplerOptions = {}) {
    this.#options = options
    this.#roots = options.roots ?? thisMachine
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS
    const began = performance.now()
    this.#clock = options.clock ?? (() => performance.now() - began)
  }

  /** Finds the sensors, takes a first reading, and goes on by itself. */
  start(): Promise<void> {
    this.#starting ??= this.#stopping === undefined ? this.#start() : Promise.resolve()
    return this.#starting
  }

  /** Ends it and the programs that it runs, and waits until they are gone. Any number of calls give the same. */
  stop(): Promise<Sampled> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /**
   * Takes a reading now, beside those that it takes by itself; undefined when it is stopped. What it tells of the time since the last one
   * is coarse where that was a moment ago: the kernel counts processor time in hundredths of a second.
   */
  async read(): Promise<Reading | undefined> {
    await this.start()
    if (this.#stopping !== undefined) return undefined
    return this.#read()
  }

  /** What was gathered so far. */
  get sampled(): Sampled {
    return {
      readings: this.readings,
      unreadable: this.unreadable,
      unusable: this.#faults.named('unusable'),
      broken: this.#faults.named('broken'),
      cost: this.cost,
    }
  }

  /** Sensors that could not be read so far, with the reason. */
  get unreadable(): Record<string, string> {
    return this.#faults.reasons()
  }

  /** What sampling cost so far. */
  get cost(): SamplingCost {
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
    return {
      readings: this.#costs.length,
      microsecondsPerReading: median(this.#costs.map(({ cpu }) => cpu)),
      wallMicrosecondsPerReading: Math.round(median(this.#costs.map(({ wall }) => wall))),
    }
  }

  /** The temperatures of the latest reading, for a cool-down. */
  temperatures(): Temperatures {
    return this.readings.at(-1)?.temperatureC ?? {}
  }

  async #start(): Promise<void> {
    const sensors = await this.#find()
    this.#sensors = sensors
    this.#noteAbsent(sensors)
    sensors.program?.start()
    await this.#read()
    this.#schedule(this.#clock() + this.#intervalMs)
  }

  async #stop(): Promise<Sampled> {
    await this.#starting
    clearTimeout(this.#timer)
    await this.#reading
    const sensors = this.#sensors
    if (sensors !== undefined) {
      const { program, ...files } = sensors
      for (const sensor of Object.values(files)) sensor.close()
      await program?.end()
    }
    return this.sampled
  }

  async #find(): Promise<Sensors> {
    const roots = this.#roots
    const files = new SensorFiles(this.#faults, roots.files)
    const [thermal, processors, gpu, rails, rapl, throttling] = await Promise.all([
      ThermalSensors.find(roots, files),
      Processors.find(roots, files),
      JetsonGpu.find(roots, files),
      PowerRails.find(roots, files),
      RaplDomains.find(roots, files),
      ThrottlingSensors.find(roots, files),
    ])
    const found = { thermal, processors, gpu, rails, rapl, throttling }
    const program = await this.#program(found)
    const own = () => {
      const pids = [process.pid, ...(this.#options.ownProcesses?.() ?? [])]
      return program?.pid === undefined ? pids : [...pids, program.pid]
    }
    return {
      ...found,
      program,
      own: new OwnProcesses(roots, own),
      memory: new MemorySensor(roots, files),
      pressure: new PressureSensors(roots, files),
    }
  }

  /** tegrastats only where sysfs has gaps: it takes a process more, and reads the same files. */
  async #program({ gpu, thermal, rails }: Found): Promise<ReportingProgram | undefined> {
    const { run } = this.#roots
    if (gpu.hasClock || gpu.hasLoad || (await isTegra(this.#roots))) {
      const gaps = {
        gpu: !(gpu.hasClock && gpu.hasLoad),
        temperature: thermal.count === 0,
        power: rails.count === 0,
      }
      if (!gaps.gpu && !gaps.temperature && !gaps.power) return undefined
      return new ReportingProgram(run, [tegrastats(this.#intervalMs, gaps)], this.#intervalMs, this.#faults)
    }
    if (this.#options.gpu === false) return undefined
    return new ReportingProgram(run, nvidiaSmi(this.#intervalMs), this.#intervalMs, this.#faults)
  }

  #noteAbsent({ thermal, processors, rails, rapl }: Sensors): void {
    const { sys } = this.#roots
    const absent = (sensor: string, reason: string) => this.#faults.failed(sensor, { kind: 'absent', reason })
    if (thermal.count === 0) {
      absent('temperature', `no sensor in ${sys}/class/thermal or ${sys}/class/hwmon`)
    }
    if (processors.clocks === 0) absent('cpu clock', `no policy in ${sys}/devices/system/cpu/cpufreq`)
    if (rails.count + rapl.count === 0) {
      absent('power', `no power monitor in ${sys}/class/hwmon, and no RAPL in ${sys}/class/powercap`)
    }
  }

  #schedule(at: number): void {
    if (this.#stopping !== undefined) return
    this.#timer = setTimeout(
      () => {
        this.#read().then(() => {
          // Readings that were missed because the process was busy are not made up for.
          this.#schedule(Math.max(at + this.#intervalMs, this.#clock() + this.#intervalMs / 2))
        })
      },
      Math.max(0, at - this.#clock()),
    )
    this.#timer.unref()
  }

  /** One after another: each tells what was since the last. */
  #read(): Promise<Reading | undefined> {
    this.#reading = this.#reading.then(() => this.#take())
    return this.#reading
  }

  async #take(): Promise<Reading | undefined> {
    const sensors = this.#sensors
    if (sensors === undefined) return undefined
    const [cpu, wall] = [process.cpuUsage(), performance.now()]
    const at = this.#clock()
    const elapsedS = this.#lastAt !== undefined && at > this.#lastAt ? (at - this.#lastAt) / 1000 : undefined
    this.#lastAt = at
    const { late, cancel } = this.#options.late?.() ?? lateAfter(LATE_MS)
    const reading = await readAll(sensors, { elapsedS, late }, at)
    cancel()
    this.readings.push(reading)
    const { user, system } = process.cpuUsage(cpu)
    this.#costs.push({ cpu: user + system, wall: (performance.now() - wall) * 1000 })
    this.#options.onReading?.(reading)
    return reading
  }
}

async function readAll(sensors: Sensors, tick: Tick, at: number): Promise<Reading> {
  const { thermal, processors, own, gpu, memory, pressure, rails, rapl, throttling, program } = sensors
  const [temperatures, processorReading, gpuReading, availableBytes, pressures, power, energy, throttled] =
    await Promise.all([
      thermal.read(tick),
      processors.read(tick, (of) => own.ticks(of)),
      gpu.read(tick),
      memory.read(tick),
      pressure.read(tick),
      rails.read(tick),
      rapl.read(tick),
      throttling.read(tick),
    ])
  const reported = program?.read() ?? {}
  const reading: Reading = {
    atMs: rounded(Math.max(0, at), 3),
    ...processorReading,
    ...(reported.gpuMhz !== undefined && { gpuMhz: reported.gpuMhz }),
    ...(reported.gpuLoad !== undefined && { gpuLoad: reported.gpuLoad }),
    ...gpuReading,
    ...(availableBytes !== undefined && { availableBytes }),
  }
  const temperatureC = { ...reported.temperatureC, ...temperatures }
  const powerMw = { ...reported.powerMw, ...power, ...energy }
  const throttledBy = { ...reported.throttled, ...throttled }
  if (!isEmpty(temperatureC)) reading.temperatureC = temperatureC
  if (!isEmpty(pressures)) reading.pressure = pressures
  if (!isEmpty(powerMw)) reading.powerMw = powerMw
  if (!isEmpty(throttledBy)) reading.throttled = throttledBy
  return reading
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0
}
