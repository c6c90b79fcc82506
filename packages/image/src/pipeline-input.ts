import { abortError, EdgeError, throwIfAborted } from '@edge/errors'
import type { Sharp } from 'sharp'

type Failed = (cause: Error) => void

// One listener for all who wait for the same instance: of more than ten, Node.js warns.
const watched = new WeakMap<Sharp, { readonly waiting: Set<Failed>; readonly leave: () => void }>()

/**
 * Watches an instance of sharp that may still be fed. An error of its is no uncaught exception meanwhile.
 *
 * @param failed - called where it fails, or is closed before all of its input has come.
 * @returns what ends that.
 */
export function watchInput(pipeline: Sharp, failed: Failed): () => void {
  const { waiting, leave } = watched.get(pipeline) ?? listen(pipeline)
  waiting.add(failed)
  return () => {
    waiting.delete(failed)
    if (waiting.size === 0) leave()
  }
}

function listen(pipeline: Sharp) {
  const waiting = new Set<Failed>()
  const tell: Failed = (cause) => {
    for (const failed of [...waiting]) failed(cause)
  }
  const close = () => {
    if (!pipeline.writableFinished) tell(new Error('it was closed before all of its input had come'))
  }
  const leave = () => {
    pipeline.off('error', tell).off('close', close)
    watched.delete(pipeline)
  }
  pipeline.on('error', tell).on('close', close)
  const watch = { waiting, leave }
  watched.set(pipeline, watch)
  return watch
}

/**
 * Takes a step that waits for an instance's input: one that nobody feeds would be waited for without end.
 *
 * @throws EdgeError `FILE_UNREADABLE` where its input failed, `INVALID_ARGUMENT` where it was destroyed or read as a stream,
 *   `ABORTED`; and what `step` throws.
 */
export async function withInput<T>(
  name: string,
  pipeline: Sharp,
  signal: AbortSignal | undefined,
  step: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal, 'preprocessing')
  checkAlive(name, pipeline)
  let settle = () => {}
  const given = new Promise<never>((_, reject) => {
    const unwatch = watchInput(pipeline, (cause) => reject(inputFailed(name, cause)))
    const abort = () => signal && reject(abortError(signal, 'preprocessing'))
    signal?.addEventListener('abort', abort)
    settle = () => {
      unwatch()
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([step(), given])
  } finally {
    settle()
  }
}

function checkAlive(name: string, { errored, destroyed, readableDidRead }: Sharp): void {
  if (!readableDidRead && errored instanceof Error) throw inputFailed(name, errored)
  // sharp's clones of one that was read as a stream give nothing else than a stream.
  if (!destroyed && !readableDidRead) return
  throw new EdgeError('INVALID_ARGUMENT', {
    summary: `${name} was ${readableDidRead ? 'read as a stream' : 'destroyed'}`,
    expected: 'one that has its input, or is still fed',
    remedy: 'Give a new instance.',
  })
}

function inputFailed(name: string, cause: Error): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `${name} did not get its input to the end`,
    found: cause.message,
    remedy: 'Look where its input comes from.',
    cause,
  })
}
