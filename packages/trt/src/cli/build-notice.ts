import { printable } from '@edge/bench/text'
import type { BuildProgress } from '@edge/runtime'
import { duration } from './progress-bar.js'

const TOLD_AFTER_MS = 1000

/** What {@link BuildNotice} writes to. */
export interface NoticeStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/**
 * Says in a line that an engine is built, which may take minutes, and in another when it is there: for logs. On a terminal there is a bar
 * instead.
 */
export class BuildNotice {
  readonly #stream: NoticeStream
  readonly #model: string
  /** Of the build that was told of. */
  #elapsedMs: number | undefined
  #waits = false

  constructor(stream: NoticeStream, model: string) {
    this.#stream = stream
    this.#model = model
  }

  /** Is told how far the building is. */
  progressed({ phases, elapsedMs }: BuildProgress): void {
    if (this.#stream.isTTY === true || elapsedMs < TOLD_AFTER_MS) return
    const waits = phases[0]?.startsWith('waiting') === true
    if (this.#elapsedMs === undefined || waits !== this.#waits) {
      const what = waits
        ? `${phases[0]}, of ${this.#model}`
        : `building the engine of ${this.#model} for TensorRT: this takes seconds to minutes`
      this.#stream.write(`${printable(what)}\n`)
    }
    this.#elapsedMs = elapsedMs
    this.#waits = waits
  }

  /** Is told that the model is open; tells why it was built, where that is known. */
  done(details: Readonly<Record<string, string>> = {}): void {
    if (this.#elapsedMs === undefined) return
    const { engine = 'built', gpu } = details
    const facts = [`engine of ${this.#model} after ${duration(this.#elapsedMs / 1000)}: ${engine}`]
    if (gpu !== undefined) facts.push(`for ${gpu}`)
    this.#stream.write(`${printable(facts.join('; '))}\n`)
    this.#elapsedMs = undefined
  }
}
