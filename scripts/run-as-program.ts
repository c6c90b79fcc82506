import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SetupError } from './setup/setup-error.js'

/**
 * Runs `main` when the module at `url` is what Node.js was started with, and not when another module imports it. A failure that the
 * person at the keyboard can act on is printed without a stack.
 */
export function runAsProgram(url: string, main: () => Promise<void>): void {
  const started = process.argv[1]
  if (started === undefined || realpathSync(started) !== fileURLToPath(url)) return
  main().catch((error: unknown) => {
    const isExpected = error instanceof SetupError || (error instanceof Error && 'code' in error)
    console.error(isExpected ? `\n${error.message}` : error)
    process.exitCode = 1
  })
}
