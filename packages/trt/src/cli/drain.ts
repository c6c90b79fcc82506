import type { Writable } from 'node:stream'

/**
 * Waits until a stream takes more, where it does not: a reader that is slower than the classifier must not make what waits for it
 * grow. Returns at once where the signal is aborted, or the stream is gone.
 */
export async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed || signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
    signal.addEventListener('abort', done)
  })
}
