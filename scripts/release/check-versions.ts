/**
 * `tsx scripts/release/check-versions.ts [TAG]`: a step of the release. All packages have one version, since the loader refuses an
 * addon of another, and it is the tag's.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsProgram } from '../run-as-program.js'
import { parseObject, stringMember } from '../setup/json-value.js'
import { displayPath, repositoryRoot } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'

/** Every package's version, by the path of its package.json. */
export function packageVersions(): ReadonlyMap<string, string> {
  const folders = ['packages', 'packages/platforms', 'packages/models'].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder)).map((name) => join(repositoryRoot, folder, name)),
  )
  const versions = new Map<string, string>()
  for (const folder of [join(repositoryRoot, 'native'), ...folders]) {
    const path = join(folder, 'package.json')
    const text = readIfPresent(path)
    if (text === undefined) continue
    const where = displayPath(path)
    versions.set(where, stringMember(parseObject(text, where), 'version', where))
  }
  return versions
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // A folder of packages, not a package.
    return undefined
  }
}

/** What is wrong with the versions of a release; empty when all is well. */
export function versionFaults(versions: ReadonlyMap<string, string>, tag: string | undefined): string[] {
  const expected = tag === undefined ? [...versions.values()][0] : /^v(\d+\.\d+\.\d+.*)$/.exec(tag)?.[1]
  if (expected === undefined) return [`the tag "${tag}" is not v and a version`]
  return [...versions]
    .filter(([, version]) => version !== expected)
    .map(([path, version]) => `${path} has version ${version}, not ${expected}`)
}

runAsProgram(import.meta.url, async () => {
  const faults = versionFaults(packageVersions(), process.argv[2])
  if (faults.length > 0) throw new SetupError(['This cannot be released:', ...faults].join('\n  - '))
})
