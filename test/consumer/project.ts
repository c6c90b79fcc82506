import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { root } from '../architecture/source-packages.js'
import { type CommandOptions, runRequired } from './command.js'
import type { Tarball } from './tarballs.js'

/** What a slim image with Node.js has: no compiler, no CMake, no Python, no pnpm. */
const programs = ['sh', 'env', 'uname', 'dirname', 'basename', 'readlink', 'sed', 'ls', 'cat', 'getconf']

/** Someone's project, outside the workspace, with our packages installed from their tarballs. */
export interface Project {
  readonly directory: string
  readonly options: CommandOptions
  readonly remove: () => Promise<void>
}

export interface ProjectOptions {
  /** The processor that is installed for, this machine's by default. */
  readonly cpu?: 'x64' | 'arm64'
}

/** Where a program lies on the PATH of this process. */
export function onPath(program: string): string {
  const folder = (process.env.PATH ?? '').split(delimiter).find((one) => existsSync(join(one, program)))
  if (folder === undefined) throw new Error(`${program} is not on PATH`)
  return join(folder, program)
}

async function fillPath(directory: string): Promise<void> {
  await mkdir(directory)
  await symlink(process.execPath, join(directory, 'node'))
  const npm = await realpath(onPath('npm'))
  await symlink(npm, join(directory, 'npm'))
  await symlink(join(dirname(npm), 'npx-cli.js'), join(directory, 'npx'))
  for (const program of programs) await symlink(await realpath(onPath(program)), join(directory, program))
}

/** The environment less what pnpm and vitest put into it, with a PATH that has no build tools. */
function cleanEnvironment(path: string): Record<string, string> {
  const dropped =
    /^(npm_(?!config_registry$)|pnpm_|vitest|edge_|prebuilds_only$|node_(options|path|env)$|init_cwd$|test$)/i
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !dropped.test(entry[0]),
  )
  return { ...Object.fromEntries(kept), PATH: path }
}

function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return String(typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : '')
}

/** Installs all tarballs at once with npm into an empty project outside the workspace. */
export async function installInEmptyProject(
  tarballs: readonly Tarball[],
  { cpu }: ProjectOptions = {},
): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-trt-consumer-'))
  const bin = join(directory, '.bin')
  await fillPath(bin)
  const options = { cwd: directory, environment: cleanEnvironment(bin) }
  const specs = (some: readonly Tarball[]): Record<string, string> =>
    Object.fromEntries(some.map(({ name, path }) => [name, `file:${path}`]))
  const manifest = {
    name: 'consumer',
    version: '1.0.0',
    private: true,
    dependencies: specs(tarballs.filter((tarball) => tarball.cpu.length === 0)),
    // As they are to our own packages: npm leaves out those of another processor.
    optionalDependencies: specs(tarballs.filter((tarball) => tarball.cpu.length > 0)),
    devDependencies: { '@types/node': versionOf('@types/node') },
  }
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest, null, 2))
  const elsewhere = cpu !== undefined && cpu !== process.arch
  await runRequired(
    'npm',
    [
      ...['install', '--no-audit', '--no-fund', '--prefer-offline'],
      // What packages run at installation could not run here when it is for another processor.
      ...(elsewhere ? [`--cpu=${cpu}`, '--os=linux', '--libc=glibc', '--ignore-scripts'] : []),
    ],
    options,
  )
  return { directory, options, remove: () => rm(directory, { recursive: true, force: true }) }
}
