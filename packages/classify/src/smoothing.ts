/** Averages the scores of frames, of which newer ones weigh more. */
export class ExponentialAverage {
  readonly #alpha: number
  #average: Float64Array | undefined

  /** @param alpha - weight of the newest frame, above 0 and at most 1. */
  constructor(alpha: number) {
    this.#alpha = alpha
  }

  /**
   * Adds a frame: `average = alpha · scores + (1 − alpha) · average`, beginning with the first frame's scores. A sum of 1 stays 1.
   *
   * @returns the average, the caller's own.
   */
  add(scores: Float64Array): Float64Array {
    const before = this.#average
    const average =
      before === undefined
        ? scores.slice()
        : scores.map((score, index) => this.#alpha * score + (1 - this.#alpha) * (before[index] ?? 0))
    this.#average = average
    return average.slice()
  }
}

/** Which class most of the last frames had. */
export interface Majority {
  readonly index: number
  /** How many of the frames had it. */
  readonly votes: number
}

/** Counts the votes of the last frames. */
export class MajorityVote {
  readonly #window: number
  readonly #votes: (number | undefined)[] = []
  readonly #counts = new Map<number, number>()

  /** @param window - how many frames count, 1 or more. */
  constructor(window: number) {
    this.#window = window
  }

  /**
   * Adds a frame.
   *
   * @param index - the frame's class; undefined for one that has none.
   * @returns the class that more than half of the last frames have, of as many as there were so far.
   */
  add(index: number | undefined): Majority | undefined {
    this.#votes.push(index)
    this.#count(index, 1)
    if (this.#votes.length > this.#window) this.#count(this.#votes.shift(), -1)
    for (const [candidate, votes] of this.#counts) {
      if (2 * votes > this.#votes.length) return { index: candidate, votes }
    }
    return undefined
  }

  #count(index: number | undefined, by: 1 | -1): void {
    if (index === undefined) return
    const count = (this.#counts.get(index) ?? 0) + by
    if (count === 0) this.#counts.delete(index)
    else this.#counts.set(index, count)
  }
}
