import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMachine } from './machine.js'

const results = join(dirname(fileURLToPath(import.meta.url)), '..', 'results')

/** Keeps what a benchmark measured, with the machine and the time, and returns the path: in `benchmarks/results`, unless it is told where. */
export function writeResults(name: string, measured: object, directory = results): string {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.json`)
  const content = { benchmark: name, date: new Date().toISOString(), machine: describeMachine(), ...measured }
  writeFileSync(`${path}.tmp`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.tmp`, path)
  return path
}
