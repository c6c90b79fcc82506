import { EdgeError } from '@edge/errors'
import { accuracyOf } from '../accuracy/accuracy.js'
import {
  type ModelResult,
  type RatioResult,
  RESULT_SCHEMA,
  type Reading,
  type ResultFile,
} from '../result/schema.js'
import { mcnemarOfPictures } from '../statistics/mcnemar.js'
import { Random } from '../statistics/random.js'
import { compareApart, compareByTurns } from '../statistics/ratio.js'
import { CoolDown, describeMachine, Sampler, Thermometer, thisMachine } from '../telemetry/index.js'
import type { Benchmark } from './benchmark.js'
import { MeasuredCase } from './measured-case.js'
import { emptyResult, fileSizes, judged, measuredResult } from './model-result.js'
import { referenceOf } from './references.js'
import { runCases } from './run-cases.js'

const CONFIDENCE = 0.95
const TOP_K = 5
// What a run that goes on leaves between itself and what was measured before, on the axis of time.
const PAUSE_MS = 1000

/**
 * Measures a benchmark's cases.
 *
 * What fails, fails alone: a model that cannot be opened, a peer that crashes or hangs, a picture that cannot be decoded, a sensor that
 * cannot be read are said in the result, and the rest goes on.
 *
 * @returns the result. `complete` is false where the signal was aborted: it holds what was measured until then.
 */
export async function runBenchmark(benchmark: Benchmark): Promise<ResultFile> {
  return await new BenchmarkRun(benchmark).run()
}

class BenchmarkRun {
  readonly #benchmark: Benchmark
  readonly #begun: string
  readonly #clock: () => number
  readonly #results = new Map<string, ModelResult>()
  readonly #measured: MeasuredCase[] = []
  readonly #firstRound: number
  readonly #earlierReadings: readonly Reading[]
  #sampler: Sampler | undefined
  #machine: ResultFile['machine'] | undefined

  constructor(benchmark: Benchmark) {
    this.#benchmark = benchmark
    const { earlier } = benchmark
    const begin = performance.now()
    const before = lastMoment(earlier)
    this.#begun = earlier?.begun ?? new Date().toISOString()
    this.#clock = () => before + performance.now() - begin
    this.#firstRound = roundsDone(earlier)
    this.#earlierReadings = readingsOf(earlier)
  }

  async run(): Promise<ResultFile> {
    const { measure, seed, signal, onPartial, onProgress, telemetry = thisMachine } = this.#benchmark
    this.#machine = await describeMachine(
      telemetry === false ? thisMachine : telemetry,
      this.#benchmark.versions,
    )
    await this.#prepare()
    if (telemetry !== false) {
      const ownProcesses = () => this.#measured.flatMap(({ pid }) => pid ?? [])
      this.#sampler = new Sampler({ roots: telemetry, clock: this.#clock, ownProcesses })
      await this.#sampler.start()
    }
    const coolDown = await this.#coolDown()
    let complete = true
    try {
      await runCases(
        this.#measured,
        measure,
        new Random(seed, `round ${this.#firstRound}`),
        {
          ...(onProgress && { onProgress }),
          ...(coolDown && { coolDown }),
          onRound: async () => await onPartial?.(this.#file(false)),
          onMeasured: async (one) => await this.#classify(one),
        },
        this.#firstRound,
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

  /** Decides for each case who measures it, and takes over what an earlier run has. */
  async #prepare(): Promise<void> {
    const { cases, program, modelPath, measure, images, endToEnd, signal, earlier } = this.#benchmark
    for (const one of cases) {
      const runner = program(one)
      if ('skipped' in runner) {
        this.#results.set(one.id, { ...emptyResult(one, one.model.file), skipped: runner.skipped })
        continue
      }
      try {
        const path = await modelPath(one)
        const measured = new MeasuredCase(one, path, runner, {
          measure,
          images,
          endToEnd,
          clock: this.#clock,
          limits: { timeoutMs: measure.timeoutSeconds * 1000, signal },
        })
        measured.takeOver(
          earlier?.models.find(({ id }) => id === one.id),
          this.#firstRound,
        )
        this.#results.set(one.id, { ...emptyResult(one, path), ...(await fileSizes(path)) })
        this.#measured.push(measured)
      } catch (error) {
        this.#results.set(one.id, { ...emptyResult(one, one.model.file), error: failureOf(error) })
      }
    }
  }

  async #classify(one: MeasuredCase): Promise<void> {
    const { images, expected = [] } = this.#benchmark
    if (images.length === 0 || one.case.batch > 1) return
    const classified = await one.classify(TOP_K)
    if (classified !== undefined) one.accuracy = accuracyOf(classified, images, expected, CONFIDENCE)
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
    const { name, cases, measure, images, seed } = this.#benchmark
    const machine = this.#machine
    if (machine === undefined) throw new EdgeError('INTERNAL', { summary: 'the machine was not described' })
    const sampled = {
      readings: [...this.#earlierReadings, ...(this.#sampler?.readings ?? [])],
      unreadable: this.#sampler?.unreadable ?? {},
    }
    const measured = new Map(this.#measured.map((one) => [one.case.id, one]))
    const models = cases.flatMap((one) => {
      const found = this.#results.get(one.id)
      const its = measured.get(one.id)
      if (found === undefined) return []
      if (its === undefined) return [found]
      return [judged({ ...found, ...measuredResult(its, images, CONFIDENCE) }, sampled, machine, measure)]
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
      const compared = compare(its, other, { confidence: CONFIDENCE })
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

/** Rounds that every case of an earlier run has. */
function roundsDone(earlier: ResultFile | undefined): number {
  const measured = earlier?.models.filter(({ samplesMs }) => samplesMs.length > 0) ?? []
  if (measured.length === 0) return 0
  return Math.min(...measured.map(({ rounds }) => (rounds.at(-1) ?? -1) + 1))
}

function lastMoment(earlier: ResultFile | undefined): number {
  if (earlier === undefined) return 0
  return PAUSE_MS + Math.max(0, ...earlier.models.map(({ samplesAtMs }) => samplesAtMs.at(-1) ?? 0))
}

/** All readings of an earlier run: each model has those of its own time. */
function readingsOf(earlier: ResultFile | undefined): Reading[] {
  const readings = new Map(
    earlier?.models
      .flatMap(({ telemetry }) => telemetry?.readings ?? [])
      .map((reading) => [reading.atMs, reading]),
  )
  return [...readings.values()].sort((a, b) => a.atMs - b.atMs)
}
