import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type CommandOptions, runCommand } from './command.js'
import { cacheDirectory } from './paths.js'
import { SetupError } from './setup-error.js'
import type { Step } from './step.js'
import { findPython } from './tools.js'

/** The Python of a virtual environment. */
export const interpreterIn = (environment: string): string => join(environment, 'bin', 'python')

/** Runs a virtual environment's Python; its compiled modules go to the cache, never beside the sources. */
export function runPythonIn(
  environment: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const variables = {
    ...options.environment,
    PYTHONPYCACHEPREFIX: join(cacheDirectory, 'python', 'compiled'),
    PYTHONPATH: '',
  }
  return runCommand(interpreterIn(environment), args, { ...options, environment: variables })
}

async function removeModules(environment: string, paths: readonly string[]): Promise<void> {
  const where = 'import sysconfig; print(sysconfig.get_path("platlib"))'
  const modules = (await runCommand(interpreterIn(environment), ['-c', where])).trim()
  for (const path of paths) await rm(join(modules, path), { recursive: true, force: true })
}

async function makeEnvironment(
  directory: string,
  requirements: string,
  surplus: readonly string[],
): Promise<string> {
  const python = await findPython()
  if (python === undefined) throw new SetupError('No supported Python was found.')
  // Made beside its place and moved: an interrupted installation never looks like a finished one.
  const fresh = `${directory}.${process.pid}.tmp`
  try {
    await mkdir(dirname(fresh), { recursive: true })
    await runCommand(python, ['-m', 'venv', fresh])
    await runCommand(interpreterIn(fresh), [
      ...['-m', 'pip', 'install', '--quiet', '--no-compile', '--no-deps', '--only-binary=:all:'],
      ...['--require-hashes', '--requirement', requirements],
    ])
    await removeModules(fresh, surplus)
    await rm(directory, { recursive: true, force: true })
    await rename(fresh, directory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return (await runPythonIn(directory, ['--version'])).trim()
}

/**
 * A step that makes a virtual environment with exactly what a requirements file pins.
 *
 * `surplus` names files and folders, from where modules are installed, that are deleted to save disk.
 * Programs that pip writes into its `bin` carry the temporary path in their first line: run modules, `python -m …`.
 */
export function virtualEnvironmentStep(
  name: string,
  directory: string,
  requirements: string,
  surplus: readonly string[] = [],
): Step {
  return {
    name,
    after: [],
    tools: ['python'],
    plan: async () => ({
      key: [...surplus],
      inputs: [requirements],
      outputs: [join(directory, 'pyvenv.cfg'), interpreterIn(directory)],
    }),
    make: () => makeEnvironment(directory, requirements, surplus),
  }
}
