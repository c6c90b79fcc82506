/**
 * Lines out of what a program writes, wherever that is broken off.
 *
 * Not by `node:readline`: what never ends a line grows there until it is longer than any string may be, which ends this process.
 */
export class AnswerLines {
  readonly #most: number
  #parts: string[] = []
  #length = 0

  /** @param most - characters of a line. */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * The lines that came to their end with this text; undefined where one is too long, after which there are none.
   *
   * @param text - more of what it writes.
   */
  add(text: string): readonly string[] | undefined {
    const lines: string[] = []
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      if (!this.#keep(text.slice(from, end))) return undefined
      lines.push(this.#parts.join(''))
      this.#parts = []
      this.#length = 0
      from = end + 1
    }
    return this.#keep(text.slice(from)) ? lines : undefined
  }

  /** False where the line is too long, and stays so. */
  #keep(part: string): boolean {
    this.#length += part.length
    if (this.#length > this.#most) {
      this.#parts = []
      return false
    }
    if (part !== '') this.#parts.push(part)
    return true
  }
}
