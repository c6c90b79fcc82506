import type { Readable } from 'node:stream'
import { EdgeError, throwIfAborted } from '@edge/errors'
import { checkSignature, SIGNATURE_BYTES } from './signature.js'

/**
 * A stream of the web's with a picture's bytes: a `ReadableStream<Uint8Array>`, whichever library declares it. The declarations of Node.js
 * and of browsers are not assignable to each other; this is what is used of them.
 */
export interface WebByteStream {
  /** Whether somebody reads it already. */
  readonly locked: boolean
  /** Begins to read. */
  getReader(): WebByteReader
}

/** What reads a {@link WebByteStream}. */
export interface WebByteReader {
  /** Gives the next bytes, or says that there are none. */
  read(): Promise<WebBytes>
  /** Gives up the rest. */
  cancel(): Promise<void>
}

/** What a {@link WebByteReader} gives. */
export interface WebBytes {
  /** Whether there are no more. */
  readonly done: boolean
  /** The next bytes, where there are any. */
  readonly value?: Uint8Array | undefined
}

/** How a stream is read. */
export interface StreamReading {
  /** What to call it in messages. */
  readonly name: string
  /** Of more, no more than one chunk is read. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/** Whether a source is a stream of Node's. */
export function isNodeStream(source: object): source is Readable {
  return (
    'pipe' in source &&
    typeof source.pipe === 'function' &&
    'destroy' in source &&
    typeof source.destroy === 'function' &&
    Symbol.asyncIterator in source
  )
}

/** Whether a source is a stream of the web's. */
export function isWebStream(source: object): source is WebByteStream {
  return 'getReader' in source && typeof source.getReader === 'function'
}

const failures = new WeakMap<object, { cause?: unknown }>()

/** Keeps the error of a stream that is read later: with nobody who listens, it would end the process. */
export function noteFailure(stream: Readable): void {
  if (failures.has(stream)) return
  const failure: { cause?: unknown } = {}
  failures.set(stream, failure)
  stream.on('error', (cause) => {
    failure.cause ??= cause
  })
}

/** What a stream failed with before it was read. */
function failureOf(stream: Readable): unknown {
  return stream.errored ?? failures.get(stream)?.cause
}

/**
 * Reads a stream to its end. It stops at once where the first bytes are not those of a picture, and destroys or cancels a stream
 * that it does not read to its end.
 *
 * @throws EdgeError `IMAGE_INVALID` and `IMAGE_UNSUPPORTED` by its first bytes, `IMAGE_UNSUPPORTED` where it is longer than allowed,
 *   `INVALID_ARGUMENT` where it is of something else than bytes or was read already, `FILE_UNREADABLE` where it fails, `ABORTED`.
 */
export async function readStream(stream: Readable | WebByteStream, reading: StreamReading): Promise<Buffer> {
  const { name, signal } = reading
  throwIfAborted(signal, 'preprocessing')
  const failure = 'locked' in stream ? undefined : failureOf(stream)
  if (failure !== undefined) throw unreadable(name, failure)
  if ('locked' in stream ? stream.locked : stream.readableEnded || stream.destroyed) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `${name} has been read already`,
      remedy: 'Give a new stream for each picture.',
    })
  }
  const reader = 'getReader' in stream ? webReader(stream) : nodeReader(stream)
  // A stream that stays silent would be waited for, whatever the signal says.
  const stop = () => reader.stop()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await collect(reader.chunks, reading)
  } catch (cause) {
    reader.stop()
    throwIfAborted(signal, 'preprocessing')
    if (cause instanceof EdgeError) throw cause
    throw unreadable(name, cause)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

function unreadable(name: string, cause: unknown): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `${name} cannot be read to its end`,
    found: cause instanceof Error ? cause.message : String(cause),
    remedy: 'Look where the stream comes from.',
    cause,
  })
}

interface Reader {
  readonly chunks: AsyncIterable<unknown>
  /** Gives the rest up; what is waited for ends. */
  stop(): void
}

function nodeReader(stream: Readable): Reader {
  return {
    chunks: stream,
    stop: () => {
      // It would be an uncaught exception without anyone who listens.
      stream.on('error', () => undefined)
      stream.destroy(new Error('its reader stopped'))
    },
  }
}

function webReader(stream: WebByteStream): Reader {
  const reader = stream.getReader()
  async function* chunks(): AsyncGenerator<unknown> {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  }
  return { chunks: chunks(), stop: () => void reader.cancel().catch(() => undefined) }
}

async function collect(
  chunks: AsyncIterable<unknown>,
  { name, maxBytes, signal }: StreamReading,
): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  let isChecked = false
  const check = () => {
    isChecked = true
    checkSignature(Buffer.concat(parts), name)
  }
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) {
      throw new EdgeError('INVALID_ARGUMENT', {
        summary: `${name} is not one of bytes`,
        expected: 'chunks that are Uint8Arrays',
        found: typeof chunk,
        remedy: 'Leave the encoding and object mode of the stream unset.',
      })
    }
    parts.push(chunk)
    length += chunk.length
    if (length > maxBytes) {
      throw new EdgeError('IMAGE_UNSUPPORTED', {
        summary: `the picture ${name} is too large`,
        expected: `at most ${maxBytes} bytes`,
        found: 'more',
        remedy: 'Make it smaller first.',
      })
    }
    if (!isChecked && length >= SIGNATURE_BYTES) check()
  }
  // Cancelling ends a stream of the web's as if it had come to its end.
  throwIfAborted(signal, 'preprocessing')
  if (!isChecked) check()
  return Buffer.concat(parts)
}
