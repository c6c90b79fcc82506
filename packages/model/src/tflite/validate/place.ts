import { EdgeError } from '@edge/errors'

/** Where in a model something is, and what to call the model. */
export class Place {
  readonly #source: string
  readonly #where: string

  constructor(source: string, where = '') {
    this.#source = source
    this.#where = where
  }

  /** A place inside this one: "operator 3 (CONV_2D)". */
  in(part: string): Place {
    return new Place(this.#source, this.#where === '' ? part : `${this.#where}, ${part}`)
  }

  /**
   * The error that refuses the model; the caller throws it.
   *
   * @param what - the rule that is broken, as a property of the place: "its stride".
   */
  error(what: string, expected: string, found: string | number, remedy?: string): EdgeError {
    return new EdgeError('MODEL_INVALID', {
      summary: `${this.#source} is not valid: ${this.#property(what)}`,
      expected,
      found: String(found),
      remedy: remedy ?? 'Convert or download the model again; a converter does not write this.',
    })
  }

  /** The error for what the format allows and the runtime does not have; the caller throws it. */
  unsupported(what: string, expected: string, found: string, remedy: string): EdgeError {
    return new EdgeError('MODEL_UNSUPPORTED', {
      summary: `${this.#source} cannot be run: ${this.#property(what)}`,
      expected,
      found,
      remedy,
    })
  }

  #property(what: string): string {
    return this.#where === '' ? what : `${this.#where}: ${what}`
  }
}
