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
  /** Reading, decoding and resampling the picture (libvips does the last two in one go). The first picture loads sharp, too. */
  readonly decodeMs: number
  /** Normalising the pixels into the model's input. */
  readonly preprocessMs: number
  /** Waiting for the session's inference thread. */
  readonly queueMs: number
  /** The inference alone. */
  readonly inferenceMs: number
  /** From the model's output to ranked classes. */
  readonly postprocessMs: number
  /** From the call to the result. What the others leave of it is waiting: for free buffers, for the event loop. */
  readonly totalMs: number
}

/** The result for one picture. */
export interface Classification {
  /** Best first. */
  readonly classes: readonly RankedClass[]
  readonly timing: ClassifyTiming
}

/** A picture among many, with its result. */
export interface ClassifiedPicture<S> extends Classification {
  readonly source: S
  readonly error?: undefined
}

/** A picture among many that could not be classified. */
export interface FailedPicture<S> {
  readonly source: S
  readonly error: EdgeError
  readonly classes?: undefined
  readonly timing?: undefined
}

/** What `classifyMany` yields for each picture: `error` tells which of the two it is. */
export type PictureResult<S> = ClassifiedPicture<S> | FailedPicture<S>
