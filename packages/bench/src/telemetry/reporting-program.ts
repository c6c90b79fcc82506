import type { Faults } from './faults.js'
import type { GpuReading } from './jetson-gpu.js'
import type { ProgramRunner, RunningProgram } from './programs.js'

/** What a program tells of the machine at one time. */
export interface ProgramReading extends GpuReading {
  readonly temperatureC?: Readonly<Record<string, number>>
  readonly powerMw?: Readonly<Record<string, number>>
  readonly throttled?: Readonly<Record<string, number>>
}

/** One way to call a program that reports. */
export interface ReportingCall {
  readonly program: string
  readonly args: readonly string[]
  /** What one line tells; undefined where it tells nothing. Called with lines in their order. */
  readonly parse: (line: string) => ProgramReading | undefined
}

// A report that is older says what was, not what is.
const STALE_AFTER_INTERVALS = 3

/** A program that reports at intervals, of which the latest report counts. It runs from the first reading to {@link end}. */
export class ReportingProgram {
  readonly #runner: ProgramRunner
  readonly #calls: readonly ReportingCall[]
  readonly #faults: Faults
  readonly #staleMs: number
  #running: RunningProgram | undefined
  #latest: { readonly reading: ProgramReading; readonly at: number } | undefined

  /** @param calls - of which the first that reports anything is used: options differ between versions. */
  constructor(runner: ProgramRunner, calls: readonly ReportingCall[], intervalMs: number, faults: Faults) {
    this.#runner = runner
    this.#calls = calls
    this.#faults = faults
    this.#staleMs = STALE_AFTER_INTERVALS * intervalMs
  }

  start(): void {
    this.#start(0)
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  /** The latest report; empty where there is none, or none of late. */
  read(): ProgramReading {
    const latest = this.#latest
    if (latest === undefined || performance.now() - latest.at > this.#staleMs) return {}
    return latest.reading
  }

  async end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.end()
  }

  #start(which: number): void {
    const call = this.#calls[which]
    if (call === undefined) return
    this.#running = this.#runner.lines(
      call.program,
      call.args,
      (line) => {
        const reading = call.parse(line)
        if (reading !== undefined) this.#latest = { reading, at: performance.now() }
      },
      (reason, started) => {
        this.#running = undefined
        if (this.#latest === undefined && which + 1 < this.#calls.length) this.#start(which + 1)
        else {
          const kind = !started ? 'absent' : this.#latest === undefined ? 'unusable' : 'broken'
          this.#faults.failed(call.program, { kind, reason })
        }
      },
    )
  }
}
