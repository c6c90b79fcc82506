import type { Readable } from 'node:stream'
import { watchInput } from './pipeline-input.js'
import { type ImageSource, isSharp, isTensorWriter } from './source.js'
import { isNodeStream, isWebStream, noteFailure, type WebByteStream } from './stream.js'

/**
 * Takes a picture until the work on it has ended, also while that waits for its turn. Where it is a stream, an error of it is kept for
 * whoever reads it then, instead of ending the process; and it is closed, if nobody came to read it.
 *
 * @param work - begins at once.
 * @throws what `work` throws.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export async function takeSource<T>(source: ImageSource, work: () => Promise<T>): Promise<T> {
  const leave = hold(source)
  try {
    return await work()
  } finally {
    leave()
  }
}

/** @returns what to do once the work has ended. */
function hold(source: unknown): () => void {
  // A camera that is a stream as well is not read as one.
  if (typeof source === 'object' && source !== null && !isTensorWriter(source)) {
    // An instance of sharp is a stream as well, but its application's.
    if (isSharp(source)) return watchInput(source, () => undefined)
    if (isNodeStream(source)) {
      noteFailure(source)
      return () => closeNodeStream(source)
    }
    if (isWebStream(source)) return () => void closeWebStream(source)
  }
  return () => undefined
}

function closeNodeStream(stream: Readable): void {
  if (!stream.readableEnded && !stream.destroyed) stream.destroy()
}

async function closeWebStream(stream: WebByteStream): Promise<void> {
  // A reader is who read it, here or elsewhere.
  if (stream.locked) return
  try {
    await stream.getReader().cancel()
  } catch {
    // It failed before, which nobody asks for any more.
  }
}
