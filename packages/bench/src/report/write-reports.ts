import { EdgeError } from '@edge/errors'
import { writeResults } from '../result/file.js'
import { obstacleToWriting, writeWhole } from '../result/write-whole.js'
import { modelsCsv, samplesCsv } from './csv.js'
import { htmlReport } from './html/page.js'
import { junitReport } from './junit.js'
import { markdownReport } from './markdown.js'
import type { ReportInput } from './report.js'

/** Where reports go; those without a path are not written. */
export interface ReportPaths {
  readonly json?: string | undefined
  readonly html?: string | undefined
  /** A row for each model. */
  readonly csv?: string | undefined
  /** A row for each inference. */
  readonly samplesCsv?: string | undefined
  readonly markdown?: string | undefined
  readonly junit?: string | undefined
}

/**
 * Looks whether reports could be written, before anything is measured.
 *
 * @throws EdgeError `FILE_UNWRITABLE`, of all that could not.
 */
export async function checkReportPaths(paths: ReportPaths): Promise<void> {
  const obstacles = await Promise.all(
    Object.entries(paths).map(async ([kind, path]: [string, string | undefined]) =>
      path === undefined
        ? undefined
        : await obstacleToWriting(path, kind === 'json' ? 'file of results' : 'report'),
    ),
  )
  throwAll(obstacles.filter((one) => one !== undefined))
}

/** One error of several, so that none has to be met after the other. */
function throwAll(failures: readonly unknown[]): void {
  const [first] = failures
  if (failures.length === 0) return
  if (failures.length === 1 || !failures.every((one) => one instanceof EdgeError)) throw first
  throw new EdgeError('FILE_UNWRITABLE', {
    summary: failures.map(({ message }) => message.replace(/\.$/, '')).join('. Also: '),
    cause: first,
  })
}

/**
 * Writes reports of one run, each in one step.
 *
 * @returns the paths written, in the order of {@link ReportPaths}.
 * @throws EdgeError `FILE_UNWRITABLE`, of all that could not be written, after the others were.
 */
export async function writeReports(input: ReportInput, paths: ReportPaths): Promise<string[]> {
  const { result } = input
  const written: string[] = []
  const failures: unknown[] = []
  const one = async (path: string | undefined, write: (path: string) => Promise<void>): Promise<void> => {
    if (path === undefined) return
    try {
      await write(path)
      written.push(path)
    } catch (error) {
      failures.push(error)
    }
  }
  await one(paths.json, (path) => writeResults(path, result))
  await one(paths.html, async (path) => await writeWhole(path, [await htmlReport(input)], 'report'))
  await one(paths.csv, (path) => writeWhole(path, [modelsCsv(result)], 'report'))
  await one(paths.samplesCsv, (path) => writeWhole(path, samplesCsv(result), 'report'))
  await one(paths.markdown, (path) => writeWhole(path, [markdownReport(input)], 'report'))
  await one(paths.junit, (path) => writeWhole(path, [junitReport(result, input.bars)], 'report'))
  throwAll(failures)
  return written
}
