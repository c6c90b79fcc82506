import { EdgeError } from '@edge/errors'
import type { Accuracy, ModelResult } from '../result/schema.js'
import { type Scenario, type ScenarioSample, scenarios } from '../scenario/scenario.js'
import { workedMs } from '../scenario/work.js'
import { median } from '../statistics/quantile.js'
import { Random } from '../statistics/random.js'
import type { Building, Classified, Loaded, Ran, RunRequest } from '../subject/protocol.js'
import { SubjectProcess, type SubjectProgram, SubjectRefusal } from '../subject/subject-process.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'
import type { PictureChoice } from './picture-choice.js'
import { samplesOfTurn } from './turn-length.js'

/** Where the clock of a run stands, in milliseconds since it began. */
export type Clock = () => number

/** What a case needs to be measured. */
export interface Setting {
  readonly measure: Measure
  readonly pictures: PictureChoice
  readonly endToEnd: boolean
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

type Collected = {
  -readonly [K in 'samplesMs' | 'samplesAtMs' | 'rounds' | 'samplesOf' | 'warmUpMs']: ModelResult[K]
}
type Told = Pick<ModelResult, 'version' | 'loadMs' | 'firstRunMs' | 'peakRssBytes'>

// An answer that is expected to take long is waited for as much longer.
const PATIENCE = 2
// A clock that rises all the time, or a warm-up that says nothing, is not run after for ever.
const MOST_ADDED = 3

/**
 * One case on its way: the process that runs it, and what was measured so far.
 *
 * Whatever goes wrong becomes its `error`, and what was measured before stays.
 */
export class MeasuredCase {
  readonly case: Case
  /** Path of the model. */
  readonly source: string
  readonly #setting: Setting
  readonly #scenario: Scenario
  readonly #program: SubjectProgram
  collected: Collected = { samplesMs: [], samplesAtMs: [], rounds: [], samplesOf: [], warmUpMs: [] }
  told: Told = {}
  error: NonNullable<ModelResult['error']> | undefined
  accuracy: Accuracy | undefined
  readonly warnings: ModelResult['warnings'] = []
  #process: SubjectProcess | undefined
  #isClosed = false
  #hasBuilt = false

  constructor(one: Case, source: string, program: SubjectProgram, setting: Setting) {
    this.case = one
    this.source = source
    this.#program = program
    this.#setting = setting
    this.#scenario = scenarios[one.scenario]
  }

  /** Of its process, while it has one. */
  get pid(): number | undefined {
    return this.#isClosed ? undefined : this.#process?.pid
  }

  /** Whether there is more to be measured. */
  get alive(): boolean {
    return this.error === undefined
  }

  /** Whether something was built when it was opened, which makes a machine warm. */
  get hasBuilt(): boolean {
    return this.#hasBuilt
  }

  /** Rounds of which it has samples; the next one's number. */
  get roundsDone(): number {
    return (this.collected.rounds.at(-1) ?? -1) + 1
  }

  /** Whether it has taken all the time that it may. */
  get isAtLimit(): boolean {
    return this.#samplesOfTurn(1) === 0
  }

  /** Begins with what an earlier run measured of it in the rounds before one. */
  takeOver(earlier: ModelResult, beforeRound: number): void {
    const before = <T>(values: readonly T[]): T[] =>
      values.filter((_, index) => (earlier.rounds[index] ?? beforeRound) < beforeRound)
    const { version, loadMs, firstRunMs, peakRssBytes, accuracy } = earlier
    this.collected = {
      samplesMs: before(earlier.samplesMs),
      samplesAtMs: before(earlier.samplesAtMs),
      rounds: before(earlier.rounds),
      samplesOf: before(earlier.samplesOf),
      warmUpMs: earlier.warmUpMs,
    }
    this.told = {
      ...(version !== undefined && { version }),
      ...(loadMs !== undefined && { loadMs }),
      ...(firstRunMs !== undefined && { firstRunMs }),
      ...(peakRssBytes !== undefined && { peakRssBytes }),
    }
    this.accuracy = accuracy
  }

  /**
   * Starts the process, loads the model and warms it up. Does nothing where that was done.
   *
   * @param tell - hears of each time that it is loaded, and how far the building is of what is loaded.
   */
  async open(tell: (building?: Building) => void): Promise<void> {
    if (this.#process !== undefined || !this.alive) return
    const { measure } = this.#setting
    await this.#attempt(async () => {
      let loaded = await this.#load(tell)
      if (loaded.built === true) {
        // A builder takes more time and memory than the model does that is measured: it is loaded anew, by a process that built nothing.
        this.#hasBuilt = true
        await this.#process?.end()
        loaded = await this.#load(tell)
      }
      const { version, loadMs, firstRunMs } = loaded
      this.#expectVersion(version)
      this.told = { ...this.told, version, loadMs, firstRunMs }
      // At least two: how long a turn takes is told from the later ones.
      const runs = Math.max(2, measure.warmUpRuns)
      const { ran } = await this.#run(runs, 'warm-up', firstRunMs, (images) => ({ images, inFlight: 1 }))
      // Of a run that goes on, the first: the arrivals of a server stay as far apart as they were.
      if (this.collected.warmUpMs.length === 0) this.collected.warmUpMs = ran.samplesMs
    })
  }

  /**
   * One turn: so many runs as all rounds together need.
   *
   * @param rounds - of the whole run.
   * @param switched - whether another model ran since this one did: the first runs then do not count.
   */
  async turn(round: number, rounds: number, switched: boolean): Promise<void> {
    const { measure } = this.#setting
    if (this.#process === undefined || !this.alive) return
    const samples = this.#samplesOfTurn(rounds - round)
    if (samples === 0) return
    const dropped = switched ? measure.droppedAfterSwitch : 0
    await this.#attempt(async () => {
      if (dropped > 0) {
        await this.#run(dropped, `after the switch of round ${round}`, this.#runMs, (images) => ({
          images,
          inFlight: 1,
        }))
      }
      await this.#measure(samples, round, '')
      // What the turns before took less than expected is made up for in the last.
      for (let times = 1; round === rounds - 1 && this.#lacks && times <= MOST_ADDED; times += 1) {
        await this.#measure(this.#samplesOfTurn(1), round, `, once more ${times}`)
      }
    })
  }

  /** Classes of all pictures; undefined where it does not tell them, which takes nothing from its times. */
  async classify(topK: number): Promise<Classified | undefined> {
    const process = this.#process
    if (process === undefined || !this.alive) return undefined
    const { measure, signal, pictures } = this.#setting
    const expectedMs = PATIENCE * pictures.images.length * this.#runMs
    let classified: Classified | undefined
    await this.#attempt(async () => {
      try {
        classified = await process.classify(topK, {
          timeoutMs: measure.timeoutSeconds * 1000 + expectedMs,
          signal,
        })
      } catch (error) {
        if (!(error instanceof SubjectRefusal)) throw error
        const message = `It told no classes: ${error.message}`
        this.warnings.push({ code: 'no-classes', message, unreliable: false })
      }
    })
    return classified
  }

  /** Ends its process. */
  async close(): Promise<void> {
    await this.#process?.end()
    this.#isClosed = true
  }

  /** What one run took when it was warmed up. */
  get #runMs(): number {
    const { warmUpMs } = this.collected
    return warmUpMs.length === 0 ? 0 : median(warmUpMs.slice(warmUpMs.length >> 1))
  }

  /** By how much a sample makes a turn longer. */
  get #sampleMs(): number {
    const { length } = this.collected.samplesMs
    if (length === 0) return this.#scenario.sampleMs(this.#runMs)
    return this.#workedMs / length
  }

  get #workedMs(): number {
    return workedMs({ ...this.collected, scenario: this.case.scenario })
  }

  /** Whether it has fewer runs, or ran for less time, than was asked for, and may go on. */
  get #lacks(): boolean {
    const { minRuns, minSeconds, maxSeconds } = this.#setting.measure
    const ms = this.#workedMs
    const tooFew = this.collected.samplesMs.length < minRuns || ms < minSeconds * 1000
    return tooFew && ms < maxSeconds * 1000
  }

  /** Loads the model in a process of its own. */
  async #load(tell: (building?: Building) => void): Promise<Loaded> {
    const { measure, endToEnd, signal, pictures } = this.#setting
    const { threads, batch, precision, model } = this.case
    tell()
    this.#process = new SubjectProcess(this.#program)
    return await this.#process.load(
      {
        model: this.source,
        threads,
        batch,
        ...(precision !== undefined && { precision }),
        images: [...pictures.images],
        endToEnd,
        ...(model.options !== undefined && { options: model.options }),
      },
      { timeoutMs: measure.timeoutSeconds * 1000, signal, onBuilding: tell },
    )
  }

  async #measure(samples: number, round: number, purpose: string): Promise<void> {
    const { seed, clock } = this.#setting
    const { runsPerSample, request } = this.#scenario
    const runs = samples * runsPerSample
    const drawn = `pictures of round ${round}${purpose}`
    const { ran, images } = await this.#run(runs, drawn, this.#sampleMs, (pictures) =>
      request(pictures, new Random(seed, `arrivals of round ${round}${purpose}`), this.#runMs),
    )
    this.#keep(ran, clock() - ran.nowMs, round, images)
  }

  #samplesOfTurn(turnsLeft: number): number {
    return samplesOfTurn(this.#setting.measure, {
      samples: this.collected.samplesMs.length,
      ms: this.#workedMs,
      sampleMs: this.#sampleMs,
      turnsLeft,
    })
  }

  #expectVersion(version: string): void {
    const { version: earlier } = this.told
    if (earlier === undefined || earlier === version || this.collected.samplesMs.length === 0) return
    const message = `It was stopped and gone on with, before with ${earlier}, after with ${version}.`
    this.warnings.push({ code: 'version-changed', message, unreliable: true })
  }

  /** Runs inferences of drawn pictures, without those that turn out not to be decodable. */
  async #run(
    runs: number,
    purpose: string,
    eachMs: number,
    request: (images: number[]) => Omit<RunRequest, 'ask'>,
  ): Promise<{ readonly ran: Ran; readonly images: readonly number[] }> {
    const { pictures, seed, measure, signal } = this.#setting
    const timeoutMs = measure.timeoutSeconds * 1000 + PATIENCE * runs * eachMs
    for (;;) {
      const images = pictures.pick(runs, new Random(seed, purpose))
      try {
        const ran = await this.#process?.run(request(images), { timeoutMs, signal })
        if (ran === undefined) throw new TypeError('it was not opened')
        return { ran, images }
      } catch (error) {
        if (!(error instanceof SubjectRefusal) || error.image === undefined) throw error
        if (!pictures.leaveOut(error.image, error.message)) throw error
      }
    }
  }

  #keep(ran: Ran, offsetMs: number, round: number, images: readonly number[]): void {
    const { samplesMs, samplesAtMs, rounds, samplesOf } = this.collected
    const samples: readonly ScenarioSample[] = this.#scenario.samples(ran)
    for (const { ms, beginMs, run } of samples) {
      samplesMs.push(ms)
      samplesAtMs.push(Math.max(0, beginMs + offsetMs))
      rounds.push(round)
      if (this.#setting.pictures.images.length > 0) samplesOf.push(images[run] ?? 0)
    }
    this.told.peakRssBytes = Math.max(ran.peakRssBytes, this.told.peakRssBytes ?? 0)
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'ABORTED') throw error
      if (!(error instanceof EdgeError) && !(error instanceof SubjectRefusal)) throw error
      await this.close()
      // Of one that crashed, all that it wrote is there once it is gone.
      const lastWords = this.#process?.lastWords ?? []
      this.error = {
        code: error.code,
        message: error.message,
        ...(lastWords.length > 0 && { lastWords: [...lastWords] }),
      }
    }
  }
}
