import { abortError, EdgeError, throwIfAborted } from '@edge/errors'
import { onAbort } from './on-abort.js'

interface Waiting<R> {
  readonly give: (request: R) => void
  readonly refuse: (error: EdgeError) => void
}

/**
 * A few requests of one session, with what belongs to them, lent to one piece of work at a time. Whoever finds none free waits, first
 * come, first served: so any number of pictures can be asked for at once without as many sets of buffers, or decoded pictures, in memory.
 */
export class RequestPool<R extends object> {
  readonly #create: () => R
  readonly #free: R[] = []
  readonly #waiting = new Set<Waiting<R>>()
  /** How many requests there are at most. */
  readonly size: number
  readonly #user: string
  #created = 0
  #lent = 0
  #closed = false
  #whenIdle: (() => void) | undefined

  /**
   * @param create - makes a request, when one is first needed.
   * @param size - how many are made at most.
   * @param user - who works with them, for messages.
   */
  constructor(create: () => R, size: number, user = 'classifier') {
    this.#create = create
    this.size = size
    this.#user = user
  }

  /**
   * Lends a request to `work` until it ends.
   *
   * @throws EdgeError `SESSION_DISPOSED` once closed, `ABORTED` while waiting, and what `work` throws.
   */
  async use<T>(signal: AbortSignal | undefined, work: (request: R) => Promise<T>): Promise<T> {
    const request = await this.#take(signal)
    try {
      return await work(request)
    } finally {
      this.#giveBack(request)
    }
  }

  /** Refuses whoever waits and whoever comes, and resolves once nothing is lent any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { refuse } of this.#waiting) refuse(disposed(this.#user))
    this.#waiting.clear()
    if (this.#lent === 0) return
    await new Promise<void>((resolve) => {
      const before = this.#whenIdle
      this.#whenIdle = () => {
        before?.()
        resolve()
      }
    })
  }

  #take(signal: AbortSignal | undefined): Promise<R> | R {
    throwIfAborted(signal, 'the work on the picture')
    if (this.#closed) throw disposed(this.#user)
    const free = this.#free.pop() ?? this.#createIfAllowed()
    if (free === undefined) return this.#wait(signal)
    this.#lent += 1
    return free
  }

  #createIfAllowed(): R | undefined {
    if (this.#created === this.size) return undefined
    const request = this.#create()
    this.#created += 1
    return request
  }

  #wait(signal: AbortSignal | undefined): Promise<R> {
    return new Promise((resolve, reject) => {
      let leave = () => {}
      const waiting: Waiting<R> = {
        give: (request) => {
          leave()
          resolve(request)
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      if (signal !== undefined) {
        leave = onAbort(signal, () => {
          this.#waiting.delete(waiting)
          waiting.refuse(abortError(signal, 'the work on the picture'))
        })
      }
      this.#waiting.add(waiting)
    })
  }

  #giveBack(request: R): void {
    const [next] = this.#waiting
    if (next !== undefined) {
      this.#waiting.delete(next)
      // Lent on at once: whoever comes in between must not take it.
      next.give(request)
      return
    }
    this.#free.push(request)
    this.#lent -= 1
    if (this.#lent === 0) this.#whenIdle?.()
  }
}

function disposed(user: string): EdgeError {
  return new EdgeError('SESSION_DISPOSED', {
    summary: `the ${user} was used after it was disposed`,
    remedy: 'Load it again, or dispose it later.',
  })
}
