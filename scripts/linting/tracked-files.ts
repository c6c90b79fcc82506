import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../setup/command.js'
import { repositoryRoot } from '../setup/paths.js'

/** Files that git tracks, or would if they were added, from the root. */
export async function trackedFiles(...patterns: readonly string[]): Promise<string[]> {
  const list = await runCommand(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns],
    {
      cwd: repositoryRoot,
    },
  )
  // A file that was deleted and not yet committed is still listed.
  return list
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(repositoryRoot, file)))
    .sort()
}

// Nobody's machine is called so: /home/someone may stand in an example.
const machinePath = /(?<![\w.])\/(root|home|work|Users)\/(?!someone\b)[\w.-]+/
const registryAddress =
  /https?:\/\/[^\s'")]*(registry|pypi|pythonhosted|npmjs|maven|mirror|artifactory|proxy)[^\s'")]*/i

/** Places where a tracked file names a machine's own path, or where packages come from: both differ between machines. */
export async function unportableLines(): Promise<string[]> {
  const found: string[] = []
  for (const file of await trackedFiles()) {
    const content = readFileSync(join(repositoryRoot, file))
    if (content.includes(0)) continue
    for (const [index, line] of content.toString('utf8').split('\n').entries()) {
      const match = machinePath.exec(line) ?? registryAddress.exec(line)
      if (match !== null) found.push(`${file}:${index + 1}: ${match[0]}`)
    }
  }
  return found
}
