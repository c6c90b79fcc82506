import { checkOptionNames, EdgeError, pickOptions } from '@edge/errors'
import type { ImageSource, Preprocessing } from '@edge/image'
import type { Manifest } from '@edge/model'
import { type ModelLike, SESSION_OPTIONS, Session, type SessionOptions } from '@edge/runtime'
import { type ClassModel, describeClassModel } from './class-model.js'
import { declaredTensors, mayBuildEngine } from './engine-to-build.js'
import { checkSources, type Sources } from './in-order.js'
import { ModelContent } from './model-content.js'
import { takeOneAtATime } from './one-at-a-time.js'
import {
  type ClassifierOptions,
  type ClassifyOptions,
  checkClassifierOptions,
  checkClassifyOptions,
  checkPictureOptions,
  checkRequests,
  inferenceThreads,
  type PictureOptions,
} from './options.js'
import { realValues } from './output.js'
import type { OutputKind } from './output-kind.js'
import { PicturePipeline } from './picture-pipeline.js'
import { toProbabilities } from './probabilities.js'
import type { Classification, ClassScores, PictureResult, RankedClass } from './result.js'
import { type Ranking, SELECTION_OPTIONS, type SelectionOptions } from './selection.js'

/** What a classifier consists of; all of it is there before there is a classifier. */
interface Parts extends ClassModel {
  readonly pipeline: PicturePipeline
}

/**
 * An image classification model with its preprocessing and its labels.
 *
 * @example
 * ```ts
 * const classifier = await Classifier.load('efficientnet_lite0_int8.tflite')
 * try {
 *   const { classes } = await classifier.classify('cat.jpg')
 *   for (const { label, score } of classes) console.log(label, score)
 * } finally {
 *   await classifier.dispose()
 * }
 * ```
 */
export class Classifier {
  readonly #parts: Parts

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Loads a model, and finds out how its input is made and what its classes are called: from the options, the preset, the manifest
   * beside the model, the TFLite Metadata inside it, and its tensors, in this order.
   *
   * A float32 or int8 model needs one of the first four to say how pixels are normalised; a uint8 model gets them as they are.
   *
   * @param model - path or bytes of a model with one picture as its input and one score for each class as its output.
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `MANIFEST_INVALID`,
   *   `LABELS_INVALID`, `LABELS_MISMATCH`, `BACKEND_UNKNOWN`, `BACKEND_UNAVAILABLE`, `LIBRARY_NOT_FOUND`,
   *   `LIBRARY_INCOMPATIBLE`, `DTYPE_MISMATCH`, `SHAPE_MISMATCH`, `INVALID_ARGUMENT`, `OUT_OF_MEMORY`.
   */
  static async load(model: ModelLike, options: ClassifierOptions = {}): Promise<Classifier> {
    checkClassifierOptions(options)
    const requests = checkRequests(options)
    const content = new ModelContent(model)
    if (mayBuildEngine(model, options.backend)) {
      // Read for this alone: while the engine is built, the memory is for that.
      const declared = await declaredTensors(new ModelContent(model))
      if (declared !== undefined) await describeClassModel(declared, options)
    }
    const session = await Session.open(model, {
      ...pickOptions<SessionOptions>(options, SESSION_OPTIONS),
      threads: inferenceThreads(options),
    })
    try {
      await takeOneAtATime(session)
      const { format } = session.model
      const { inputs, outputs } = session
      const described = await describeClassModel({ content, format, inputs, outputs }, options)
      const pipeline = new PicturePipeline(session, described.preprocessing, requests, 'classifier')
      return new Classifier({ ...described, pipeline })
    } catch (error) {
      await session.dispose()
      throw error
    }
  }

  /** Name of the backend that runs the model. */
  get backend(): string {
    return this.#parts.pipeline.session.backend
  }

  /**
   * The session that runs the model, for what a classifier does not do with it: requests of one's own, other outputs. It goes with the
   * classifier, which alone disposes of it.
   *
   * @experimental for packages of the project, and changes between versions.
   */
  get session(): Session {
    return this.#parts.pipeline.session
  }

  /** Where the model came from, its format and its size. */
  get model(): Session['model'] {
    return this.#parts.pipeline.session.model
  }

  /** Facts for people: the runtime's version, the delegates applied. */
  get details(): Session['details'] {
    return this.#parts.pipeline.session.details
  }

  /** How pictures become the model's input. */
  get preprocessing(): Preprocessing {
    return this.#parts.pipeline.preprocessing
  }

  /** How many classes the model tells apart. */
  get classCount(): number {
    return this.#parts.classCount
  }

  /**
   * What the model returns, as the option, the manifest or the model's graph says: logits, of which softmax makes probabilities, or
   * probabilities.
   */
  get outputKind(): OutputKind {
    return this.#parts.outputKind
  }

  /** The labels as they were read, before `labelOffset`; undefined where there are none. */
  get labels(): readonly string[] | undefined {
    return this.#parts.labels
  }

  /** The manifest that was found beside the model, or named. */
  get manifest(): Manifest | undefined {
    return this.#parts.manifest
  }

  /**
   * What may not be as it was meant, in sentences for people: a `model.json` beside the model that lists other models, or
   * TFLite Metadata that cannot be read.
   */
  get warnings(): readonly string[] {
    return this.#parts.warnings
  }

  /**
   * Classifies one picture. Calls may overlap: pictures beyond `requests` wait.
   *
   * @param source - a picture.
   * @param options - each of the selection's replaces what `load` got.
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`, `OUT_OF_MEMORY`, `INFERENCE_FAILED`,
   *   `ABORTED`, `SESSION_DISPOSED`, `INVALID_ARGUMENT`.
   *
   * @example
   * ```ts
   * const { classes } = await classifier.classify('cat.jpg', { threshold: 0.2, deny: ['background'] })
   * console.log(classes[0]?.label ?? 'nothing that it is sure of')
   * ```
   */
  async classify(source: ImageSource, options: ClassifyOptions = {}): Promise<Classification> {
    checkClassifyOptions(options, 'classify')
    return await this.#classifyWith(source, this.#parts.selector.ranking(options), options.signal)
  }

  /**
   * Classifies pictures as they come, several at a time: while one is in the model, the next ones are decoded. Results come in the order
   * of the pictures. A picture that fails gives a result with an `error`, and the rest goes on.
   *
   * At most `requests` pictures are worked on, and at most as many results wait to be taken: memory does not grow with the number of
   * pictures. Leaving the loop gives up what is under way.
   *
   * @param sources - pictures; the next is asked for when there is room for it.
   * @throws EdgeError `INVALID_ARGUMENT` at once; from the iteration `ABORTED`, `SESSION_DISPOSED`, and what `sources` throws.
   *
   * @example
   * ```ts
   * for await (const { source, classes, error } of classifier.classifyMany(paths, { topK: 1 })) {
   *   console.log(source, error === undefined ? classes[0]?.label : error.message)
   * }
   * ```
   */
  classifyMany<S extends ImageSource>(
    sources: Sources<S>,
    options: ClassifyOptions = {},
  ): AsyncGenerator<PictureResult<S>, void, undefined> {
    checkSources(sources)
    checkClassifyOptions(options, 'classifyMany')
    const ranking = this.#parts.selector.ranking(options)
    return this.#parts.pipeline.many(sources, options.signal, async (source, signal) => ({
      source,
      ...(await this.#classifyWith(source, ranking, signal)),
    }))
  }

  /**
   * The probability of every class of one picture, for programs that make something else of them than a ranking.
   *
   * @throws EdgeError as {@link Classifier.classify}.
   *
   * @example
   * ```ts
   * const { scores } = await classifier.score('cat.jpg')
   * const [best] = classifier.rank(scores, { topK: 1 })
   * ```
   */
  async score(source: ImageSource, options: PictureOptions = {}): Promise<ClassScores> {
    checkPictureOptions(options, 'score')
    const { outputKind, pipeline } = this.#parts
    const { value, timing } = await pipeline.run(source, options.signal, (request) =>
      toProbabilities(realValues(request.output()), outputKind),
    )
    return { scores: value, timing }
  }

  /**
   * Ranks scores as {@link Classifier.classify} does.
   *
   * @param scores - one number for each class, no NaN among them.
   * @param options - each replaces what `load` got.
   * @throws EdgeError `INVALID_ARGUMENT`.
   */
  rank(scores: Float64Array, options: SelectionOptions = {}): readonly RankedClass[] {
    checkOptionNames(options, SELECTION_OPTIONS, 'rank')
    const { classCount, selector } = this.#parts
    if (!(scores instanceof Float64Array) || scores.length !== classCount) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'these are not the scores of the classes',
        expected: `a Float64Array of ${classCount} numbers`,
        found: scores instanceof Float64Array ? String(scores.length) : typeof scores,
      })
    }
    return this.#rank(scores, selector.ranking(options))
  }

  /**
   * Waits for the pictures under way, refuses those that wait, and frees the model. Can be called again.
   */
  dispose(): Promise<void> {
    return this.#parts.pipeline.dispose()
  }

  /** The same as {@link Classifier.dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #classifyWith(
    source: ImageSource,
    ranking: Ranking,
    signal: AbortSignal | undefined,
  ): Promise<Classification> {
    const { outputKind, pipeline } = this.#parts
    const { value, timing } = await pipeline.run(source, signal, (request) =>
      this.#rank(toProbabilities(realValues(request.output()), outputKind), ranking),
    )
    return { classes: value, timing }
  }

  #rank(scores: Float64Array, ranking: Ranking): readonly RankedClass[] {
    const { label } = this.#parts
    return ranking(scores).map((index) => ({ index, label: label(index), score: scores[index] ?? 0 }))
  }
}
