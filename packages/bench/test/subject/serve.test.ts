import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isRunning } from '../runner/fake-runs.js'

const bench = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
// Works on its first request for ever.
const subject = `
import { serveSubject } from ${JSON.stringify(bench)}
setInterval(() => {}, 1000)
await serveSubject(() => {
  process.stderr.write('asked')
  return new Promise(() => {})
})
`
// Asks it, as a runner does, and tells its pid.
const runner = `
import { spawn } from 'node:child_process'
const args = ['--input-type=module', '-e', ${JSON.stringify(subject)}]
const child = spawn(process.execPath, args, { stdio: 'pipe', detached: true })
child.stdin.write('{"ask":"end"}\\n')
child.stderr.once('data', () => console.log(child.pid))
`

it('a subject that hangs ends with a runner that is killed', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', runner])
  const [told] = await once(parent.stdout, 'data')
  const pid = Number(String(told))
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  for (let waited = 0; waited < 10_000 && isRunning(pid); waited += 50) await sleep(50)
  const left = isRunning(pid)
  if (left) process.kill(pid, 'SIGKILL')
  expect(left).toBe(false)
})
