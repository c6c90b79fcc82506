import type { Inference } from '../../src/subject/drive.js'
import type { SubjectClock } from '../../src/subject/subject-clock.js'

/** A clock whose time passes only while all wait for it: what takes so long by it takes exactly so long, on any machine. */
export class VirtualClock implements SubjectClock {
  #now: number
  readonly #waiting: { readonly due: number; readonly go: () => void }[] = []

  constructor(now = 1000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  until(due: number): Promise<void> {
    if (due <= this.#now) return Promise.resolve()
    return new Promise((go) => this.#waiting.push({ due, go }))
  }

  wait(ms: number): Promise<void> {
    return this.until(this.#now + ms)
  }

  /** Work that takes the calling thread. */
  advance(ms: number): void {
    this.#now += ms
  }

  /** Lets time pass until a promise is settled. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const done = work.finally(() => {
      settled = true
    })
    done.catch(() => {})
    for (;;) {
      // All that can go on without time passing.
      await new Promise(setImmediate)
      if (settled) return await done
      const next = this.#waiting.reduce<number | undefined>(
        (least, { due }, index) =>
          least !== undefined && (this.#waiting[least]?.due ?? 0) <= due ? least : index,
        undefined,
      )
      const [first] = next === undefined ? [] : this.#waiting.splice(next, 1)
      if (first === undefined) throw new Error('it waits for something that no time brings')
      this.#now = Math.max(this.#now, first.due)
      first.go()
    }
  }
}

/** What happened in a {@link SyntheticSystem}. */
export interface Served {
  readonly image: number
  readonly fromMs: number
  readonly toMs: number
}

/**
 * A system of known service times: what is asked of it waits in line for one of its workers.
 *
 * @param serviceMs - how long inference number n takes, counted as they begin.
 */
export class SyntheticSystem implements Inference {
  readonly served: Served[] = []
  readonly #clock: VirtualClock
  readonly #serviceMs: (begun: number, image: number) => number
  readonly #line: (() => void)[] = []
  readonly #images: number[] = []
  #free: number
  #begun = 0

  constructor(clock: VirtualClock, workers: number, serviceMs: (begun: number, image: number) => number) {
    this.#clock = clock
    this.#free = workers
    this.#serviceMs = serviceMs
  }

  prepare(image: number, slot: number): void {
    this.#images[slot] = image
  }

  async run(slot: number): Promise<void> {
    const image = this.#images[slot] ?? -1
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((go) => this.#line.push(go))
    const fromMs = this.#clock.now()
    await this.#clock.wait(this.#serviceMs(this.#begun++, image))
    this.served.push({ image, fromMs, toMs: this.#clock.now() })
    // Whoever waits takes over the worker.
    const next = this.#line.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
