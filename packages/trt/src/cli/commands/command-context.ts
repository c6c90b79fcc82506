import type { StopWatch } from '../stop-watch.js'

/** What the definition of a command gets. */
export interface CommandContext {
  /** What may end a command early. */
  readonly stop: StopWatch
  /** Is told each command's exit code. */
  readonly setExitCode: (code: number) => void
  /** The presets there are; empty where the command that was typed has none, and what knows them is not loaded. */
  readonly presets: readonly string[]
}

/** What all commands that run a model say of their exit code. */
export const EXIT_CODES = `
Exit code: 0 if all went well, 1 if any picture or the model failed, 2 for a wrong command line;
130 after Ctrl-C and 143 after SIGTERM, with what was found until then. A second one ends it at once.`
