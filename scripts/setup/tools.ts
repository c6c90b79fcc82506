import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { SetupError } from './setup-error.js'

const run = promisify(execFile)

/** Programs that set-up or the native build runs. */
export type Tool = 'python' | 'maven' | 'java' | 'cmake' | 'make' | 'c++'

export const allTools: readonly Tool[] = ['python', 'maven', 'java', 'cmake', 'make', 'c++']

interface ToolCheck {
  /** What is missing, as a person says it. */
  readonly description: string
  /** Debian and Ubuntu packages that bring it. */
  readonly packages: readonly string[]
  readonly isPresent: () => Promise<boolean>
}

const checks: Record<Tool, ToolCheck> = {
  python: {
    description: 'Python 3.10 to 3.13 with venv',
    packages: ['python3', 'python3-venv'],
    isPresent: async () => (await findPython()) !== undefined,
  },
  maven: { description: 'Maven (mvn)', packages: ['maven'], isPresent: () => isOnPath('mvn') },
  java: {
    description: 'a Java runtime, for Maven',
    packages: ['default-jre-headless'],
    isPresent: async () =>
      (await isOnPath('java')) || (await isExecutable(join(process.env.JAVA_HOME ?? '', 'bin/java'))),
  },
  cmake: { description: 'CMake', packages: ['cmake'], isPresent: () => isOnPath('cmake') },
  make: { description: 'make', packages: ['make'], isPresent: () => isOnPath('make') },
  'c++': { description: 'a C++17 compiler', packages: ['g++'], isPresent: compilesCpp17 },
}

/** Throws a SetupError that names every missing tool and the one command that installs them all. */
export async function requireTools(tools: readonly Tool[]): Promise<void> {
  const present = await Promise.all(tools.map((tool) => checks[tool].isPresent()))
  const missing = tools.filter((_, index) => present[index] !== true).map((tool) => checks[tool])
  if (missing.length === 0) return
  const packages = [...new Set(missing.flatMap((check) => check.packages))]
  throw new SetupError(
    [
      'This machine lacks:',
      ...missing.map((check) => `  - ${check.description}`),
      'On Debian or Ubuntu this installs what is missing:',
      `  sudo apt-get install -y ${packages.join(' ')}`,
    ].join('\n'),
  )
}

/** The Python to make virtual environments with, or undefined when none of the supported versions is there. */
export async function findPython(): Promise<string | undefined> {
  // ensurepip is what Debian leaves out of python3 and puts into python3-venv.
  const probe = 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))'
  for (const program of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    if (await succeeds(program, ['-c', probe])) return program
  }
  return undefined
}

async function compilesCpp17(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-trt-compiler-'))
  try {
    const compiler = process.env.CXX || 'c++'
    const compiling = run(compiler, ['-std=c++17', '-x', 'c++', '-', '-o', join(folder, 'program')])
    compiling.child.stdin?.on('error', () => {})
    compiling.child.stdin?.end('#include <optional>\nint main() { return std::optional<int>(0).value(); }\n')
    await compiling
    return true
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, [...args])
    return true
  } catch {
    return false
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, program)))) return true
  }
  return false
}
