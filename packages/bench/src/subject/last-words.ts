const MOST_LINES = 20
// Of one line. A stack of a language's own fits; a matrix that a library prints on one line does not.
const LINE_CHARACTERS = 500

/** The last lines that a program wrote, of which never more is kept than {@link MOST_LINES} of {@link LINE_CHARACTERS}. */
export class LastWords {
  readonly #lines: string[] = []
  #open = ''

  /** More of what it writes, wherever that is broken off. */
  add(text: string): void {
    // Progress bars go back to the beginning of their line.
    const [first = '', ...later] = text.split(/[\r\n]/)
    this.#open = cut(this.#open + first)
    for (const line of later) {
      this.#keep(this.#open)
      this.#open = cut(line)
    }
  }

  /** In the order in which they were written; the last may not be at its end. Empty lines are left out. */
  get lines(): readonly string[] {
    const open = shown(this.#open)
    return open === '' ? [...this.#lines] : [...this.#lines, open].slice(-MOST_LINES)
  }

  #keep(line: string): void {
    const text = shown(line)
    if (text === '') return
    this.#lines.push(text)
    if (this.#lines.length > MOST_LINES) this.#lines.shift()
  }
}

function cut(line: string): string {
  return line.slice(0, LINE_CHARACTERS)
}

function shown(line: string): string {
  return line.trimEnd()
}
