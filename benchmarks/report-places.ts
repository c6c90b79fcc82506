import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { checkReportPaths, type ReportPaths, type SuiteFile } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { cacheDirectory, repositoryRoot } from '../scripts/setup/paths.js'
import { comesWithRepository } from './find-suite.js'

/** Where measurements go that nobody asked to keep; git ignores it. */
const latestResults = join(cacheDirectory, 'benchmarks', 'results')
/** Where those lie that the repository shows. */
const keptResults = join(repositoryRoot, 'benchmarks', 'results')

/** What a command line says of where results go. */
export interface PlaceFlags {
  /** A directory. */
  readonly out?: string
  /** Whether the repository is to show them from now on. */
  readonly keep?: boolean
}

/** Where results go. */
export function resultsDirectory({ keep = false }: Pick<PlaceFlags, 'keep'>): string {
  return keep ? keptResults : latestResults
}

/**
 * Where a suite's reports go, each called as the suite's file is: a copy of a suite does not write over the first one's.
 *
 * @param from - what `out` starts at.
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function reportPlaces(
  suite: Pick<SuiteFile, 'path' | 'directory'>,
  { out, keep = false }: PlaceFlags,
  from: string,
): ReportPaths & { readonly json: string } {
  const name = basename(suite.path, extname(suite.path))
  if (keep) return keptPlaces(suite, name, out)
  // Those of somebody's own may be called as one of ours is.
  const standard = comesWithRepository(suite) ? latestResults : join(latestResults, 'own')
  const at = (extension: string) => join(out === undefined ? standard : resolve(from, out), name + extension)
  return {
    json: at('.json'),
    html: at('.html'),
    csv: at('.csv'),
    markdown: at('.md'),
    junit: at('.junit.xml'),
  }
}

/** No page, which carries the library that draws, and nothing that a service of tests reads. */
function keptPlaces(
  suite: Pick<SuiteFile, 'directory'>,
  name: string,
  out: string | undefined,
): ReportPaths & { readonly json: string } {
  const refused =
    out !== undefined
      ? 'the flags --keep and --out name two places'
      : comesWithRepository(suite)
        ? undefined
        : 'the flag --keep is for suites that come with the repository'
  if (refused !== undefined) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: refused,
      remedy: `--keep writes to ${keptResults}, --out DIR elsewhere.`,
    })
  }
  const at = (extension: string): string => join(keptResults, name + extension)
  return { json: at('.json'), csv: at('.csv'), markdown: at('.md') }
}

/**
 * Makes the directories of reports, and sees whether they can be written there: before hours of measuring, not after them.
 *
 * @throws EdgeError `FILE_UNWRITABLE`.
 */
export async function prepareReports(paths: ReportPaths): Promise<void> {
  // What is wrong with a directory is told once, and not of each report.
  const directories = Object.values(paths).flatMap((path) => (path === undefined ? [] : dirname(path)))
  for (const directory of new Set(directories)) prepareDirectory(directory)
  await checkReportPaths(paths)
}

function prepareDirectory(path: string): void {
  try {
    makeEach(path)
    // Permissions do not tell all: root has them everywhere.
    const probe = join(path, `.${randomUUID()}.tmp`)
    writeFileSync(probe, '', { flag: 'wx' })
    rmSync(probe)
  } catch (cause) {
    throw new EdgeError('FILE_UNWRITABLE', {
      summary: `no files can be made in ${path}`,
      expected: 'a place that this user may write to',
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Name another place.',
      cause,
    })
  }
}

/** One after another: left to itself, Node.js tries for ever where the system says that there is none and lets none be made, as in /proc. */
function makeEach(path: string): void {
  if (isDirectory(path)) return
  if (dirname(path) !== path) makeEach(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have been faster.
    if (!isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
