import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSuite, type SuiteFile } from '@edge/bench'
import { EdgeError } from '@edge/errors'

const suitesDirectory = fileURLToPath(new URL('suites', import.meta.url))
const ENDINGS: readonly string[] = ['.yaml', '.yml', '.json']

/** A suite for a list. */
export interface ListedSuite {
  readonly name: string
  readonly title?: string
  /** Why it cannot be run; the others can all the same. */
  readonly error?: EdgeError
}

/**
 * The suites that come with the repository, and what they are.
 *
 * @param directory - where to look.
 */
export async function listedSuites(directory: string = suitesDirectory): Promise<ListedSuite[]> {
  return await Promise.all(
    suiteNames(directory).map(async (name): Promise<ListedSuite> => {
      try {
        return { name, title: (await readSuite(join(directory, `${name}.yaml`))).suite.title }
      } catch (error) {
        if (error instanceof EdgeError) return { name, error }
        throw error
      }
    }),
  )
}

/** Names of the suites that come with the repository. */
export function suiteNames(directory: string = suitesDirectory): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort()
}

/**
 * One of the suites that come with the repository.
 *
 * @throws EdgeError `FILE_NOT_FOUND`, `SUITE_INVALID`.
 */
export async function namedSuite(name: string): Promise<SuiteFile> {
  return await readSuite(join(suitesDirectory, `${name}.yaml`))
}

/**
 * The suite of a command line: a file where a path is given, which is never taken for the name of one that comes with the repository.
 *
 * @param from - what a path starts at.
 * @throws EdgeError `FILE_NOT_FOUND`, with what there is; as of reading suites.
 */
export async function findSuite(nameOrPath: string, from: string): Promise<SuiteFile> {
  if (!isPath(nameOrPath) && suiteNames().includes(nameOrPath)) return await namedSuite(nameOrPath)
  const path = resolve(from, nameOrPath)
  if (isPath(nameOrPath) && statSync(path, { throwIfNoEntry: false }) !== undefined)
    return await readSuite(path)
  throw new EdgeError('FILE_NOT_FOUND', {
    summary: isPath(nameOrPath) ? `there is no suite at ${path}` : `there is no suite ${nameOrPath}`,
    expected: `the path of a suite, or ${suiteNames().join(', ')}`,
  })
}

/** Whether a suite is one of those that come with the repository, and not a file of somebody's own. */
export function comesWithRepository({ directory }: Pick<SuiteFile, 'directory'>): boolean {
  return directory === suitesDirectory
}

/** As shells tell commands from programs: what has a folder is a path, and so is what ends as suites do. */
function isPath(text: string): boolean {
  return /[/\\]/.test(text) || ENDINGS.includes(extname(text).toLowerCase())
}
