import type { EdgeError } from '@edge/errors'

/** One class of a result. */
export interface RankedClass {
  /** The class's place in the model's output. */
  readonly index: number
  /** The class's name, or `class` and its index where it has none. */
  readonly label: string
  /** Its probability, 0 to 1. */
  readonly score: number
}

/** What a classification took, in milliseconds. */
export interface ClassifyTiming {
  /** Reading and decoding the picture, and what of the resampling libvips does in the same go. The first picture loads sharp, too. */
  readonly decodeMs: number
  /**
   * What is left until the pixels are in the model's input: resampling, normalising, quantising; with `tensorrt.preprocessOnGpu`, until they
   * are handed over.
   */
  readonly preprocessMs: number
  /** Waiting for the session's inference thread. */
  readonly queueMs: number
  /** The inference alone; with `tensorrt.preprocessOnGpu`, the GPU's preprocessing as well. */
  readonly inferenceMs: number
  /** From the model's output to ranked classes, or to a feature vector. */
  readonly postprocessMs: number
  /** From the call to the result. What the others leave of it is waiting: for free buffers, for the event loop. */
  readonly totalMs: number
}

/** The result for one picture. */
export interface Classification {
  /** Best first; none where the selection leaves none: a threshold that no class reaches. */
  readonly classes: readonly RankedClass[]
  /** What it took. */
  readonly timing: ClassifyTiming
}

/** The scores of all classes for one picture. */
export interface ClassScores {
  /** One probability for each class, in the order of the model's output. The caller's own. */
  readonly scores: Float64Array
  /** What it took. */
  readonly timing: ClassifyTiming
}

/** A picture among many, with its result. */
export interface ClassifiedPicture<S> extends Classification {
  /** The picture as it was given. */
  readonly source: S
  /** Never there. */
  readonly error?: undefined
}

/** A picture among many that could not be classified. */
export interface FailedPicture<S> {
  /** The picture as it was given. */
  readonly source: S
  /** Why it could not be classified. */
  readonly error: EdgeError
  /** Never there. */
  readonly classes?: undefined
  /** Never there. */
  readonly timing?: undefined
}

/** What `classifyMany` yields for each picture: `error` tells which of the two it is. */
export type PictureResult<S> = ClassifiedPicture<S> | FailedPicture<S>
