import { EdgeError } from '@edge/errors'
import { FileMemory, type ImageSource, type Preprocessing, preprocessWith, takeSource } from '@edge/image'
import type { Request, Session } from '@edge/runtime'
import { inOrder, type Sources } from './in-order.js'
import { RequestPool } from './request-pool.js'
import type { ClassifyTiming } from './result.js'

// Results that wait behind a picture which takes longer. Small: the work goes on meanwhile, and no source is far ahead of its result.
const KEPT_PER_REQUEST = 2

/** What one picture at a time is worked on with. */
interface Place {
  readonly request: Request
  readonly memory: FileMemory
}

/** Pictures through a model: decoded, written into a free request, run, and read. */
export class PicturePipeline {
  readonly preprocessing: Preprocessing
  readonly session: Session
  readonly #pool: RequestPool<Place>
  #disposal: Promise<void> | undefined

  /**
   * @param requests - how many pictures are worked on at a time.
   * @param user - who works with them, for messages: "classifier".
   */
  constructor(session: Session, preprocessing: Preprocessing, requests: number, user: string) {
    this.session = session
    this.preprocessing = preprocessing
    this.#pool = new RequestPool(
      () => ({ request: session.createRequest(), memory: new FileMemory() }),
      requests,
      user,
    )
  }

  /**
   * Brings one picture through the model. Calls may overlap: those without a request wait.
   *
   * @param read - takes the result out of the request, which the next picture then gets.
   */
  async run<T>(
    source: ImageSource,
    signal: AbortSignal | undefined,
    read: (request: Request) => T,
  ): Promise<{ readonly value: T; readonly timing: ClassifyTiming }> {
    const begin = performance.now()
    const work = async ({ request, memory }: Place) => {
      const lentAt = performance.now()
      const { decodeMs } = await preprocessWith(this.preprocessing, source, request.input(), signal, memory)
      const preprocessMs = performance.now() - lentAt - decodeMs
      const { queueMs, inferenceMs } = await request.run(signal === undefined ? {} : { signal })
      const ranAt = performance.now()
      const value = read(request)
      const end = performance.now()
      const postprocessMs = end - ranAt
      return {
        value,
        timing: { decodeMs, preprocessMs, queueMs, inferenceMs, postprocessMs, totalMs: end - begin },
      }
    }
    return await takeSource(source, () => this.#pool.use(signal, work))
  }

  /**
   * Works on pictures as they come, as many at a time as there are requests. One that fails gives a result with an `error`, unless what
   * failed ends everything.
   */
  many<S extends ImageSource, R>(
    sources: Sources<S>,
    signal: AbortSignal | undefined,
    one: (source: S, signal: AbortSignal) => Promise<R>,
  ): AsyncGenerator<R | { readonly source: S; readonly error: EdgeError }, void, undefined> {
    const { size } = this.#pool
    const work = async (source: S, until: AbortSignal) => {
      if (source instanceof Uint8Array && 'getReader' in sources) throw chunksOfOne()
      try {
        return await one(source, until)
      } catch (error) {
        if (!(error instanceof EdgeError) || endsAll(error)) throw error
        return { source, error }
      }
    }
    return inOrder(sources, { working: size, kept: size * KEPT_PER_REQUEST }, work, signal)
  }

  /** Waits for the pictures under way, refuses those that wait, and frees the model. Can be called again. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#pool.close().then(() => this.session.dispose())
    return this.#disposal
  }
}

/** Whether an error is of all pictures, not of the one that had it. */
export function endsAll({ code }: EdgeError): boolean {
  return code === 'ABORTED' || code === 'SESSION_DISPOSED' || code === 'INTERNAL'
}

/** Nothing says whether the chunks of a stream of the web's are pictures or pieces of one, and pieces is what they mostly are. */
function chunksOfOne(): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: 'these are not several pictures',
    expected: 'an array, or something else to iterate over, of paths or bytes',
    found: 'a ReadableStream of bytes',
    remedy:
      'For the one picture of a stream there is classify(). Where each chunk is a picture, iterate over stream.values() instead.',
  })
}
