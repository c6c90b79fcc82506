// Under a package manager, one Ctrl-C arrives twice: from the terminal, and passed on.
const REPEATED_AFTER_MS = 500
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** What Ctrl-C and SIGTERM do while a suite runs: the first lets it end in order, a later one ends the process at once. */
export class StopSignals {
  readonly #controller = new AbortController()
  readonly #handlers = Object.entries(EXIT_CODES).map(([signal, exitCode]) => {
    const handler = () => this.#stop(exitCode)
    process.on(signal, handler)
    return { signal, handler }
  })
  #first: { readonly at: number; readonly exitCode: number } | undefined

  /** Aborted at the first of them. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** As shells have it for the first of them; undefined while there was none. */
  get exitCode(): number | undefined {
    return this.#first?.exitCode
  }

  /** They end the process again, as they do by default. */
  release(): void {
    for (const { signal, handler } of this.#handlers) process.off(signal, handler)
  }

  #stop(exitCode: number): void {
    this.#first ??= { at: performance.now(), exitCode }
    if (performance.now() - this.#first.at > REPEATED_AFTER_MS) process.exit(exitCode)
    this.#controller.abort()
  }
}
