import { spawn, spawnSync } from 'node:child_process'

/** `script` is part of util-linux; without it there is no terminal to be had. */
export const hasNoTerminal = spawnSync('script', ['--version']).error !== undefined

/** Runs a shell command on a terminal of its own, and types something once the terminal shows a text. */
export function onTerminal(
  command: string,
  until: string,
  keys: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  let text = ''
  let isTyped = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (isTyped || !text.includes(until)) return
    isTyped = true
    child.stdin.write(keys)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, text: text.replaceAll('\u001b', '<ESC>') }))
  })
}
