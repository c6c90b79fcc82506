import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from '@edge/bench'
import { resultsDirectory } from '../report-places.js'

/** Whether the repository is to show what this program measures. */
export function isKept(): boolean {
  return process.argv.includes('--keep')
}

/**
 * Writes what a program measured, with the machine as suites describe it and the time, and returns the path.
 *
 * @param out - a directory in place of the usual one.
 */
export async function writeResults(name: string, measured: object, out?: string): Promise<string> {
  const results = out ?? resultsDirectory({ keep: isKept() })
  mkdirSync(results, { recursive: true })
  const path = join(results, `${name}.json`)
  const machine = await describeMachine()
  const content = { benchmark: name, date: new Date().toISOString(), machine, ...measured }
  writeFileSync(`${path}.tmp`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.tmp`, path)
  return path
}
