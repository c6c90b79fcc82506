import { abortError, throwIfAborted } from '@edge/errors'
import { Faults } from './faults.js'
import { type TelemetryRoots, thisMachine } from './roots.js'
import { lateAfter, SensorFiles } from './sensor-file.js'
import { hottest, type Temperatures, ThermalSensors } from './temperature.js'

/** Tells temperatures: a {@link Thermometer}, or a sampler that is running. */
export interface TemperatureSource {
  temperatures(): Temperatures | Promise<Temperatures>
}

/** How a cool-down stands. */
export interface CoolDownProgress {
  readonly seconds: number
  /** Of the hottest sensor. */
  readonly celsius: number
  readonly sensor: string
  /** What it waits for. */
  readonly targetCelsius: number
}

export interface CoolDownOptions {
  /** Degrees above the start that are cool enough. */
  readonly toleranceC: number
  /** After so long it is given up. */
  readonly maxSeconds: number
  /** Default: 1000. */
  readonly pollMs?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CoolDownProgress) => void
}

/** How a cool-down ended. */
export interface CooledDown {
  /** `no-sensor`: there is none, or there is none any longer. */
  readonly outcome: 'reached' | 'gave-up' | 'no-sensor'
  readonly seconds: number
  /** Of the hottest sensor, at its end. */
  readonly celsius?: number
  readonly targetCelsius?: number
}

const POLL_MS = 1000
// A sensor may fail once.
const FAILURES = 3

/** Waits between models until the machine is as cool as when the run began, so that none pays for the heat of the one before. */
export class CoolDown {
  readonly #source: TemperatureSource
  #start: number | undefined

  constructor(source: TemperatureSource) {
    this.#source = source
  }

  /** The temperature that is waited for, plus tolerance; undefined before {@link begin}, and where there is no sensor. */
  get startCelsius(): number | undefined {
    return this.#start
  }

  /** Remembers the temperature at which the run begins. */
  async begin(): Promise<void> {
    this.#start = hottest(await this.#source.temperatures())?.celsius
  }

  /**
   * Waits until the hottest of the chips' sensors is back at the start's temperature.
   *
   * @throws EdgeError `ABORTED`.
   */
  async wait({
    toleranceC,
    maxSeconds,
    pollMs = POLL_MS,
    signal,
    onProgress,
  }: CoolDownOptions): Promise<CooledDown> {
    const began = performance.now()
    const start = this.#start
    if (start === undefined) return { outcome: 'no-sensor', seconds: 0 }
    const targetCelsius = start + toleranceC
    for (let failures = 0; ; ) {
      throwIfAborted(signal, 'the cool-down')
      const now = hottest(await this.#source.temperatures())
      const seconds = (performance.now() - began) / 1000
      failures = now === undefined ? failures + 1 : 0
      if (failures === FAILURES) return { outcome: 'no-sensor', seconds }
      if (now !== undefined) {
        onProgress?.({ seconds, ...now, targetCelsius })
        const { celsius } = now
        if (celsius <= targetCelsius) return { outcome: 'reached', seconds, celsius, targetCelsius }
        if (seconds >= maxSeconds) return { outcome: 'gave-up', seconds, celsius, targetCelsius }
      }
      await pause(Math.min(pollMs, Math.max(0, maxSeconds * 1000 - seconds * 1000)), signal)
    }
  }
}

/** Reads the thermal sensors when it is asked to. */
export class Thermometer implements TemperatureSource {
  readonly #sensors: ThermalSensors

  private constructor(sensors: ThermalSensors) {
    this.#sensors = sensors
  }

  static async open(roots: TelemetryRoots = thisMachine): Promise<Thermometer> {
    return new Thermometer(await ThermalSensors.find(roots, new SensorFiles(new Faults(), roots.files)))
  }

  async temperatures(): Promise<Temperatures> {
    const { late, cancel } = lateAfter(POLL_MS)
    const temperatures = await this.#sensors.read({ elapsedS: undefined, late })
    cancel()
    return temperatures
  }

  close(): void {
    this.#sensors.close()
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      if (signal !== undefined) reject(abortError(signal, 'the cool-down'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
