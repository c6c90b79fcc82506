import { CommanderError } from 'commander'
import { EXIT } from './exit-code.js'
import { COMMAND_LINE, type Failure, failureText, toFailure, UsageError } from './failure.js'
import { failureLine } from './json-reporter.js'
import { buildProgram } from './program.js'
import type { StopWatch } from './stop-watch.js'

/**
 * The command line.
 *
 * @param args - without the names of the interpreter and the script.
 * @param stop - what may end it early; released here.
 * @returns the exit code.
 */
export async function main(args: readonly string[], stop: StopWatch): Promise<number> {
  try {
    const exitCode = await run(args, stop)
    await written(process.stdout)
    if (stop.reason === 'interrupted' || stop.reason === 'terminated') return EXIT[stop.reason]
    return stop.reason === 'output failed' ? EXIT.failed : exitCode
  } finally {
    stop.release()
  }
}

async function run(args: readonly string[], stop: StopWatch): Promise<number> {
  let exitCode: number = EXIT.ok
  try {
    const program = buildProgram({
      stop,
      setExitCode: (code) => {
        exitCode = code
      },
      presets: await presetsFor(commandOf(args)),
    })
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come as errors too; commander has written them by then.
      if (error.exitCode === 0) return EXIT.ok
      if (error.code === 'commander.help') return EXIT.usage
      return usageError(args, summaryOf(error), error)
    }
    if (error instanceof UsageError) return usageError(args, error.message, error)
    const failure = toFailure('edge-trt', error)
    process.stderr.write(failureText(failure, error))
    writeDocument(args, failure)
    return EXIT.failed
  }
}

/** What knows the presets takes time to load, and commands that are not about pictures do without it. */
async function presetsFor(command: ReturnType<typeof commandOf>): Promise<readonly string[]> {
  return command === 'inspect' || command === 'bench' || command === 'doctor' || command === 'engines'
    ? []
    : (await import('@edge/image')).PRESET_NAMES
}

/** Waits until what was written has gone out, or has failed to: only then is it known whether it did. */
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}

/** What commander says, as the first part of a sentence: it writes some of it in two lines, and some with a full stop. */
function summaryOf({ message, code }: CommanderError): string {
  const summary = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '')
  if (code !== 'commander.unknownOption' || summary.includes('Did you mean')) return summary
  const meant = MEANT[/'(--[^'=]+)/.exec(summary)?.[1] ?? '']
  return meant === undefined ? summary : `${summary} (Did you mean ${meant}?)`
}

/** Other names that are tried, too far from ours in letters for commander to think of them. */
const MEANT: Readonly<Record<string, string>> = { '--md': '--markdown', '--xml': '--junit' }

function usageError(args: readonly string[], summary: string, error: Error): number {
  const first = commandOf(args)
  const command = first === 'bench' && args[args.indexOf('bench') + 1] === 'compare' ? 'bench compare' : first
  const message = `${summary}. See edge-trt${command === undefined ? '' : ` ${command}`} --help.`
  const failure = { source: COMMAND_LINE, code: 'INVALID_ARGUMENT', message } as const
  process.stderr.write(failureText(failure, error))
  writeDocument(args, failure)
  return EXIT.usage
}

const COMMANDS = [
  'classify',
  'watch',
  'label-image',
  'inspect',
  'bench',
  'compare',
  'build',
  'engines',
  'doctor',
  'completion',
] as const

function commandOf(args: readonly string[]): (typeof COMMANDS)[number] | undefined {
  const command = args.find((arg) => !arg.startsWith('-'))
  return COMMANDS.find((known) => known === command)
}

/** With `--json` there is a document, whatever happens: in the form of the command that was meant. */
function writeDocument(args: readonly string[], failure: Failure): void {
  const end = args.indexOf('--')
  const flags = args.slice(0, end < 0 ? args.length : end)
  const command = commandOf(args)
  if (flags.includes('--jsonl') || (command === 'watch' && flags.includes('--json'))) {
    process.stdout.write(`${JSON.stringify(failureLine(failure))}\n`)
  } else if (flags.includes('--json') && !(command === 'bench' && !flags.includes('compare'))) {
    // That of `bench` itself takes a file.
    process.stdout.write(`${JSON.stringify(emptyDocument(command, failure), null, 2)}\n`)
  }
}

function emptyDocument(command: ReturnType<typeof commandOf>, failure: Failure): object {
  const { code, message } = failure
  if (command === 'doctor') return { errors: [{ code, message }] }
  if (command === 'inspect') return { model: null, errors: [failure] }
  if (command === 'compare') return { models: [], errors: [failure] }
  if (command === 'build') return { model: null, engine: null, errors: [failure] }
  if (command === 'bench' || command === 'engines') return { errors: [failure] }
  return { model: null, backend: null, results: [], errors: [failure] }
}
