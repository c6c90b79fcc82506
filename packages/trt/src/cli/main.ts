import { CommanderError } from 'commander'
import { EXIT } from './exit-code.js'
import { failureText, toFailure, UsageError } from './failure.js'
import { buildProgram } from './program.js'
import { type StopWatch, watchForStop } from './stop-watch.js'

/**
 * The command line.
 *
 * @param args - without the names of the interpreter and the script.
 * @returns the exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  const stop = watchForStop()
  try {
    const exitCode = await run(args, stop)
    await written(process.stdout)
    if (stop.reason === 'interrupted') return EXIT.interrupted
    return stop.reason === 'output failed' ? EXIT.failed : exitCode
  } finally {
    stop.release()
  }
}

async function run(args: readonly string[], stop: StopWatch): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = buildProgram(stop, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come as errors too; commander has written them by then.
      if (error.exitCode === 0) return EXIT.ok
      if (error.code === 'commander.help') return EXIT.usage
      return usageError(args, error.message.replace(/^error: /, ''), error)
    }
    if (error instanceof UsageError) return usageError(args, error.message, error)
    process.stderr.write(failureText(toFailure('edge-trt', error), error))
    return EXIT.failed
  }
}

/** Waits until what was written has gone out, or has failed to: only then is it known whether it did. */
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}

function usageError(args: readonly string[], summary: string, error: Error): number {
  const command = args.find((arg) => !arg.startsWith('-'))
  const known = command === 'classify' || command === 'doctor' ? ` ${command}` : ''
  const message = `${summary}. See edge-trt${known} --help.`
  const failure = { source: 'command line', code: 'INVALID_ARGUMENT', message } as const
  process.stderr.write(failureText(failure, error))
  if (command === 'classify' && args.includes('--json')) {
    const document = { model: null, backend: null, results: [], errors: [failure] }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  }
  return EXIT.usage
}
