import { checkOptionNames, checkSignal, EdgeError, type NamesOf } from '@edge/errors'
import { PREPROCESSING_OPTIONS, type PreprocessingOptions } from '@edge/image'
import { SESSION_OPTIONS, type SessionOptions } from '@edge/runtime'
import type { LabelSource } from './labels.js'
import type { OutputKind } from './output-kind.js'

/**
 * How to load a classifier. What an option does not say comes from the preset, then from the model's manifest, then from the
 * model's tensors.
 */
export interface ClassifierOptions extends SessionOptions, PreprocessingOptions {
  /** Path of a file with one name a line, or the names. Default: what the manifest says, else none. */
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
  /** Path of the model's manifest, or false to look for none. Default: `<stem>.model.json` or `model.json` beside the model. */
  readonly manifest?: string | URL | false
  /** Pictures worked on at one time, 1 to 64: each has its own input and output buffers. Default: 3. */
  readonly requests?: number
}

/** Options of one classification. */
export interface ClassifyOptions {
  /** How many classes to return, 1 to the number of classes. Default: 5, or all where there are fewer. */
  readonly topK?: number
  /** Gives up: at once where the picture waits, else after the stage or the inference that has begun. Throws `ABORTED`. */
  readonly signal?: AbortSignal
}

const CLASSIFIER_OPTIONS: NamesOf<ClassifierOptions> = {
  labels: true,
  labelOffset: true,
  outputKind: true,
  manifest: true,
  requests: true,
  ...PREPROCESSING_OPTIONS,
  ...SESSION_OPTIONS,
}

const CLASSIFY_OPTIONS: NamesOf<ClassifyOptions> = { topK: true, signal: true }

/** @throws EdgeError `INVALID_ARGUMENT`. */
export function checkClassifierOptions(options: ClassifierOptions): void {
  checkOptionNames(options, CLASSIFIER_OPTIONS, 'Classifier.load')
}

/**
 * Checks the options of one call.
 *
 * @returns how many classes to return.
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkClassifyOptions(options: ClassifyOptions, of: string, classCount: number): number {
  checkOptionNames(options, CLASSIFY_OPTIONS, of)
  checkSignal(options.signal)
  if (options.topK === undefined) return Math.min(5, classCount)
  return wholeNumber('topK', options.topK, classCount)
}

/** @throws EdgeError `INVALID_ARGUMENT`. */
export function checkRequests({ requests = 3, queueCapacity = requests }: ClassifierOptions): number {
  // More would only be refused by the session's queue.
  return Math.min(wholeNumber('requests', requests, 64), queueCapacity)
}

function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `the option ${name} is out of range`,
    expected: `a whole number from 1 to ${most}`,
    found: typeof value === 'string' ? JSON.stringify(value) : String(value),
  })
}
