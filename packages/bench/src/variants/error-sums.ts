import type { RealValues } from './real-values.js'

/** How far one model's values of a layer are from another's. */
export interface ErrorMeasures {
  /**
   * Signal-to-noise ratio in decibels: 10 · log₁₀(Σ x² / Σ (x − y)²), x the first model's values. Null where there is no noise, or no
   * signal: see `equal`.
   */
  readonly snrDb: number | null
  /** Cosine of the angle between both: Σ x·y / √(Σ x² · Σ y²). 1 for two that are zero throughout, 0 where one is; null where no value is a number. */
  readonly cosine: number | null
  /** Whether no value differs. */
  readonly equal: boolean
  /** The noise's share of the power of signal and noise together, 0 to 1: 0 is no error, ½ is 0 dB. 1 where values are no numbers. */
  readonly noiseShare: number
  /** Values that are NaN or infinite, of places where the first model has a number. */
  readonly nonFinite: number
}

/**
 * Adds up how far values are from others, over any number of tensors and pictures. What it keeps is a few numbers.
 *
 * Places where the first model itself has no number, as in a mask of −∞, are passed over.
 */
export class ErrorSums {
  #signal = 0
  #other = 0
  #product = 0
  #noise = 0
  #counted = 0
  #nonFinite = 0

  /**
   * @param first - the first model's values.
   * @param other - as many of the other one, in the same order.
   */
  add(first: RealValues, other: RealValues): void {
    let [signal, power, product, noise, counted, nonFinite] = [0, 0, 0, 0, 0, 0]
    for (let index = 0; index < first.length; index += 1) {
      const x = first[index] ?? 0
      const y = other[index] ?? 0
      // NaN of what is not finite, 0 of all numbers.
      if (x - x !== 0) continue
      if (y - y !== 0) {
        nonFinite += 1
        continue
      }
      const difference = x - y
      signal += x * x
      power += y * y
      product += x * y
      noise += difference * difference
      counted += 1
    }
    this.#signal += signal
    this.#other += power
    this.#product += product
    this.#noise += noise
    this.#counted += counted
    this.#nonFinite += nonFinite
  }

  /** What was added so far. */
  get measures(): ErrorMeasures {
    const [signal, noise, nonFinite] = [this.#signal, this.#noise, this.#nonFinite]
    const both = signal + noise
    return {
      snrDb: signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null,
      cosine: this.#cosine(),
      equal: noise === 0 && nonFinite === 0,
      noiseShare: nonFinite > 0 ? 1 : both === 0 ? 0 : noise / both,
      nonFinite,
    }
  }

  #cosine(): number | null {
    if (this.#counted === 0) return this.#nonFinite > 0 ? null : 1
    if (this.#signal === 0 || this.#other === 0) return this.#signal === this.#other ? 1 : 0
    if (this.#noise === 0) return 1
    // Rounding may leave a little more than 1.
    return Math.min(1, this.#product / Math.sqrt(this.#signal) / Math.sqrt(this.#other))
  }
}
