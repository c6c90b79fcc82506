import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { ReportPaths, SuiteFile } from '@edge/bench'
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
 * Makes the directories of files that are to be written, and sees whether they can be: before hours of measuring, not after them.
 *
 * @throws EdgeError `FILE_UNWRITABLE` with all that cannot.
 */
export function prepareFiles(paths: readonly string[]): void {
  const failures = paths.flatMap((path) => failureOf(path) ?? [])
  if (failures.length === 0) return
  const [{ cause } = { cause: undefined }] = failures
  const places =
    failures.length === 1 ? failures.map(({ path }) => path) : failures.map(({ path }) => dirname(path))
  throw new EdgeError('FILE_UNWRITABLE', {
    summary: `nothing can be written to ${[...new Set(places)].join(' and ')}`,
    expected: 'places for files that this user may write',
    found: [...new Set(failures.map(({ message }) => message))].join('; '),
    cause,
  })
}

function failureOf(path: string): { path: string; message: string; cause: unknown } | undefined {
  try {
    makeDirectory(dirname(path))
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      return { path, message: `a directory ${path}`, cause: undefined }
    // As the reports themselves are written: beside their place, and then renamed.
    const probe = join(dirname(path), `.${randomUUID()}.tmp`)
    writeFileSync(probe, '', { flag: 'wx' })
    rmSync(probe)
    return undefined
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    // Of the directory that is in the way, not of a name that nobody knows.
    return { path, message: message.replace(/\/\.[0-9a-f-]{36}\.tmp/, ''), cause }
  }
}

/** One after another: Node.js 20 to 24 try for ever to make a directory where the system says that there is none, as in /proc. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  if (dirname(path) !== path) makeDirectory(dirname(path))
  mkdirSync(path)
}
