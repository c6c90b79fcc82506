import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isRunning, RequestLog, temporaryDirectory } from './fake-runs.js'

const child = fileURLToPath(new URL('run-child.mjs', import.meta.url))

/** Waits until all of them are gone, for as long as a busy machine may need. */
async function areGone(pids: readonly number[]): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!pids.some(isRunning)) return true
    await sleep(50)
  }
  return false
}

it('a runner that is killed leaves no subject behind', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'model.tflite')
  writeFileSync(file, 'a model')
  const runner = spawn(process.execPath, [child, directory, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(runner.stdout, 'data')
  const pids = new RequestLog(directory).pids(['a', 'b'])
  expect(pids.filter(isRunning)).toHaveLength(2)
  runner.kill('SIGKILL')
  await once(runner, 'close')
  expect(await areGone(pids)).toBe(true)
  // By themselves, when nobody asks them any longer.
  for (const id of ['a', 'b']) expect(new RequestLog(directory).lines(id).at(-1)?.ask).toBe('gone')
})
