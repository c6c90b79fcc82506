import { setImmediate } from 'node:timers/promises'

// Items that are there already come without a turn of the event loop, and must not keep it from all else.
const UNINTERRUPTED = 1024

/**
 * Asks for items before they are wanted, up to a limit: how many there will be is known while the first are worked on.
 *
 * It can be iterated over once.
 */
export class ReadAhead<T> implements AsyncIterable<T> {
  readonly #limit: number
  #waiting: T[] = []
  #outcome: { readonly failure?: unknown } | undefined
  #closed = false
  #wakeReader = () => {}
  #wakeConsumer = () => {}

  constructor(source: AsyncIterable<T>, limit: number) {
    this.#limit = limit
    // Whatever it ends with is kept for whoever iterates.
    void this.#read(source)
  }

  /** Whether all items have been seen. */
  get isComplete(): boolean {
    return this.#outcome !== undefined && !('failure' in this.#outcome)
  }

  /** Asks for no further items. */
  close(): void {
    this.#closed = true
    this.#wakeReader()
    this.#wakeConsumer()
  }

  /** @throws what the source threw, after the items before that. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      if (this.#waiting.length > 0) yield* this.#take()
      else if (this.#closed) return
      else if (this.#outcome !== undefined) {
        if ('failure' in this.#outcome) throw this.#outcome.failure
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeConsumer = resolve
        })
      }
    }
  }

  *#take(): Generator<T, void, undefined> {
    const batch = this.#waiting
    this.#waiting = []
    this.#wakeReader()
    yield* batch
  }

  async #read(source: AsyncIterable<T>): Promise<void> {
    try {
      let count = 0
      for await (const item of source) {
        this.#waiting.push(item)
        this.#wakeConsumer()
        count += 1
        if (count % UNINTERRUPTED === 0) await setImmediate()
        while (this.#waiting.length >= this.#limit && !this.#closed) {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
        }
        if (this.#closed) break
      }
      this.#outcome = {}
    } catch (failure) {
      this.#outcome = { failure }
    }
    this.#wakeConsumer()
  }
}
