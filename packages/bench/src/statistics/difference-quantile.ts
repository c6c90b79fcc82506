import type { Distribution } from './median-bootstrap.js'

/** What lies up to a place on the line of all differences. */
interface UpTo {
  /** Probability of all differences up to there. */
  readonly probability: number
  /** The last difference up to there, and the first beyond. */
  readonly last: number
  readonly next: number
}

/**
 * {@link midQuantile} of X − Y, of two that do not depend on each other. Of 20 rounds each, X − Y has 44 thousand values, of 100 rounds 25
 * million: they are never listed. What lies up to a place is counted in one pass over X and Y, and the two values around the quantile are
 * found by halving.
 */
export class Difference {
  readonly #x: Distribution
  readonly #y: Distribution
  /** Probability of each value of Y and all after it. */
  readonly #fromHereOn: Float64Array

  constructor(x: Distribution, y: Distribution) {
    this.#x = x
    this.#y = y
    let sum = 0
    this.#fromHereOn = y.weights
      .toReversed()
      .map((weight) => {
        sum += weight
        return sum
      })
      .reverse()
  }

  /** The two ends. */
  get range(): readonly [least: number, most: number] {
    const [x, y] = [this.#x.values, this.#y.values]
    return [(x[0] ?? 0) - (y.at(-1) ?? 0), (x.at(-1) ?? 0) - (y[0] ?? 0)]
  }

  quantile(p: number): number {
    let [low, high] = this.range
    if (this.#mid(low) >= p) return low
    if (this.#mid(high) < p) return high
    for (;;) {
      const { next: afterLow } = this.#upTo(low, false)
      if (afterLow >= high) break
      const middle = low + (high - low) / 2
      const { last, next } = this.#upTo(middle, false)
      const probe = last > low ? last : next
      if (this.#mid(probe) >= p) high = probe
      else low = probe
      if (probe === high && last <= low && next >= high) break
    }
    const [below, above] = [this.#mid(low), this.#mid(high)]
    return low + ((high - low) * (p - below)) / (above - below)
  }

  #mid(difference: number): number {
    return (this.#upTo(difference, false).probability + this.#upTo(difference, true).probability) / 2
  }

  /** Of differences up to this one; with `strictly`, without it. */
  #upTo(difference: number, strictly: boolean): UpTo {
    const [xs, ys] = [this.#x.values, this.#y.values]
    let probability = 0
    let last = Number.NEGATIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    let first = 0
    for (const [place, x] of xs.entries()) {
      // The larger x, the larger the first y that it has to be lessened by.
      for (; first < ys.length; first++) {
        const here = x - (ys[first] ?? 0)
        if (strictly ? here < difference : here <= difference) break
      }
      probability += (this.#x.weights[place] ?? 0) * (this.#fromHereOn[first] ?? 0)
      if (first < ys.length) last = Math.max(last, x - (ys[first] ?? 0))
      if (first > 0) next = Math.min(next, x - (ys[first - 1] ?? 0))
    }
    return { probability, last, next }
  }
}
