import { EdgeError } from '@edge/errors'
import type { Random } from '../statistics/random.js'

/** Which picture each run is of: drawn, of those that can be decoded. One choice for all models: what one could not read, none is asked for. */
export class PictureChoice {
  readonly images: readonly string[]
  readonly #leftOut = new Map<number, string>()

  constructor(images: readonly string[]) {
    this.images = images
  }

  /** Paths of pictures that are not asked for any longer, and why. */
  get leftOut(): readonly { readonly image: string; readonly reason: string }[] {
    return [...this.#leftOut].map(([index, reason]) => ({ image: this.images[index] ?? '', reason }))
  }

  /** Does without a picture. False where that is none, or is done already. */
  leaveOut(image: number, reason: string): boolean {
    if (this.images[image] === undefined || this.#leftOut.has(image)) return false
    this.#leftOut.set(image, reason)
    return true
  }

  /**
   * Pictures for so many runs; zeros where there are none at all.
   *
   * @throws EdgeError `IMAGE_INVALID` where none can be decoded.
   */
  pick(runs: number, random: Random): number[] {
    const count = this.images.length
    if (count > 0 && this.#leftOut.size === count) {
      throw new EdgeError('IMAGE_INVALID', {
        summary: 'none of the pictures can be decoded',
        found: this.leftOut[0]?.reason ?? '',
      })
    }
    return Array.from({ length: runs }, () => {
      for (;;) {
        const image = count === 0 ? 0 : random.below(count)
        if (!this.#leftOut.has(image)) return image
      }
    })
  }
}
