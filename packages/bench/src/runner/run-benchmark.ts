import { EdgeError } from '@edge/errors'
import { accuracyOf } from '../accuracy/accuracy.js'
import { type ModelResult, type RatioResult, RESULT_SCHEMA, type ResultFile } from '../result/schema.js'
import { comparedTimes } from '../scenario/work.js'
import { mcnemarOfPictures } from '../statistics/mcnemar.js'
import { compareApart, compareByTurns } from '../statistics/ratio.js'
import { CoolDown, describeMachine, Sampler, Thermometer, thisMachine } from '../telemetry/index.js'
import type { Benchmark } from './benchmark.js'
import { EarlierRun } from './earlier-run.js'
import { MeasuredCase } from './measured-case.js'
import { emptyResult, fileSizes, judged, measuredResult } from './model-result.js'
import { PictureChoice } from './picture-choice.js'
import { referenceOf } from './references.js'
import { runCases } from './run-cases.js'

const CONFIDENCE = 0.95
const TOP_K = 5

/**
 * Measures a benchmark's cases.
 *
 * What fails, fails alone: a model that cannot be opened, a peer that crashes or hangs, a picture that cannot be decoded, a sensor that
 * cannot be read are said in the result, and the rest goes on.
 *
 * @returns the result. `complete` is false where the signal was aborted: it holds what was measured until then.
 * @throws EdgeError `INVALID_ARGUMENT` for an earlier result that is not of the same benchmark, or not of this machine.
 */
export async function runBenchmark(benchmark: Benchmark): Promise<ResultFile> {
  const machine = await describeMachine(benchmark.telemetry || thisMachine, benchmark.versions)
  return await new BenchmarkRun(benchmark, machine).run()
}

class BenchmarkRun {
  readonly #benchmark: Benchmark
  readonly #machine: ResultFile['machine']
  readonly #pictures: PictureChoice
  readonly #results = new Map<string, ModelResult>()
  readonly #measured: MeasuredCase[] = []
  #begun = new Date().toISOString()
  #origin = performance.now()
  #earlier: EarlierRun | undefined
  #sampler: Sampler | undefined

  constructor(benchmark: Benchmark, machine: ResultFile['machine']) {
    this.#benchmark = benchmark
    this.#machine = machine
    this.#pictures = new PictureChoice(benchmark.images)
  }

  async run(): Promise<ResultFile> {
    const { measure, seed, signal, onProgress } = this.#benchmark
    await this.#prepare()
    const firstRound = this.#goOn()
    await this.#startSampler()
    const coolDown = await this.#coolDown()
    let complete = true
    try {
      await runCases(
        { cases: this.#measured, measure, seed, firstRound },
        {
          ...(onProgress && { onProgress }),
          ...(coolDown && { coolDown }),
          onRound: async () => await this.#tellPartial(),
          onMeasured: async (one) => await this.#classify(one),
        },
      )
    } catch (error) {
      if (signal?.aborted !== true) throw error
      complete = false
    } finally {
      await Promise.all(this.#measured.map((one) => one.close()))
      await this.#sampler?.stop()
    }
    return this.#file(complete)
  }

  /** Decides for each case who measures it. */
  async #prepare(): Promise<void> {
    const { cases, program, modelPath, measure, endToEnd, signal, seed } = this.#benchmark
    for (const one of cases) {
      const runner = program(one)
      if ('skipped' in runner) {
        this.#results.set(one.id, { ...emptyResult(one, one.model.file), skipped: runner.skipped })
        continue
      }
      try {
        const path = await modelPath(one)
        this.#results.set(one.id, { ...emptyResult(one, path), ...(await fileSizes(path)) })
        this.#measured.push(
          new MeasuredCase(one, path, runner, {
            measure,
            // The input of a batch is made up.
            pictures: one.batch > 1 ? new PictureChoice([]) : this.#pictures,
            endToEnd,
            seed,
            clock: () => performance.now() - this.#origin,
            signal,
          }),
        )
      } catch (error) {
        this.#results.set(one.id, { ...emptyResult(one, one.model.file), error: failureOf(error) })
      }
    }
  }

  /**
   * Takes over what an earlier run has.
   *
   * @returns the first round that is still to be measured.
   */
  #goOn(): number {
    const { earlier: result, measure } = this.#benchmark
    if (result === undefined) return 0
    const earlier = new EarlierRun(result, this.#file(false))
    this.#earlier = earlier
    this.#begun = earlier.begun
    this.#origin = performance.now() - earlier.endMs
    const firstRound = earlier.commonRounds
    for (const one of this.#measured) {
      const model = earlier.model(one.case.id)
      // In sequence, no round has to do with that of another case.
      if (model !== undefined) one.takeOver(model, measure.order === 'sequence' ? measure.rounds : firstRound)
    }
    for (const [id, result] of this.#results) {
      const model = earlier.model(id)
      // What failed before it was begun with keeps what it had.
      if (result.error !== undefined && model !== undefined) {
        this.#results.set(id, { ...model, error: result.error })
      }
    }
    return firstRound
  }

  async #startSampler(): Promise<void> {
    const { telemetry = thisMachine } = this.#benchmark
    if (telemetry === false) return
    this.#sampler = new Sampler({
      roots: telemetry,
      clock: () => performance.now() - this.#origin,
      ownProcesses: () => this.#measured.flatMap(({ pid }) => pid ?? []),
    })
    await this.#sampler.start()
  }

  async #tellPartial(): Promise<void> {
    const { onPartial, onPartialFailure } = this.#benchmark
    if (onPartial === undefined) return
    const result = this.#file(false)
    try {
      await onPartial(result)
    } catch (error) {
      onPartialFailure?.(error)
    }
  }

  async #classify(one: MeasuredCase): Promise<void> {
    const { images, expected = [], classify = true } = this.#benchmark
    if (!classify || images.length === 0 || one.case.batch > 1) return
    const classified = await one.classify(TOP_K)
    if (classified === undefined) return
    for (const [index, picture] of classified.pictures.entries()) {
      if ('error' in picture) this.#pictures.leaveOut(index, picture.error.message)
    }
    one.accuracy = accuracyOf(classified, images, expected, CONFIDENCE)
  }

  async #coolDown(): Promise<(() => Promise<void>) | undefined> {
    const { measure, signal, telemetry = thisMachine } = this.#benchmark
    const { coolDown: wanted, order } = measure
    if (wanted === undefined || order !== 'sequence' || telemetry === false) return undefined
    const coolDown = new CoolDown(this.#sampler ?? (await Thermometer.open(telemetry)))
    await coolDown.begin()
    return async () => void (await coolDown.wait({ ...wanted, ...(signal && { signal }) }))
  }

  /** The result as it stands. */
  #file(complete: boolean): ResultFile {
    const { name, cases, measure, images, seed, endToEnd } = this.#benchmark
    const machine = this.#machine
    const now = this.#sampler?.sampled
    const sampled = {
      readings: [...(this.#earlier?.readings ?? []), ...(now?.readings ?? [])],
      unreadable: { ...this.#earlier?.unreadable, ...now?.unreadable },
      // Of a run that goes on, as they are now.
      unusable: now?.unusable ?? [],
      broken: now?.broken ?? [],
    }
    const measured = new Map(this.#measured.map((one) => [one.case.id, one]))
    const models = cases.flatMap((one) => {
      const found = this.#results.get(one.id)
      const its = measured.get(one.id)
      if (found === undefined) return []
      if (its === undefined) return [found]
      const result = { ...found, ...measuredResult(its, this.#pictures, CONFIDENCE) }
      return [judged(result, sampled, machine, measure)]
    })
    return {
      schema: RESULT_SCHEMA,
      begun: this.#begun,
      ...(complete && { ended: new Date().toISOString() }),
      complete,
      machine,
      settings: {
        suite: name,
        seed,
        minRuns: measure.minRuns,
        minSeconds: measure.minSeconds,
        maxSeconds: measure.maxSeconds,
        rounds: measure.rounds,
        droppedAfterSwitch: measure.droppedAfterSwitch,
        order: measure.order,
        ...(measure.coolDown && { coolDown: measure.coolDown }),
        endToEnd,
        confidence: CONFIDENCE,
      },
      images: [...images],
      models,
      ratios: this.#ratios(models),
    }
  }

  #ratios(models: readonly ModelResult[]): RatioResult[] {
    const { cases, baseline, measure } = this.#benchmark
    const compare = measure.order === 'interleaved' ? compareByTurns : compareApart
    return cases.flatMap((one) => {
      const reference = referenceOf(one, cases, baseline)
      const its = models.find(({ id }) => id === one.id)
      const other = models.find(({ id }) => id === reference?.id)
      if (its === undefined || other === undefined) return []
      if (its.samplesMs.length === 0 || other.samplesMs.length === 0) return []
      const compared = compare(comparedTimes(its), comparedTimes(other), { confidence: CONFIDENCE })
      if (compared === undefined) return []
      const mcnemar = mcnemarOfPictures(its.accuracy?.pictures ?? [], other.accuracy?.pictures ?? [])
      return [{ id: its.id, to: other.id, ...compared, ...(mcnemar && { mcnemar }) }]
    })
  }
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof EdgeError) return { code: error.code, message: error.message }
  throw error
}
