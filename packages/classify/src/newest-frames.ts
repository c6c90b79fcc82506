import { abortError, checkOptionNames, checkSignal, EdgeError } from '@edge/errors'
import { endsAll } from './picture-pipeline.js'

/** Options of {@link NewestFrames}. */
export interface NewestFramesOptions {
  /** Ends the iteration with `ABORTED`, and gives up the frame that is worked on. */
  readonly signal?: AbortSignal
}

/** What became of a frame that was worked on. */
export type FrameResult<F, R> = WorkedFrame<F, R> | FailedFrame<F>

/** A frame with the result of the work. */
export interface WorkedFrame<F, R> {
  /** The frame as it was pushed. */
  readonly frame: F
  /** What the work gave. */
  readonly result: R
  /** Frames that were dropped between the one before that was worked on and this one. */
  readonly dropped: number
  /** Never there. */
  readonly error?: undefined
}

/** A frame whose work failed. */
export interface FailedFrame<F> {
  /** The frame as it was pushed. */
  readonly frame: F
  /** What the work threw. */
  readonly error: EdgeError
  /** As {@link WorkedFrame.dropped}. */
  readonly dropped: number
  /** Never there. */
  readonly result?: undefined
}

/**
 * Works on the newest frame of a source that is faster than the work: a camera, a video. Of the frames that come while one is worked on,
 * the last is kept and the others are dropped, so that results are never older than one piece of work.
 *
 * Results come in the order of their frames. While one waits to be taken, no other frame is begun: whoever takes results slowly gets fewer
 * of them, and not older ones. At most three frames are held: one that waits, one that is worked on, one whose result waits.
 *
 * @example
 * ```ts
 * const frames = new NewestFrames((jpeg: Buffer, signal) => classifier.classify(jpeg, { topK: 1, signal }))
 * camera.on('frame', (jpeg) => frames.push(jpeg))
 * camera.on('end', () => frames.end())
 * for await (const { result, dropped } of frames) console.log(result?.classes[0]?.label, dropped)
 * ```
 */
export class NewestFrames<F, R> implements AsyncIterable<FrameResult<F, R>> {
  readonly #work: (frame: F, signal: AbortSignal) => Promise<R>
  readonly #signal: AbortSignal | undefined
  readonly #left = new AbortController()
  #waiting: { readonly frame: F } | undefined
  #busy = false
  /** Fulfilled once what runs has ended. */
  #running: Promise<void> = Promise.resolve()
  #ready: FrameResult<F, R> | undefined
  #failure: { readonly error: unknown } | undefined
  #ended = false
  #iterated = false
  #dropped = 0
  #droppedBefore = 0
  #wake = () => {}

  /**
   * @param work - what to do with a frame. Its signal is aborted when nobody wants the result any more.
   * @throws EdgeError `INVALID_ARGUMENT`.
   */
  constructor(work: (frame: F, signal: AbortSignal) => Promise<R>, options: NewestFramesOptions = {}) {
    if (typeof work !== 'function') {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'nothing says what to do with a frame',
        expected: 'a function of a frame and a signal',
        found: typeof work,
      })
    }
    checkOptionNames(options, { signal: true }, 'NewestFrames')
    checkSignal(options.signal)
    this.#work = work
    this.#signal = options.signal
  }

  /** Frames that were dropped so far, because a newer one came, or nobody wanted more. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * Gives a frame, at any rate: it is worked on at once, waits, or takes the place of the one that waits. Work begins with the iteration.
   *
   * @param frame - left alone from now on: one that is overwritten by the next is to be copied first.
   * @returns false where no frames are taken any more: after `end()`, or once the iteration has ended.
   */
  push(frame: F): boolean {
    if (this.#ended || this.#stopped) {
      this.#dropped += 1
      return false
    }
    if (this.#waiting !== undefined) {
      this.#dropped += 1
      this.#droppedBefore += 1
    }
    this.#waiting = { frame }
    this.#begin()
    return true
  }

  /** Says that there are no more frames. The one that waits is still worked on; then the iteration ends. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /**
   * Takes the results. One iteration is possible; leaving it gives up the frame that is worked on, and waits until that has ended.
   *
   * @throws EdgeError `INVALID_ARGUMENT` for a second iteration; while iterating `ABORTED`, `SESSION_DISPOSED`, and what the work throws
   *   that is no `EdgeError`. An `EdgeError` of one frame is a result.
   */
  [Symbol.asyncIterator](): AsyncGenerator<FrameResult<F, R>, void, undefined> {
    if (this.#iterated) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: 'the results of frames are taken a second time',
        expected: 'one iteration',
        found: 'another',
        remedy: 'Make another NewestFrames, or share the results of the one iteration.',
      })
    }
    this.#iterated = true
    return this.#results()
  }

  async *#results(): AsyncGenerator<FrameResult<F, R>, void, undefined> {
    const abort = () => {
      this.#left.abort(this.#signal?.reason)
      this.#wake()
    }
    if (this.#signal?.aborted) abort()
    else this.#signal?.addEventListener('abort', abort)
    try {
      for (;;) {
        if (this.#signal?.aborted) throw abortError(this.#signal, 'the work on frames')
        if (this.#failure !== undefined) throw this.#failure.error
        const ready = this.#ready
        if (ready !== undefined) {
          this.#ready = undefined
          yield ready
          continue
        }
        this.#begin()
        if (!this.#busy && this.#ended) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      this.#signal?.removeEventListener('abort', abort)
      this.#left.abort()
      if (this.#waiting !== undefined) this.#dropped += 1
      this.#waiting = undefined
      this.#ready = undefined
      await this.#running
    }
  }

  get #stopped(): boolean {
    return this.#left.signal.aborted || this.#failure !== undefined
  }

  /** Begins with the frame that waits, if there is room for its result. */
  #begin(): void {
    const waiting = this.#waiting
    const room = !this.#busy && this.#ready === undefined
    if (waiting === undefined || !room || !this.#iterated || this.#stopped) return
    this.#waiting = undefined
    const dropped = this.#droppedBefore
    this.#droppedBefore = 0
    this.#busy = true
    this.#running = this.#finish(waiting.frame, dropped)
  }

  async #finish(frame: F, dropped: number): Promise<void> {
    try {
      this.#ready = { frame, result: await this.#work(frame, this.#left.signal), dropped }
    } catch (error) {
      if (error instanceof EdgeError && !endsAll(error)) this.#ready = { frame, error, dropped }
      else this.#failure = { error }
    }
    this.#busy = false
    this.#wake()
  }
}
