import { EdgeError, pickOptions } from '@edge/errors'
import {
  type ImageSource,
  PREPROCESSING_OPTIONS,
  type Preprocessing,
  type PreprocessingOptions,
  preprocessWith,
  resolvePreprocessing,
} from '@edge/image'
import {
  labelFile,
  type Manifest,
  type ManifestFile,
  type ManifestSearch,
  readManifest,
  searchManifest,
} from '@edge/model'
import {
  type ModelLike,
  type Request,
  SESSION_OPTIONS,
  Session,
  type SessionOptions,
  type Tensor,
} from '@edge/runtime'
import { checkSources, inOrder, type Sources } from './in-order.js'
import { type LabelMap, mapLabels } from './label-map.js'
import { type LabelSource, readLabels } from './labels.js'
import {
  type ClassifierOptions,
  type ClassifyOptions,
  checkClassifierOptions,
  checkClassifyOptions,
  checkRequests,
} from './options.js'
import { classOutput, realValues } from './output.js'
import { type OutputKind, settleOutputKind } from './output-kind.js'
import { toProbabilities } from './probabilities.js'
import { RequestPool } from './request-pool.js'
import type { Classification, PictureResult, RankedClass } from './result.js'
import { topK } from './top-k.js'

/** What a classifier consists of; all of it is there before there is a classifier. */
interface Parts {
  readonly session: Session
  readonly preprocessing: Preprocessing
  readonly classCount: number
  readonly outputKind: OutputKind
  readonly labels: readonly string[] | undefined
  readonly label: LabelMap
  readonly manifest: Manifest | undefined
  readonly warnings: readonly string[]
  readonly pool: RequestPool
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
  #disposal: Promise<void> | undefined

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Loads a model, and finds out how its input is made and what its classes are called: from the options, the preset, the manifest
   * beside the model, and the model's tensors, in this order.
   *
   * A float32 or int8 model needs one of the first three to say how pixels are normalised; a uint8 model gets them as they are.
   *
   * @param model - path or bytes of a model with one picture as its input and one score for each class as its output.
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `MANIFEST_INVALID`,
   *   `LABELS_INVALID`, `LABELS_MISMATCH`, `BACKEND_UNKNOWN`, `BACKEND_UNAVAILABLE`, `LIBRARY_NOT_FOUND`,
   *   `LIBRARY_INCOMPATIBLE`, `DTYPE_MISMATCH`, `SHAPE_MISMATCH`, `INVALID_ARGUMENT`, `OUT_OF_MEMORY`.
   */
  static async load(model: ModelLike, options: ClassifierOptions = {}): Promise<Classifier> {
    checkClassifierOptions(options)
    const { labels, labelOffset = 0, outputKind, manifest } = options
    const size = checkRequests(options)
    const session = await Session.open(model, pickOptions<SessionOptions>(options, SESSION_OPTIONS))
    const preprocessing = pickOptions<PreprocessingOptions>(options, PREPROCESSING_OPTIONS)
    try {
      const { found: file, warning } = await manifestOf(model, manifest)
      const names = await labelsOf(labels, file)
      const { tensor, classCount } = classOutput(session.outputs)
      return new Classifier({
        session,
        preprocessing: resolvePreprocessing(pictureInput(session), preprocessing, file?.manifest.input),
        classCount,
        outputKind: await settleOutputKind(outputKind ?? file?.manifest.output?.kind, {
          model,
          format: session.model.format,
          output: tensor,
        }),
        labels: names,
        label: mapLabels(names, classCount, labelOffset),
        manifest: file?.manifest,
        warnings: warning === undefined ? [] : [warning],
        pool: new RequestPool(() => session.createRequest(), size),
      })
    } catch (error) {
      await session.dispose()
      throw error
    }
  }

  /** Name of the backend that runs the model. */
  get backend(): string {
    return this.#parts.session.backend
  }

  /** Where the model came from, its format and its size. */
  get model(): Session['model'] {
    return this.#parts.session.model
  }

  /** Facts for people: the runtime's version, the delegates applied. */
  get details(): Session['details'] {
    return this.#parts.session.details
  }

  /** How pictures become the model's input. */
  get preprocessing(): Preprocessing {
    return this.#parts.preprocessing
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

  /** What may not be as it was meant, in sentences for people: a `model.json` beside the model that lists other models. */
  get warnings(): readonly string[] {
    return this.#parts.warnings
  }

  /**
   * Classifies one picture. Calls may overlap: pictures beyond `requests` wait.
   *
   * @param source - path or bytes of a JPEG or PNG.
   * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`, `INFERENCE_FAILED`, `ABORTED`,
   *   `SESSION_DISPOSED`, `INVALID_ARGUMENT`.
   */
  async classify(source: ImageSource, options: ClassifyOptions = {}): Promise<Classification> {
    const count = checkClassifyOptions(options, 'classify', this.classCount)
    const begin = performance.now()
    return await this.#parts.pool.use(options.signal, (request) =>
      this.#classifyWith(request, source, { begin, count, signal: options.signal }),
    )
  }

  /**
   * Classifies pictures as they come, several at a time: one is decoded while another is in the model. Results come in the order of
   * the pictures. A picture that fails gives a result with an `error`, and the rest goes on.
   *
   * Leaving the loop gives up what is under way.
   *
   * @param sources - paths or bytes of JPEGs and PNGs; the next is asked for when there is room for it.
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
    const topK = checkClassifyOptions(options, 'classifyMany', this.classCount)
    const work = async (source: S, signal: AbortSignal): Promise<PictureResult<S>> => {
      try {
        return { source, ...(await this.classify(source, { topK, signal })) }
      } catch (error) {
        if (!(error instanceof EdgeError) || endsAll(error)) throw error
        return { source, error }
      }
    }
    return inOrder(sources, this.#parts.pool.size, work, options.signal)
  }

  /**
   * Waits for the pictures under way, refuses those that wait, and frees the model. Can be called again.
   */
  dispose(): Promise<void> {
    this.#disposal ??= this.#parts.pool.close().then(() => this.#parts.session.dispose())
    return this.#disposal
  }

  /** The same as {@link Classifier.dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #classifyWith(
    request: Request,
    source: ImageSource,
    { begin, count, signal }: { begin: number; count: number; signal: AbortSignal | undefined },
  ): Promise<Classification> {
    const { decodeMs, writeMs } = await preprocessWith(this.preprocessing, source, request.input(), signal)
    const { queueMs, inferenceMs } = await request.run(signal === undefined ? {} : { signal })
    const ranAt = performance.now()
    const classes = this.#rank(request.output(), count)
    const end = performance.now()
    return {
      classes,
      timing: {
        decodeMs,
        preprocessMs: writeMs,
        queueMs,
        inferenceMs,
        postprocessMs: end - ranAt,
        totalMs: end - begin,
      },
    }
  }

  #rank(tensor: Tensor, count: number): readonly RankedClass[] {
    const { outputKind, label } = this.#parts
    const scores = toProbabilities(realValues(tensor), outputKind)
    return topK(scores, count).map((index) => ({ index, label: label(index), score: scores[index] ?? 0 }))
  }
}

function endsAll({ code }: EdgeError): boolean {
  return code === 'ABORTED' || code === 'SESSION_DISPOSED' || code === 'INTERNAL'
}

function pictureInput({ inputs }: Session): Session['inputs'][number] {
  const [input, other] = inputs
  if (input !== undefined && other === undefined) return input
  throw new EdgeError('MODEL_UNSUPPORTED', {
    summary: 'the model does not take one picture',
    expected: 'one input',
    found: String(inputs.length),
    remedy: 'Use an image classification model, or run this one with Session.',
  })
}

async function manifestOf(
  model: ModelLike,
  manifest: string | URL | false | undefined,
): Promise<ManifestSearch> {
  if (manifest === false) return {}
  if (manifest !== undefined) return { found: await readManifest(manifest) }
  return model instanceof Uint8Array ? {} : await searchManifest(model)
}

async function labelsOf(
  option: LabelSource | undefined,
  file: ManifestFile | undefined,
): Promise<readonly string[] | undefined> {
  const source = option ?? (file && (labelFile(file) ?? file.manifest.labels))
  return source === undefined ? undefined : await readLabels(source)
}
