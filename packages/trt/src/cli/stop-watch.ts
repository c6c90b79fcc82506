import { EXIT } from './exit-code.js'

/** Why a command stops before its end. */
export type StopReason = 'interrupted' | 'output closed' | 'output failed'

/** Watches for the reasons to stop early. */
export interface StopWatch {
  /** Aborted at the first of them. */
  readonly signal: AbortSignal
  /** Undefined while there is none. */
  readonly reason: StopReason | undefined
  /** Ctrl-C ends the process again, as it does by default. */
  release(): void
}

// Under a package manager or `timeout`, one Ctrl-C arrives twice: from the terminal, and passed on.
const REPEATED_AFTER_MS = 500

/**
 * Watches for Ctrl-C, and for standard output that takes no more: a reader that has gone (`edge-trt … | head`), a full disk.
 *
 * The first Ctrl-C lets the command end in order; the second ends the process at once.
 */
export function watchForStop(): StopWatch {
  const controller = new AbortController()
  let reason: StopReason | undefined
  const stop = (why: StopReason) => {
    reason ??= why
    controller.abort()
  }
  let interruptedAt: number | undefined
  const onInterrupt = () => {
    interruptedAt ??= performance.now()
    if (performance.now() - interruptedAt > REPEATED_AFTER_MS) process.exit(EXIT.interrupted)
    stop('interrupted')
  }
  process.on('SIGINT', onInterrupt)
  // These stay for good: what is still on its way to a closed pipe fails late.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return stop('output closed')
    if (reason === undefined) {
      process.stderr.write(`error [${error.code ?? error.name}]: standard output cannot be written\n`)
    }
    return stop('output failed')
  })
  process.stderr.on('error', () => {})
  return {
    signal: controller.signal,
    get reason() {
      return reason
    },
    release() {
      process.off('SIGINT', onInterrupt)
    },
  }
}
