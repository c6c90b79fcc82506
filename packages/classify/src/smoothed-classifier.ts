import { checkOptionNames, type NamesOf, optionOutOfRange, wholeNumberOption } from '@edge/errors'
import type { ImageSource } from '@edge/image'
import type { Classifier } from './classifier.js'
import { type ClassifyOptions, checkClassifyOptions } from './options.js'
import type { Classification, ClassScores } from './result.js'
import type { SelectionOptions } from './selection.js'
import { ExponentialAverage, MajorityVote } from './smoothing.js'

/** How the results of frames are smoothed. */
export interface SmoothingOptions {
  /**
   * Weight of the newest frame in the average of the scores, above 0 and at most 1: 1 averages nothing, 0.1 takes some 22 frames to
   * forget nine tenths of what was before. Default: 0.3.
   */
  readonly alpha?: number
  /** Of how many frames `majority` is the majority, 1 to 10000. Default: 5. */
  readonly window?: number
}

/** What a smoothed classifier says of a frame. */
export interface SmoothedClassification extends Classification {
  /**
   * The class that was the best of more than half of the last `window` frames, each by itself and by the selection's rules; undefined where
   * none was. It does not flicker, where the best of `classes` may.
   */
  readonly majority: MajorityClass | undefined
}

/** A class that most of the last frames had. */
export interface MajorityClass {
  /** The class's place in the model's output. */
  readonly index: number
  /** The class's name, or `class` and its index where it has none. */
  readonly label: string
  /** How many of the last `window` frames had it. */
  readonly votes: number
}

const OPTIONS: NamesOf<SmoothingOptions> = { alpha: true, window: true }
const MOST_FRAMES = 10_000

/** What of a classifier smoothing needs. */
export type Scorer = Pick<Classifier, 'score' | 'rank'>

/** What is remembered of the frames so far. */
interface State {
  readonly average: ExponentialAverage
  readonly vote: MajorityVote
}

/**
 * Classifies the frames of one stream, whose neighbours show much the same: scores are averaged, and a majority is found. A stream has a
 * SmoothedClassifier of its own; several of them can share one {@link Classifier}, which is to be disposed by whoever loaded it.
 *
 * @example
 * ```ts
 * const smoothed = new SmoothedClassifier(classifier, { alpha: 0.2, window: 15 })
 * const frames = new NewestFrames((jpeg: Buffer, signal) => smoothed.classify(jpeg, { signal }))
 * for await (const { result } of frames) console.log(result?.majority?.label ?? '?')
 * ```
 */
export class SmoothedClassifier {
  readonly #classifier: Scorer
  readonly #alpha: number
  readonly #window: number
  #state: State
  /** Fulfilled once the frames that were asked for before are averaged, or have failed. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @throws EdgeError `INVALID_ARGUMENT`. */
  constructor(classifier: Scorer, options: SmoothingOptions = {}) {
    checkOptionNames(options, OPTIONS, 'SmoothedClassifier')
    const { alpha = 0.3, window = 5 } = options
    if (typeof alpha !== 'number' || !(alpha > 0 && alpha <= 1)) {
      throw optionOutOfRange('alpha', 'a number above 0, at most 1', alpha)
    }
    this.#classifier = classifier
    this.#alpha = alpha
    this.#window = wholeNumberOption('window', window, MOST_FRAMES)
    this.#state = this.#fresh()
  }

  /**
   * Classifies the stream's next frame. Calls may overlap: frames count in the order of the calls. One that fails or is aborted does not
   * count.
   *
   * @param options - the selection's apply to the averaged scores, and to each frame's own for the majority.
   * @throws EdgeError as {@link Classifier.classify}.
   */
  async classify(source: ImageSource, options: ClassifyOptions = {}): Promise<SmoothedClassification> {
    checkClassifyOptions(options, 'classify')
    const { signal, ...selection } = options
    const state = this.#state
    const scored = this.#classifier.score(source, signal === undefined ? {} : { signal })
    // Looked at only after the frames before: until then it may fail without anybody listening.
    scored.catch(() => {})
    const smoothed = this.#turn.then(async () => this.#smooth(await scored, selection, state))
    this.#turn = smoothed.catch(() => {})
    return await smoothed
  }

  /** Forgets the frames so far: after a cut, or a pause. Frames under way do not count for those that come. */
  reset(): void {
    this.#state = this.#fresh()
  }

  #fresh(): State {
    return { average: new ExponentialAverage(this.#alpha), vote: new MajorityVote(this.#window) }
  }

  #smooth(
    { scores, timing }: ClassScores,
    selection: SelectionOptions,
    { average, vote }: State,
  ): SmoothedClassification {
    // First what may throw: a frame with options that are wrong does not count.
    const [own] = this.#classifier.rank(scores, { ...selection, topK: 1 })
    const averaged = average.add(scores)
    const classes = this.#classifier.rank(averaged, selection)
    const most = vote.add(own?.index)
    if (most === undefined) return { classes, timing, majority: undefined }
    // Its label, whatever the selection of this call says of the class.
    const [named = own] = this.#classifier.rank(scores, {
      allow: [most.index],
      deny: [],
      threshold: 0,
      topK: 1,
    })
    return { classes, timing, majority: { ...most, label: named?.label ?? `class ${most.index}` } }
  }
}
