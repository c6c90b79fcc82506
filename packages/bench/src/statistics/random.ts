import { optionOutOfRange } from '@edge/errors'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** Every bit of the result depends on every bit of the word: the end of MurmurHash3 (Appleby), used as in SplitMix32. */
function mixed(word: number): number {
  let bits = word | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/** The four words that xoroshiro128+ begins with. Taken as it is, a seed would fill one of them, and seeds 1 and 2 would begin alike. */
function stateOf(seed: number, purpose: string): number[] {
  let hash = mixed(seed) ^ mixed(Math.floor(seed / 2 ** 32) + 0x9e3779b9)
  for (const character of purpose) hash = mixed(Math.imul(hash, 31) + (character.codePointAt(0) ?? 0))
  // Four different words: never all zero, which is the one state that xoroshiro128+ cannot leave.
  return [1, 2, 3, 4].map((place) => mixed(hash + Math.imul(place, 0x9e3779b9)))
}

/**
 * A stream of random numbers that one seed gives again on every machine and in every version, so that a run can be repeated from what
 * its result file says. xoroshiro128+ (Blackman and Vigna 2018) as pure-rand has it; good enough for orders and arrivals, not for secrets.
 */
export class Random {
  readonly #generator: RandomGenerator

  /**
   * @param seed - a whole number, as the settings of a result file have it.
   * @param purpose - what the numbers are for: each purpose has a stream of its own, so that one that takes more numbers than
   * before changes nothing for the others.
   * @throws EdgeError `INVALID_ARGUMENT` for a seed that is no whole number.
   */
  constructor(seed: number, purpose = '') {
    if (!Number.isSafeInteger(seed)) throw optionOutOfRange('seed', 'a whole number', seed)
    this.#generator = xoroshiro128plusFromState(stateOf(seed, purpose))
  }

  /** From 0 to below 1, in steps of 2⁻⁵³. */
  uniform(): number {
    return uniformFloat64(this.#generator)
  }

  /**
   * A whole number from 0 to below `count`, each as likely.
   *
   * @throws EdgeError `INVALID_ARGUMENT` for a count that is no whole number from 1.
   */
  below(count: number): number {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw optionOutOfRange('count', 'a whole number from 1', count)
    }
    return uniformInt(this.#generator, 0, count - 1)
  }

  /** The same entries in an order of which each is as likely: Fisher and Yates, as Durstenfeld (1964) does it. */
  shuffled<T extends NonNullable<unknown>>(entries: readonly T[]): T[] {
    const result = [...entries]
    for (let place = result.length - 1; place > 0; place--) {
      const other = this.below(place + 1)
      const here = result[place]
      const there = result[other]
      if (here === undefined || there === undefined) continue
      result[place] = there
      result[other] = here
    }
    return result
  }

  /**
   * One of the entries, each as likely.
   *
   * @throws EdgeError `INVALID_ARGUMENT` where there are none.
   */
  choice<T extends NonNullable<unknown>>(entries: readonly T[]): T {
    const chosen = entries.length === 0 ? undefined : entries[this.below(entries.length)]
    if (chosen === undefined) throw optionOutOfRange('entries', 'a list that is not empty', entries.length)
    return chosen
  }

  /**
   * Time to the next of events that come independently of each other, `mean` apart: arrivals of a Poisson process. By inversion,
   * −mean · ln(1 − u) (Devroye 1986, II.2).
   *
   * @throws EdgeError `INVALID_ARGUMENT` for a mean that is not positive and finite.
   */
  exponential(mean: number): number {
    if (!(mean > 0 && Number.isFinite(mean))) throw optionOutOfRange('mean', 'a positive number', mean)
    return -mean * Math.log1p(-this.uniform())
  }
}
