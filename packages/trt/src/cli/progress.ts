const FIRST_AFTER_MS = 1000
const INTERVAL_MS = 250
const CLEAR_LINE = '\r\u001b[2K'

/** What {@link Progress} writes to. */
export interface ProgressStream {
  readonly isTTY?: boolean
  /** How wide the terminal is, where it tells. */
  readonly columns?: number
  write(text: string): unknown
}

/**
 * A line on a terminal that says how far something is, once it has taken more than a second. Anywhere but on a terminal it writes
 * nothing.
 */
export class Progress {
  readonly #stream: ProgressStream
  readonly #say: () => string
  #timer: NodeJS.Timeout | undefined
  #shown = false
  readonly #atExit = (): void => this.clear()

  /** @param say - called for each writing of the line. */
  constructor(stream: ProgressStream, say: () => string) {
    this.#stream = stream
    this.#say = say
    if (stream.isTTY !== true) return
    this.#schedule(FIRST_AFTER_MS)
    process.on('exit', this.#atExit)
  }

  /** Takes the line away, so that something else can be written; it comes back by itself. */
  clear(): void {
    if (this.#shown) this.#stream.write(CLEAR_LINE)
    this.#shown = false
  }

  /** Takes the line away for good. */
  stop(): void {
    clearTimeout(this.#timer)
    process.off('exit', this.#atExit)
    this.clear()
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      // A line that wraps could not be taken away again. A terminal without a size, as of some consoles, says 0.
      const room = (this.#stream.columns || 80) - 1
      this.#stream.write(CLEAR_LINE + this.#say().slice(0, room))
      this.#shown = true
      this.#schedule(INTERVAL_MS)
    }, ms)
    // A line about work must not keep the process alive when there is none.
    this.#timer.unref()
  }
}
