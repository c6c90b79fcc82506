type Callback = () => void

const listening = new WeakMap<
  AbortSignal,
  { readonly callbacks: Set<Callback>; readonly leave: () => void }
>()

/**
 * Calls back when a signal is aborted. All who wait for the same one share a listener: of more than ten, Node.js warns, and a whole
 * directory of pictures may wait with the signal of one request of a server.
 *
 * @returns what ends that.
 */
export function onAbort(signal: AbortSignal, callback: Callback): () => void {
  const { callbacks, leave } = listening.get(signal) ?? listen(signal)
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size === 0) leave()
  }
}

function listen(signal: AbortSignal) {
  const callbacks = new Set<Callback>()
  const abort = () => {
    for (const callback of [...callbacks]) callback()
  }
  const leave = () => {
    signal.removeEventListener('abort', abort)
    listening.delete(signal)
  }
  signal.addEventListener('abort', abort)
  const shared = { callbacks, leave }
  listening.set(signal, shared)
  return shared
}
