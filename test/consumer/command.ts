import { spawn } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
}

/** Runs a program to its end in exactly the environment that is given, with nothing on its input. */
export function run(program: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 240_000,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Runs a program that has to succeed; returns what it printed. */
export async function runRequired(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const ended = await run(program, args, options)
  if (ended.code === 0) return ended.stdout
  throw new Error(
    `${[program, ...args].join(' ')} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`,
  )
}
