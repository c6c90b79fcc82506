import { checkOptionNames, type EdgeError, type NamesOf, optionOutOfRange, pickOptions } from '@edge/errors'
import { type ImageSource, type Preprocessing, sourceName } from '@edge/image'
import { checkModelHeader, MODEL_HEADER_BYTES } from '@edge/model'
import { type ModelLike, type Request, SESSION_OPTIONS, Session, type SessionOptions } from '@edge/runtime'
import { exposeTensor } from './expose.js'
import { averagePool, checkFeatureTensor, type FeaturePooling, featureValues } from './feature-values.js'
import { checkSources, type Sources } from './in-order.js'
import { ModelContent } from './model-content.js'
import { takeOneAtATime } from './one-at-a-time.js'
import {
  checkPictureOptions,
  checkRequests,
  inferenceThreads,
  PICTURE_MODEL_OPTIONS,
  type PictureModelOptions,
  type PictureOptions,
} from './options.js'
import { describePictureModel } from './picture-model.js'
import { PicturePipeline } from './picture-pipeline.js'

/** How to load a feature extractor. */
export interface FeatureExtractorOptions extends PictureModelOptions {
  /**
   * Name of the tensor to return. Default: what goes into the last fully connected layer, matrix multiplication or convolution.
   * `edge-trt inspect` lists names.
   */
  readonly tensor?: string
  /**
   * `average` makes a feature map, of height, width and channels, a vector of one mean for each channel; tensors of other dimensions stay
   * as they are. Default: `none`, all values in the tensor's order.
   */
  readonly pooling?: FeaturePooling
}

const OPTIONS: NamesOf<FeatureExtractorOptions> = { tensor: true, pooling: true, ...PICTURE_MODEL_OPTIONS }

/** A picture among many, with its features. */
export interface ExtractedPicture<S> {
  /** The picture as it was given. */
  readonly source: S
  /** Values of the tensor, or one for each of its channels with `pooling`. The caller's own. */
  readonly features: Float32Array
  /** Never there. */
  readonly error?: undefined
}

/** A picture among many that gave no features. */
export interface UnextractedPicture<S> {
  /** The picture as it was given. */
  readonly source: S
  /** Why it gave none. */
  readonly error: EdgeError
  /** Never there. */
  readonly features?: undefined
}

/** What `extractMany` yields for each picture: `error` tells which of the two it is. */
export type FeatureResult<S> = ExtractedPicture<S> | UnextractedPicture<S>

/** What an extractor consists of; neither the model's bytes nor what reads them is among it. */
interface Parts {
  readonly pipeline: PicturePipeline
  readonly warnings: readonly string[]
  readonly tensor: string
  /** Which of the session's outputs the tensor is. */
  readonly output: number
  readonly pooling: FeaturePooling
}

/**
 * A model that returns what it computed of a picture before it decided on a class: numbers to compare pictures by, or to train another
 * classifier on.
 *
 * @example
 * ```ts
 * const extractor = await FeatureExtractor.load('efficientnet_lite0_int8.tflite')
 * try {
 *   const features = await extractor.extract('cat.jpg')
 *   console.log(extractor.tensor, features.length) // Mean 1280
 * } finally {
 *   await extractor.dispose()
 * }
 * ```
 */
export class FeatureExtractor {
  readonly #parts: Parts

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Loads a model, with the tensor as one more output. The model's file is read into memory and rewritten there, since runtimes do not
   * keep what is between two operators. Preprocessing is found as {@link Classifier.load} does it.
   *
   * @param model - path or bytes of a .tflite or .onnx file that takes one picture.
   * @throws EdgeError `TENSOR_NOT_FOUND` for a tensor that the model does not have, with names like it; `MODEL_UNSUPPORTED` where no last
   *   layer is found, or the tensor holds no real numbers; `INVALID_ARGUMENT` for a constant or an input; and as {@link Classifier.load}
   *   without what is of labels.
   */
  static async load(model: ModelLike, options: FeatureExtractorOptions = {}): Promise<FeatureExtractor> {
    checkOptionNames(options, OPTIONS, 'FeatureExtractor.load')
    const { tensor, pooling = 'none' } = options
    checkTensorOptions(tensor, pooling)
    const requests = checkRequests(options)
    const content = new ModelContent(model)
    const bytes = await content.bytes()
    const format = checkModelHeader(bytes.subarray(0, MODEL_HEADER_BYTES), bytes.length, sourceName(model))
    const exposed = await exposeTensor(content, format, tensor)
    const session = await Session.open(exposed.bytes, {
      ...pickOptions<SessionOptions>(options, SESSION_OPTIONS),
      threads: inferenceThreads(options),
    })
    try {
      await takeOneAtATime(session)
      const output = session.outputs[exposed.output]
      if (output !== undefined) checkFeatureTensor(output)
      const { preprocessing, warnings } = await describePictureModel(
        { content, format, inputs: session.inputs },
        options,
      )
      return new FeatureExtractor({
        pipeline: new PicturePipeline(session, preprocessing, requests, 'feature extractor'),
        warnings,
        tensor: exposed.tensor,
        output: exposed.output,
        pooling,
      })
    } catch (error) {
      await session.dispose()
      throw error
    }
  }

  /** Name of the tensor that features come from. */
  get tensor(): string {
    return this.#parts.tensor
  }

  /** The tensor's dimensions before pooling; -1 where only a run tells. */
  get shape(): readonly number[] {
    return this.#parts.pipeline.session.outputs[this.#parts.output]?.shape ?? []
  }

  /** Name of the backend that runs the model. */
  get backend(): string {
    return this.#parts.pipeline.session.backend
  }

  /** How pictures become the model's input. */
  get preprocessing(): Preprocessing {
    return this.#parts.pipeline.preprocessing
  }

  /** What may not be as it was meant, in sentences for people; see {@link Classifier.warnings}. */
  get warnings(): readonly string[] {
    return this.#parts.warnings
  }

  /**
   * Computes the features of one picture. Calls may overlap: pictures beyond `requests` wait.
   *
   * @returns the tensor's values, dequantised and pooled; the caller's own.
   * @throws EdgeError as {@link Classifier.classify}.
   */
  async extract(source: ImageSource, options: PictureOptions = {}): Promise<Float32Array> {
    checkPictureOptions(options, 'extract')
    return await this.#extract(source, options.signal)
  }

  /**
   * Computes the features of pictures as they come, as {@link Classifier.classifyMany} classifies them: in their order, with bounded
   * memory, and failures among the results.
   *
   * @throws EdgeError `INVALID_ARGUMENT` at once; from the iteration `ABORTED`, `SESSION_DISPOSED`, and what `sources` throws.
   *
   * @example
   * ```ts
   * for await (const { source, features, error } of extractor.extractMany(paths)) {
   *   if (error === undefined) index.add(source, features)
   * }
   * ```
   */
  extractMany<S extends ImageSource>(
    sources: Sources<S>,
    options: PictureOptions = {},
  ): AsyncGenerator<FeatureResult<S>, void, undefined> {
    checkSources(sources)
    checkPictureOptions(options, 'extractMany')
    return this.#parts.pipeline.many(sources, options.signal, async (source, signal) => ({
      source,
      features: await this.#extract(source, signal),
    }))
  }

  /** Waits for the pictures under way, refuses those that wait, and frees the model. Can be called again. */
  dispose(): Promise<void> {
    return this.#parts.pipeline.dispose()
  }

  /** The same as {@link FeatureExtractor.dispose}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #extract(source: ImageSource, signal: AbortSignal | undefined): Promise<Float32Array> {
    const { value } = await this.#parts.pipeline.run(source, signal, (request) => this.#read(request))
    return value
  }

  #read(request: Request): Float32Array {
    const tensor = request.output(this.#parts.output)
    const values = featureValues(tensor)
    if (this.#parts.pooling === 'none') return values
    // TensorFlow Lite's kernels know no other layout, and ONNX's operators none but this one.
    const layout = this.#parts.pipeline.session.model.format === 'tflite' ? 'NHWC' : 'NCHW'
    return averagePool(values, tensor.shape, layout)
  }
}

function checkTensorOptions(tensor: unknown, pooling: unknown): void {
  if (tensor !== undefined && typeof tensor !== 'string')
    throw optionOutOfRange('tensor', 'the name of a tensor', tensor)
  if (pooling !== 'none' && pooling !== 'average')
    throw optionOutOfRange('pooling', '"none" or "average"', pooling)
}
