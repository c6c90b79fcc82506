import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { runLogged } from '../programs/logged-program.js'
import { objectsMember, parseObject } from '../setup/json-value.js'
import { cacheDirectory } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'
import { inRepository } from '../setup/stamp.js'
import type { Outcome, Skipped } from './outcome.js'

export interface VitestRun {
  readonly name: string
  /** Projects of vitest.config.ts. */
  readonly projects: readonly string[]
  /** The test files to run, from the root; all of the projects by default. */
  readonly files?: readonly string[]
  /** Patterns of test files that are left out. */
  readonly exclude?: readonly string[]
  /** The Node.js to run on, this one by default. */
  readonly node?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Reads the report of vitest's json reporter. A file that could not be loaded counts as one failed test. */
export function readVitestReport(text: string): Outcome {
  const where = 'the report of vitest'
  const files = objectsMember(parseObject(text, where), 'testResults', where)
  const skipped: Skipped[] = []
  let passed = 0
  let failed = 0
  for (const file of files) {
    const tests = objectsMember(file, 'assertionResults', where)
    if (file.status === 'failed' && !tests.some((test) => test.status === 'failed')) failed++
    for (const test of tests) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') failed++
      else {
        // vitest's report has no reason: it is in the file.
        const what = `${basename(String(file.name))}: ${String(test.fullName)}`
        skipped.push({
          what,
          why: test.status === 'todo' ? 'is yet to be written' : 'its condition does not hold here',
        })
      }
    }
  }
  return { passed, failed, skipped }
}

/** Runs projects of vitest.config.ts against the prebuilt addon. */
export async function runVitest(run: VitestRun): Promise<Outcome> {
  const report = join(cacheDirectory, 'logs', `${run.name}.json`)
  await rm(report, { force: true })
  const end = await runLogged(
    run.name,
    run.node ?? process.execPath,
    [
      inRepository('node_modules', 'vitest', 'vitest.mjs'),
      ...['run', ...run.projects.flatMap((project) => ['--project', project])],
      ...(run.exclude ?? []).flatMap((pattern) => ['--exclude', pattern]),
      ...(run.files ?? []),
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    // What is published is tested, not the developer's build.
    { shown: true, environment: { PREBUILDS_ONLY: '1', NO_COLOR: '1', ...run.environment } },
  )
  const text = await readFile(report, 'utf8').catch(() => {
    throw new SetupError(`vitest ${end.ending} and left no report; see ${end.log}`)
  })
  const outcome = readVitestReport(text)
  if (outcome.failed === 0 && (!end.succeeded || outcome.passed === 0)) {
    throw new SetupError(`vitest ${end.ending} after ${outcome.passed} tests; see ${end.log}`)
  }
  return outcome
}
