import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMachine } from '@edge/bench'

const results = join(dirname(fileURLToPath(import.meta.url)), '..', 'results')

/**
 * Keeps what a program measured, with the machine as suites describe it and the time, and returns the path: in `benchmarks/results`,
 * unless it is told where.
 */
export async function writeResults(name: string, measured: object, directory = results): Promise<string> {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.json`)
  const machine = await describeMachine()
  const content = { benchmark: name, date: new Date().toISOString(), machine, ...measured }
  writeFileSync(`${path}.tmp`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.tmp`, path)
  return path
}
