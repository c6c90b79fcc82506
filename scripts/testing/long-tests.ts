import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { trackedFiles } from '../linting/tracked-files.js'
import { repositoryRoot } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'

/** What a test asks that does more, or does anything, in the full tier alone; its value is then `full`. */
export const TIER_VARIABLE = 'EDGE_TEST_TIER'

/**
 * Test files that do more in the full tier, from the root. The others have done all they do in the fast one.
 *
 * @throws SetupError where another file than a test asks for the tier: which tests it belongs to would be a guess.
 */
export async function longTestFiles(): Promise<readonly string[]> {
  const files: string[] = []
  for (const file of await trackedFiles('packages/*/test/*', 'native/test', 'test')) {
    if (!/\.m?[jt]s$/.test(file)) continue
    if (!(await readFile(join(repositoryRoot, file), 'utf8')).includes(TIER_VARIABLE)) continue
    if (!file.endsWith('.test.ts'))
      throw new SetupError(`${file} asks for ${TIER_VARIABLE}: have its tests ask, and hand it what it needs`)
    files.push(file)
  }
  return files
}
