import type { Share } from '../result/schema.js'
import { wilsonInterval } from '../statistics/wilson.js'

/** A class that a model gave a picture. */
export interface GivenClass {
  readonly index: number
  readonly label?: string
  readonly score: number
}

/** What a model said of a picture. */
export interface Answer {
  /** Probability of each class. */
  readonly scores: Float64Array
  /** The most probable one. */
  readonly best: GivenClass
}

/** A picture to which two models gave different classes. */
export interface Disagreement {
  readonly image: string
  readonly first: GivenClass
  readonly other: GivenClass
  readonly divergenceBits: number
}

/** How alike two models answer. */
export interface Agreement {
  /** Pictures of which both say the same class, with its Wilson score interval. */
  readonly sameClass: Share
  /** Mean of |p − q| over all classes of all pictures, p and q the probabilities that the two models give. */
  readonly meanAbsoluteDifference: number
  /**
   * Jensen–Shannon divergence of the two distributions over the classes (Lin 1991), with logarithms to base 2, mean over the pictures: 0 of the
   * same, 1 of two that have no class in common. Other than that of Kullback and Leibler it is finite where quantization rounded a
   * probability to 0, and the same whichever of the two is the first.
   */
  readonly divergenceBits: number
  /** Pictures with different classes, those with the largest divergence first; at most {@link MOST_DISAGREEMENTS}. */
  readonly disagreements: readonly Disagreement[]
}

/** How many pictures with different classes are kept. */
export const MOST_DISAGREEMENTS = 20

/** Counts how alike two models answer, picture by picture. What it keeps does not grow with the pictures. */
export class AgreementTally {
  #pictures = 0
  #same = 0
  #difference = 0
  #divergence = 0
  #disagreements: Disagreement[] = []

  /** @param other - of the same picture, and of as many classes. */
  add(image: string, first: Answer, other: Answer): void {
    const divergenceBits = jensenShannonBits(first.scores, other.scores)
    this.#pictures += 1
    this.#difference += meanAbsoluteDifference(first.scores, other.scores)
    this.#divergence += divergenceBits
    if (first.best.index === other.best.index) {
      this.#same += 1
      return
    }
    this.#disagreements.push({ image, first: first.best, other: other.best, divergenceBits })
    this.#disagreements.sort((one, two) => two.divergenceBits - one.divergenceBits)
    if (this.#disagreements.length > MOST_DISAGREEMENTS) this.#disagreements.pop()
  }

  /** What was counted so far; undefined before the first picture. */
  agreement(confidence: number): Agreement | undefined {
    const of = this.#pictures
    if (of === 0) return undefined
    return {
      sameClass: { count: this.#same, of, interval: wilsonInterval(this.#same, of, confidence) },
      meanAbsoluteDifference: this.#difference / of,
      divergenceBits: this.#divergence / of,
      disagreements: [...this.#disagreements],
    }
  }
}

function meanAbsoluteDifference(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += Math.abs((one[index] ?? 0) - (other[index] ?? 0))
  return one.length === 0 ? 0 : sum / one.length
}

/**
 * Jensen–Shannon divergence, to base 2.
 *
 * @param one - not negative but for rounding; what does not add up to 1, as sigmoids and rounded probabilities do not, is divided by its sum.
 */
export function jensenShannonBits(one: Float64Array, other: Float64Array): number {
  const [total, otherTotal] = [positiveSum(one), positiveSum(other)]
  if (total === 0 || otherTotal === 0) return total === otherTotal ? 0 : 1
  let bits = 0
  for (let index = 0; index < one.length; index += 1) {
    const p = Math.max(0, one[index] ?? 0) / total
    const q = Math.max(0, other[index] ?? 0) / otherTotal
    const middle = (p + q) / 2
    if (p > 0) bits += (p * Math.log2(p / middle)) / 2
    if (q > 0) bits += (q * Math.log2(q / middle)) / 2
  }
  // Rounding leaves a little beside it.
  return Math.min(1, Math.max(0, bits))
}

function positiveSum(values: Float64Array): number {
  let sum = 0
  for (const value of values) if (value > 0) sum += value
  return sum
}
