import { spawn } from 'node:child_process'
import { SetupError } from './setup-error.js'

const SHOWN_LINES = 15

export interface CommandOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Written to standard input. */
  readonly input?: string
}

/** Runs a program and returns what it printed; a failure names the command and shows its last lines. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    let everything = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      everything += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      everything += text
    })
    const fail = (reason: string): void => {
      const lines = everything.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')
      reject(new SetupError(`\`${[program, ...args].join(' ')}\` ${reason}\n${lines}`.trimEnd()))
    }
    child.on('error', (error) => fail(`could not be started: ${error.message}`))
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else fail(signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`)
    })
    // A program that ends before it read its input breaks the pipe: its exit code tells more.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}
