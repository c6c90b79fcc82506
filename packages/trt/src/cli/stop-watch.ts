/** Why a command stops before its end. */
export type StopReason = 'interrupted' | 'terminated' | 'output closed' | 'output failed'

/** Watches for the reasons to stop early. */
export interface StopWatch {
  /** Aborted at the first of them. */
  readonly signal: AbortSignal
  /** Undefined while there is none. */
  readonly reason: StopReason | undefined
  /** Ctrl-C and SIGTERM end the process again, as they do by default. */
  release(): void
}

// Under a package manager or `timeout`, one Ctrl-C arrives twice: from the terminal, and passed on.
const REPEATED_AFTER_MS = 500

/**
 * Watches for Ctrl-C and SIGTERM, and for standard output that takes no more: a reader that has gone (`edge-trt … | head`), a full
 * disk.
 *
 * The first signal lets the command end in order; the second ends the process at once.
 */
export function watchForStop(): StopWatch {
  const release = () => {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
  }
  const controller = new AbortController()
  let reason: StopReason | undefined
  const stop = (why: StopReason) => {
    reason ??= why
    controller.abort()
  }
  let firstSignalAt: number | undefined
  const onSignal = (why: 'interrupted' | 'terminated') => (signal: NodeJS.Signals) => {
    firstSignalAt ??= performance.now()
    if (performance.now() - firstSignalAt > REPEATED_AFTER_MS) endBy(signal, release)
    stop(why)
  }
  const onInterrupt = onSignal('interrupted')
  const onTerminate = onSignal('terminated')
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  // These stay for good: what is still on its way to a closed pipe fails late.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return stop('output closed')
    if (reason === undefined) process.stderr.write(outputFailureText(error))
    return stop('output failed')
  })
  process.stderr.on('error', () => {})
  return {
    signal: controller.signal,
    get reason() {
      return reason
    },
    release,
  }
}

/**
 * Ends the process as the signal does by default. Exiting alone would wait for the addon's threads, and TensorRT may be seconds in one
 * step.
 */
function endBy(signal: NodeJS.Signals, release: () => void): never {
  // The last listener: those before it take away files that are not whole.
  process.on('exit', () => {
    release()
    process.kill(process.pid, signal)
  })
  process.exit()
}

function outputFailureText({ code, name, message }: NodeJS.ErrnoException): string {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const [found, remedy] = isFull
    ? ['no space left where it goes', 'Free some, or write to another disk.']
    : [message, 'Check where it goes.']
  return `error [${code ?? name}]: standard output cannot be written; found ${found}. ${remedy}\n`
}
