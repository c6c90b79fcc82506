import { EdgeError } from '@edge/errors'
import { runAsProgram } from '../scripts/run-as-program.js'

/**
 * {@link runAsProgram} for programs with flags: exits with 2, as edge-trt does, where the command line makes no sense.
 *
 * @param help - printed where `--help` is asked for.
 */
export function runAsCommand(url: string, help: string, main: () => Promise<void>): void {
  runAsProgram(url, async () => {
    if (process.argv.slice(2).some((flag) => flag === '--help' || flag === '-h')) return console.log(help)
    try {
      await main()
    } catch (error) {
      const misuse = misuseOf(error)
      if (misuse === undefined) throw error
      console.error(`\n${misuse}\nSee --help.`)
      process.exitCode = 2
    }
  })
}

/** What is wrong with the command line; undefined of an error that is about something else. */
export function misuseOf(error: unknown): string | undefined {
  if (error instanceof EdgeError) return error.code === 'INVALID_ARGUMENT' ? error.message : undefined
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const isOfFlags = typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')
  // Node.js adds how to give a file the name of a flag.
  return isOfFlags && error instanceof Error ? error.message.split('. ')[0] : undefined
}
