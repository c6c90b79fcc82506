import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory, displayPath, repositoryRoot } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'

const SHOWN_LINES = 60
// Longer than any part of the tests takes on two cores: what runs into it hangs.
const LIMIT_MS = 20 * 60_000
// A sign of life from a program whose output is not shown.
const SIGN_MS = 30_000

export interface ProgramOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Shows the output while the program runs; it goes into the log in any case. */
  readonly shown?: boolean
}

export interface ProgramEnd {
  /** Whether it ended with exit code 0. */
  readonly succeeded: boolean
  /** How it ended, as a person says it. */
  readonly ending: string
  readonly output: string
  readonly log: string
}

/** Runs a program to its end, whichever it is; what it prints goes to `.cache/logs/NAME.log`. */
export async function runLogged(
  name: string,
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramEnd> {
  const log = join(cacheDirectory, 'logs', `${name}.log`)
  await mkdir(dirname(log), { recursive: true })
  const file = createWriteStream(log)
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? repositoryRoot,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    })
    const start = performance.now()
    const sign = setInterval(() => {
      if (options.shown !== true)
        console.log(`   … ${name}, ${Math.round((performance.now() - start) / 1000)} s`)
    }, SIGN_MS)
    let output = ''
    const take = (text: string): void => {
      output += text
      file.write(text)
      if (options.shown === true) process.stdout.write(text)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    const end = (succeeded: boolean, ending: string): void => {
      clearInterval(sign)
      file.end(() => resolve({ succeeded, ending, output, log: displayPath(log) }))
    }
    child.once('error', (error) => end(false, `could not be started: ${error.message}`))
    child.once('close', (code, signal) => {
      end(code === 0, signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`)
    })
  })
}

/** Runs a program that has to succeed; otherwise the error shows its last lines and where the rest is. */
export async function runRequired(
  name: string,
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const end = await runLogged(name, program, args, options)
  if (end.succeeded) return end.output
  const shown = options.shown === true ? [] : end.output.trimEnd().split('\n').slice(-SHOWN_LINES)
  const head = `\`${[program, ...args].join(' ')}\` ${end.ending}; all it printed is in ${end.log}`
  throw new SetupError([head, ...shown].join('\n'))
}
