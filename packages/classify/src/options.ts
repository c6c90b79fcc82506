import { availableParallelism } from 'node:os'
import { checkOptionNames, checkSignal, type NamesOf, wholeNumberOption } from '@edge/errors'
import { PREPROCESSING_OPTIONS, type PreprocessingOptions } from '@edge/image'
import { SESSION_OPTIONS, type SessionOptions } from '@edge/runtime'
import type { LabelSource } from './labels.js'
import type { OutputKind } from './output-kind.js'
import { SELECTION_OPTIONS, type SelectionOptions } from './selection.js'

/**
 * How to load a model that takes pictures. What an option does not say comes from the preset, then from the model's manifest, then from
 * its TFLite Metadata, then from its tensors.
 */
export interface PictureModelOptions extends SessionOptions, PreprocessingOptions {
  /**
   * Threads of one inference, 1 to 256. Default: one fewer than there are processors, at least 1 and at most 4: the one that is left
   * decodes the next picture meanwhile. Threads of one inference wait for each other, and a decoder on one's processor would hold up all.
   */
  readonly threads?: number
  /** Path of the model's manifest, or false to look for none. Default: `<stem>.model.json` or `model.json` beside the model. */
  readonly manifest?: string | URL | false
  /**
   * Pictures worked on at one time, 1 to 64: each has its own input and output buffers. Default: two for each processor and
   * one more, and at most 5, which is what libuv's threads can decode, and one in the model. Fewer take less memory.
   */
  readonly requests?: number
}

/** How to load a classifier. Those of {@link SelectionOptions} are what calls get that do not say otherwise. */
export interface ClassifierOptions extends PictureModelOptions, SelectionOptions {
  /** Path of a file with one name a line, or the names. Default: what the manifest says, else TFLite Metadata, else none. */
  readonly labels?: LabelSource
  /**
   * Class `i` is `labels[i + labelOffset]`. 1 passes over a first label (“background”) that the model has no class for; −1 leaves
   * class 0 without a name where the labels begin with class 1. Default: 0.
   */
  readonly labelOffset?: number
  /**
   * Whether the model returns logits, which go through softmax, or probabilities, which do not. Default: what the manifest says,
   * else the operator that computes the output in the model's graph: probabilities after softmax or sigmoid, logits after any other.
   * A graph that does not tell is refused with `INVALID_ARGUMENT`.
   */
  readonly outputKind?: OutputKind
}

/** Options of a call that works on pictures. */
export interface PictureOptions {
  /** Gives up: at once where the picture waits, else after the stage or the inference that has begun. Throws `ABORTED`. */
  readonly signal?: AbortSignal
}

/** Options of one classification. */
export interface ClassifyOptions extends PictureOptions, SelectionOptions {}

export const PICTURE_MODEL_OPTIONS: NamesOf<PictureModelOptions> = {
  manifest: true,
  requests: true,
  ...PREPROCESSING_OPTIONS,
  ...SESSION_OPTIONS,
}

const CLASSIFIER_OPTIONS: NamesOf<ClassifierOptions> = {
  labels: true,
  labelOffset: true,
  outputKind: true,
  ...SELECTION_OPTIONS,
  ...PICTURE_MODEL_OPTIONS,
}

const PICTURE_OPTIONS: NamesOf<PictureOptions> = { signal: true }
const CLASSIFY_OPTIONS: NamesOf<ClassifyOptions> = { ...SELECTION_OPTIONS, ...PICTURE_OPTIONS }

/** @throws EdgeError `INVALID_ARGUMENT`. */
export function checkClassifierOptions(options: ClassifierOptions): void {
  checkOptionNames(options, CLASSIFIER_OPTIONS, 'Classifier.load')
}

/**
 * Checks the names and the signal of one call's options. A selection is checked by who knows the classes.
 *
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkClassifyOptions(options: ClassifyOptions, of: string): void {
  checkOptionNames(options, CLASSIFY_OPTIONS, of)
  checkSignal(options.signal)
}

/** @throws EdgeError `INVALID_ARGUMENT`. */
export function checkPictureOptions(options: PictureOptions, of: string): void {
  checkOptionNames(options, PICTURE_OPTIONS, of)
  checkSignal(options.signal)
}

/**
 * How many requests to make.
 *
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkRequests(options: PictureModelOptions): number {
  const { requests = defaultRequests(), queueCapacity = requests } = options
  // More would only be refused by the session's queue.
  return Math.min(wholeNumberOption('requests', requests, 64), queueCapacity)
}

/** So many that no processor waits while one picture is in the model and others are read: with 2 processors 5 were 4 % faster than 3. */
function defaultRequests(): number {
  return Math.min(5, 2 * availableParallelism() + 1)
}

/** How many threads an inference gets; the session checks a number that was given. */
export function inferenceThreads({ threads }: PictureModelOptions): number {
  return threads ?? Math.max(1, Math.min(4, availableParallelism() - 1))
}
