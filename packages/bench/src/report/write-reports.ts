import { writeResults } from '../result/file.js'
import { writeWhole } from '../result/write-whole.js'
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
 * Writes reports of one run, each in one step.
 *
 * @returns the paths written, in the order of {@link ReportPaths}.
 * @throws EdgeError `FILE_UNWRITABLE`, after the others were written.
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
  if (failures.length > 0) throw failures[0]
  return written
}
