import { EdgeError } from '@edge/errors'
import type { ModelResult, ResultFile } from '../result/schema.js'
import { emptyResult, fileSizes } from '../runner/model-result.js'
import { runBenchmark } from '../runner/run-benchmark.js'
import { Random } from '../statistics/random.js'
import { ownProgram } from '../subject/own-backends.js'
import type { SubjectProgram } from '../subject/subject-process.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'
import { describeMachine, type TelemetryRoots, thisMachine } from '../telemetry/index.js'
import { type AllAnswers, compareAnswers } from './answers.js'
import type { ComparedModel } from './compared-model.js'
import type { LayerSource } from './exposed-run.js'
import { compareLayers, type LayerErrors } from './layer-errors.js'
import {
  type OpenedVariant,
  openVariants,
  readComparedModel,
  sessionOptions,
  type VariantOptions,
  type VariantSource,
} from './opened-variant.js'
import { type Obstacle, VARIANTS_SCHEMA, type VariantResult, type VariantsResult } from './result.js'
import { figuresOf, toFirst } from './variant-figures.js'

const CONFIDENCE = 0.95

/** What is compared, and how. */
export interface VariantsComparison extends VariantOptions {
  /** The first is what the others are compared with. */
  readonly models: readonly VariantSource[]
  /** Paths of pictures, one at least. */
  readonly images: readonly string[]
  /** Class of each picture, where it is known. */
  readonly expected?: readonly (number | undefined)[]
  readonly measure: Measure
  /** Over how many pictures layers are compared; 0: they are not. */
  readonly layerPictures: number
  /** The order of models and the choice of pictures follow from it. */
  readonly seed: number
  /** Who measures a model. Default: our own backend. */
  readonly program?: (id: string) => SubjectProgram
  /** Sensors; false: none are read. Default: this machine's. */
  readonly telemetry?: false | TelemetryRoots
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ComparisonProgress) => void
}

/** How far a comparison is, for those who show it. */
export interface ComparisonProgress {
  readonly phase: string
  /** What is worked on. */
  readonly id: string
  readonly done: number
  readonly of: number
}

/**
 * Puts variants of one model side by side: what they weigh, how fast they are, how alike they answer, and where inside they differ.
 *
 * What fails, fails alone: a model that cannot be opened and a picture that cannot be decoded are said in the result, and the rest goes on.
 *
 * @returns the result. `complete` is false where the signal was aborted: it holds what was found until then.
 */
export async function compareVariants(comparison: VariantsComparison): Promise<VariantsResult> {
  return await new ComparisonRun(comparison).run()
}

class ComparisonRun {
  readonly #comparison: VariantsComparison
  readonly #first: string
  readonly #models = new Map<string, ComparedModel>()
  readonly #layers = new Map<string, LayerErrors>()
  readonly #layerObstacles = new Map<string, Obstacle>()
  readonly #opened: OpenedVariant[] = []
  #answers: AllAnswers | undefined
  #measured: ResultFile | undefined
  #layerPictures: readonly string[] = []

  constructor(comparison: VariantsComparison) {
    const [first] = comparison.models
    if (first === undefined) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'there is nothing to compare',
        expected: 'one model or more',
      })
    }
    this.#comparison = comparison
    this.#first = first.id
  }

  async run(): Promise<VariantsResult> {
    const { signal, telemetry = thisMachine } = this.#comparison
    const machine = await describeMachine(telemetry === false ? thisMachine : telemetry)
    let complete = true
    try {
      await this.#open()
      await this.#answer()
      await this.#measure()
      await this.#compareLayers()
    } catch (error) {
      if (signal?.aborted !== true) throw error
      complete = false
    } finally {
      await this.#close()
    }
    return await this.#result(machine, complete)
  }

  async #open(): Promise<void> {
    const { models, signal } = this.#comparison
    const tell = (): void => {
      signal?.throwIfAborted()
      const next = models[this.#opened.length]
      if (next !== undefined) this.#tell('opening', next.id, this.#opened.length, models.length)
    }
    tell()
    for await (const variant of openVariants(models, this.#comparison)) {
      this.#opened.push(variant)
      tell()
    }
  }

  async #answer(): Promise<void> {
    const { images, expected = [], signal } = this.#comparison
    const answering = this.#opened.flatMap(({ id, classifier }) =>
      classifier === undefined ? [] : [{ id, classifier }],
    )
    if (answering.length === 0) return
    this.#answers = await compareAnswers(answering, this.#first, {
      images,
      expected,
      confidence: CONFIDENCE,
      signal,
      onProgress: (done) => this.#tell('classifying', 'pictures', done, images.length),
    })
    const random = new Random(this.#comparison.seed, 'pictures of layers')
    this.#layerPictures = random.shuffled(this.#answers.decodable).slice(0, this.#comparison.layerPictures)
  }

  /** Lets go of the models, so that those that are measured have the machine's memory for themselves. */
  async #close(): Promise<void> {
    await Promise.all(this.#opened.map(({ classifier }) => classifier?.dispose()))
  }

  async #measure(): Promise<void> {
    const { backend, threads, preset, outputKind, measure, seed, telemetry, signal } = this.#comparison
    const { program = () => ownProgram(backend) } = this.#comparison
    await this.#close()
    const images = this.#answers?.decodable ?? []
    const cases = this.#opened
      .filter(({ classifier }) => classifier !== undefined)
      .map(({ id, file, borrowedManifest }): Case => {
        const options = {
          ...(preset !== undefined && { preset }),
          ...(outputKind !== undefined && { outputKind }),
          ...(borrowedManifest !== undefined && { manifest: borrowedManifest }),
        }
        const model = { id, file, randomWeights: false, options }
        return { id, model, backend, threads, batch: 1, precision: undefined, scenario: 'single-stream' }
      })
    if (cases.length === 0 || images.length === 0) return
    this.#measured = await runBenchmark({
      name: 'compare',
      cases,
      measure,
      endToEnd: false,
      images,
      // All have answered about all pictures by then.
      classify: false,
      baseline: this.#first,
      seed,
      program: ({ id }) => program(id),
      modelPath: async ({ model }) => model.file,
      ...(telemetry !== undefined && { telemetry }),
      ...(signal && { signal }),
      onProgress: ({ phase, id, done, of }) => this.#tell(phase, id, done, of),
    })
    signal?.throwIfAborted()
  }

  async #compareLayers(): Promise<void> {
    const { layerPictures, signal } = this.#comparison
    const [first, ...others] = this.#opened
    for (const { id, file, classifier } of this.#opened) {
      signal?.throwIfAborted()
      if (classifier === undefined) continue
      this.#tell('reading', id, 0, 1)
      await this.#attempt(id, async () => {
        this.#models.set(id, await readComparedModel(file, classifier.model.format, this.#comparison))
      })
    }
    if (layerPictures === 0 || this.#layerPictures.length === 0 || first === undefined) return
    const source = this.#layerSource(first)
    for (const other of others) {
      const its = this.#layerSource(other)
      if (source === undefined || its === undefined) continue
      await this.#attempt(other.id, async () => {
        const layers = await compareLayers(source, its, {
          pictures: this.#layerPictures,
          signal,
          onProgress: (done, of) => this.#tell('layers of', other.id, done, of),
        })
        this.#layers.set(other.id, layers)
      })
    }
  }

  #layerSource({ id, classifier }: OpenedVariant): LayerSource | undefined {
    const model = this.#models.get(id)
    if (model === undefined || classifier === undefined) return undefined
    return { model, preprocessing: classifier.preprocessing, options: sessionOptions(this.#comparison) }
  }

  /** Layers that cannot be compared take nothing from the rest. */
  async #attempt(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof EdgeError) || error.code === 'ABORTED') throw error
      this.#layerObstacles.set(id, obstacleOf(error))
    }
  }

  #tell(phase: string, id: string, done: number, of: number): void {
    this.#comparison.onProgress?.({ phase, id, done, of })
  }

  async #result(machine: VariantsResult['machine'], complete: boolean): Promise<VariantsResult> {
    const { backend, threads, seed, images, measure, models } = this.#comparison
    const results: VariantResult[] = []
    for (const model of models) results.push(await this.#variant(model, results[0]))
    return {
      schema: VARIANTS_SCHEMA,
      complete,
      machine,
      settings: {
        backend,
        threads,
        seed,
        minRuns: measure.minRuns,
        minSeconds: measure.minSeconds,
        maxSeconds: measure.maxSeconds,
        rounds: measure.rounds,
        confidence: CONFIDENCE,
      },
      first: this.#first,
      pictures: {
        count: images.length,
        failed: this.#answers?.failed ?? [],
        ofLayers: this.#layerPictures,
      },
      models: results,
    }
  }

  async #variant(source: VariantSource, first: VariantResult | undefined): Promise<VariantResult> {
    const { backend, threads } = this.#comparison
    const { id, file } = source
    const opened = this.#opened.find((one) => one.id === id)
    const measured = this.#measured?.models.find((one) => one.id === id)
    const weights = this.#models.get(id)?.weights
    const layers = this.#layers.get(id)
    const error = opened?.error === undefined ? measured?.error : obstacleOf(opened.error)
    const figures = figuresOf(measured ?? { ...emptyResult(caseOf(source), file), ...(await sizesOf(file)) })
    const latency = this.#measured?.ratios.find((one) => one.id === id)
    const uncompared = this.#uncompared(opened)
    return {
      id,
      source: file,
      ...(opened?.classifier !== undefined && { format: opened.classifier.model.format }),
      backend,
      threads,
      ...figures,
      ...(weights && { weights }),
      ...(opened?.classifier !== undefined &&
        opened.borrowedManifest !== undefined && { borrowedManifest: opened.borrowedManifest }),
      ...this.#answers?.byId.get(id),
      ...(first !== undefined && { toFirst: toFirst(figures, first, latency) }),
      ...(layers && { layers }),
      ...(uncompared && { uncompared }),
      ...(error && { error }),
    }
  }

  #uncompared(opened: OpenedVariant | undefined): VariantResult['uncompared'] {
    const [first] = this.#opened
    if (opened?.classifier === undefined || opened === first) return undefined
    const layers = this.#layerObstacles.get(opened.id) ?? this.#layerObstacles.get(this.#first)
    const [count, ofFirst] = [opened.classifier.classCount, first?.classifier?.classCount]
    const answers =
      ofFirst === undefined || ofFirst === count
        ? undefined
        : { code: 'SHAPE_MISMATCH', message: `it tells ${count} classes apart, and the first ${ofFirst}` }
    return layers || answers ? { ...(answers && { answers }), ...(layers && { layers }) } : undefined
  }
}

function caseOf({ id, file }: VariantSource): Case {
  const model = { id, file, randomWeights: false }
  return { id, model, backend: '', threads: 1, batch: 1, precision: undefined, scenario: 'single-stream' }
}

/** Sizes of a model that was not measured; nothing where its file cannot be read, which its error says. */
async function sizesOf(file: string): Promise<Pick<ModelResult, 'sizeBytes' | 'gzipBytes'>> {
  try {
    return await fileSizes(file)
  } catch (error) {
    if (error instanceof EdgeError) return {}
    throw error
  }
}

function obstacleOf({ code, message }: EdgeError): Obstacle {
  return { code, message }
}
