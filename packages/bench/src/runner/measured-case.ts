import { EdgeError } from '@edge/errors'
import type { Accuracy, ModelResult } from '../result/schema.js'
import { scenarios } from '../scenario/scenario.js'
import type { Random } from '../statistics/random.js'
import type { Classified, Loaded, Ran } from '../subject/protocol.js'
import {
  type Limits,
  SubjectProcess,
  type SubjectProgram,
  SubjectRefusal,
} from '../subject/subject-process.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'

/** Where the clock of a run stands, in milliseconds since it began. */
export type Clock = () => number

/** What a case needs to be measured. */
export interface Setting {
  readonly measure: Measure
  readonly images: readonly string[]
  readonly endToEnd: boolean
  readonly clock: Clock
  readonly limits: Limits
}

type Collected = {
  -readonly [K in 'samplesMs' | 'samplesAtMs' | 'rounds' | 'samplesOf' | 'warmUpMs']: ModelResult[K]
}

/**
 * One case on its way: the process that runs it, and what was measured so far.
 *
 * Whatever goes wrong becomes its `error`, and what was measured before stays.
 */
export class MeasuredCase {
  readonly case: Case
  readonly #setting: Setting
  readonly #program: SubjectProgram
  /** Path of the model. */
  readonly source: string
  collected: Collected = { samplesMs: [], samplesAtMs: [], rounds: [], samplesOf: [], warmUpMs: [] }
  loaded: Loaded | undefined
  error: { readonly code: string; readonly message: string } | undefined
  peakRssBytes: number | undefined
  accuracy: Accuracy | undefined
  readonly warnings: ModelResult['warnings'] = []
  #process: SubjectProcess | undefined
  #runsPerTurn: number | undefined
  #measuredMs = 0

  constructor(one: Case, source: string, program: SubjectProgram, setting: Setting) {
    this.case = one
    this.source = source
    this.#program = program
    this.#setting = setting
  }

  /** Of its process, while it has one. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Begins with what an earlier run measured of it in the rounds before one. */
  takeOver(earlier: ModelResult | undefined, firstRound: number): void {
    if (earlier === undefined) return
    const before = <T>(values: readonly T[]): T[] =>
      values.filter((_, index) => (earlier.rounds[index] ?? firstRound) < firstRound)
    this.collected = {
      samplesMs: before(earlier.samplesMs),
      samplesAtMs: before(earlier.samplesAtMs),
      rounds: before(earlier.rounds),
      samplesOf: before(earlier.samplesOf),
      warmUpMs: earlier.warmUpMs,
    }
    this.accuracy = earlier.accuracy
  }

  /** Whether there is more to be measured. */
  get alive(): boolean {
    return this.error === undefined
  }

  /** Starts the process, loads the model and warms it up. Does nothing where that was done. */
  async open(random: Random): Promise<void> {
    if (this.#process !== undefined || !this.alive) return
    const { measure, images, endToEnd, limits } = this.#setting
    const { threads, batch, precision, model } = this.case
    await this.#attempt(async () => {
      this.#process = new SubjectProcess(this.#program)
      this.loaded = await this.#process.load(
        {
          model: this.source,
          threads,
          batch,
          ...(precision !== undefined && { precision }),
          images: [...images],
          endToEnd,
          ...(model.options !== undefined && { options: model.options }),
        },
        limits,
      )
      // At least two: how long a turn takes is told from the later ones.
      const runs = Math.max(2, measure.warmUpRuns)
      const ran = await this.#process.run({ images: this.#pick(runs, random), inFlight: 1 }, limits)
      this.collected.warmUpMs = ran.samplesMs
      this.#runsPerTurn = runsPerTurn(medianOf(ran.samplesMs.slice(runs >> 1)), measure)
    })
  }

  /**
   * One turn: so many runs as all rounds together need.
   *
   * @param switched - whether another model ran since this one did: the first runs then do not count.
   */
  async turn(round: number, switched: boolean, random: Random): Promise<void> {
    const process = this.#process
    const counted = this.#runsPerTurn
    if (process === undefined || counted === undefined || !this.alive) return
    const { measure, clock, limits } = this.#setting
    if (this.#measuredMs > measure.maxSeconds * 1000) return
    const { runsPerSample, request, samples } = scenarios[this.case.scenario]
    const dropped = switched ? measure.droppedAfterSwitch : 0
    await this.#attempt(async () => {
      if (dropped > 0) await process.run({ images: this.#pick(dropped, random), inFlight: 1 }, limits)
      const images = this.#pick(counted * runsPerSample, random)
      const ran = await process.run(request(images, random, medianOf(this.collected.warmUpMs)), limits)
      this.#keep(ran, clock() - ran.nowMs, round, images, samples(ran))
    })
  }

  /** Classes of all pictures; undefined where it cannot tell them, which takes nothing from its times. */
  async classify(topK: number): Promise<Classified | undefined> {
    const process = this.#process
    if (process === undefined || !this.alive) return undefined
    try {
      return await process.classify(topK, this.#setting.limits)
    } catch (error) {
      if (!(error instanceof SubjectRefusal) && !isSubjectFailure(error)) throw error
      this.warnings.push({
        code: 'no-classes',
        message: `It told no classes: ${error.message}`,
        unreliable: false,
      })
      return undefined
    }
  }

  /** Ends its process. */
  async close(): Promise<void> {
    await this.#process?.end()
  }

  #keep(
    ran: Ran,
    offsetMs: number,
    round: number,
    images: readonly number[],
    samples: readonly { readonly ms: number; readonly beginMs: number; readonly run: number }[],
  ): void {
    const { samplesMs, samplesAtMs, rounds, samplesOf } = this.collected
    for (const { ms, beginMs, run } of samples) {
      samplesMs.push(ms)
      samplesAtMs.push(Math.max(0, beginMs + offsetMs))
      rounds.push(round)
      if (this.#setting.images.length > 0) samplesOf.push(images[run] ?? 0)
      this.#measuredMs += ms
    }
    this.peakRssBytes = ran.peakRssBytes
  }

  #pick(runs: number, random: Random): number[] {
    const count = Math.max(1, this.#setting.images.length)
    return Array.from({ length: runs }, () => random.below(count))
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'ABORTED') throw error
      if (!(error instanceof EdgeError) && !(error instanceof SubjectRefusal)) throw error
      this.error = { code: error.code, message: error.message }
      await this.#process?.end()
    }
  }
}

function isSubjectFailure(error: unknown): error is EdgeError {
  return error instanceof EdgeError && error.code === 'SUBJECT_FAILED'
}

/** Runs of each turn, so that all rounds together have as many and take as long as was asked for, and no longer than allowed. */
export function runsPerTurn(runMs: number, { minRuns, minSeconds, maxSeconds, rounds }: Measure): number {
  const forSeconds = (minSeconds * 1000) / Math.max(runMs, 1e-3)
  const most = (maxSeconds * 1000) / Math.max(runMs, 1e-3)
  return Math.max(1, Math.ceil(Math.min(Math.max(minRuns, forSeconds), Math.max(most, 1)) / rounds))
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
