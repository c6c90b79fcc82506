import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type CommandOptions, runCommand } from './command.js'
import { cacheDirectory, pythonEnvironment } from './paths.js'
import { SetupError } from './setup-error.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { findPython } from './tools.js'

const requirements = inRepository('scripts', 'setup', 'requirements', 'models.txt')

const interpreterIn = (environment: string): string => join(environment, 'bin', 'python')

/** Runs the virtual environment's Python; its compiled modules go to the cache, never beside the sources. */
export function runPython(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const environment = {
    ...options.environment,
    PYTHONPYCACHEPREFIX: join(cacheDirectory, 'python', 'compiled'),
    PYTHONPATH: '',
  }
  return runCommand(interpreterIn(pythonEnvironment), args, { ...options, environment })
}

async function makeEnvironment(): Promise<string> {
  const python = await findPython()
  if (python === undefined) throw new SetupError('No supported Python was found.')
  // Made beside its place and moved: an interrupted installation never looks like a finished one.
  const fresh = `${pythonEnvironment}.${process.pid}.tmp`
  try {
    await mkdir(dirname(fresh), { recursive: true })
    await runCommand(python, ['-m', 'venv', fresh])
    await runCommand(interpreterIn(fresh), [
      ...['-m', 'pip', 'install', '--quiet', '--no-compile', '--no-deps', '--only-binary=:all:'],
      ...['--require-hashes', '--requirement', requirements],
    ])
    await rm(pythonEnvironment, { recursive: true, force: true })
    await rename(fresh, pythonEnvironment)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return (await runPython(['--version'])).trim()
}

/** The virtual environment with what the model scripts import. */
export const pythonStep: Step = {
  name: 'python',
  after: [],
  tools: ['python'],
  plan: async () => ({
    key: [],
    inputs: [requirements],
    outputs: [join(pythonEnvironment, 'pyvenv.cfg'), interpreterIn(pythonEnvironment)],
  }),
  make: makeEnvironment,
}
