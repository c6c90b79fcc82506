import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { SetupError } from './setup-error.js'

const run = promisify(execFile)

/** Programs and libraries that come from the system's package manager. */
export type Tool =
  | 'python'
  | 'maven'
  | 'java'
  | 'cargo'
  | 'cmake'
  | 'make'
  | 'c++'
  | 'googletest'
  | 'readelf'
  | 'qemu-aarch64'
  | 'aarch64-libraries'

/** What a first build and set-up need; the tests ask for more when they come to it. */
export const allTools: readonly Tool[] = ['python', 'maven', 'java', 'cargo', 'cmake', 'make', 'c++']

/** Where Debian and Ubuntu keep the C and C++ libraries of arm64 on a machine that is not one. */
export const aarch64Libraries = '/usr/aarch64-linux-gnu'

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
  cargo: {
    description:
      "cargo 1.82 or newer, for TensorRT's headers (on Debian 12 the package cargo-web, on Ubuntu 24.04 rustup, in place of cargo)",
    packages: ['cargo'],
    isPresent: hasCargo,
  },
  cmake: { description: 'CMake', packages: ['cmake'], isPresent: () => isOnPath('cmake') },
  make: { description: 'make', packages: ['make'], isPresent: () => isOnPath('make') },
  'c++': {
    description: 'a C++17 compiler',
    packages: ['g++'],
    isPresent: () =>
      compiles('#include <optional>\nint main() { return std::optional<int>(0).value(); }\n', []),
  },
  googletest: {
    description: 'GoogleTest, for the C++ tests',
    packages: ['libgtest-dev'],
    isPresent: () => compiles('#include <gtest/gtest.h>\n', ['-fsyntax-only']),
  },
  readelf: {
    description: 'readelf, to check what the prebuilds need',
    packages: ['binutils'],
    isPresent: () => isOnPath('readelf'),
  },
  'qemu-aarch64': {
    description: 'QEMU for arm64 programs (qemu-aarch64-static)',
    packages: ['qemu-user-static'],
    isPresent: () => isOnPath('qemu-aarch64-static'),
  },
  'aarch64-libraries': {
    description: 'the C and C++ libraries of arm64, for QEMU',
    packages: ['libc6-arm64-cross', 'libstdc++6-arm64-cross'],
    isPresent: async () =>
      (await isReadable(join(aarch64Libraries, 'lib/ld-linux-aarch64.so.1'))) &&
      (await isReadable(join(aarch64Libraries, 'lib/libstdc++.so.6'))),
  },
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

// Older ones cannot fetch a crate without all that it depends on.
async function hasCargo(): Promise<boolean> {
  try {
    const { stdout } = await run('cargo', ['--version'])
    const [, major = 0, minor = 0] = (/^cargo (\d+)\.(\d+)/.exec(stdout) ?? []).map(Number)
    return major > 1 || (major === 1 && minor >= 82)
  } catch {
    return false
  }
}

async function compiles(source: string, options: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-trt-compiler-'))
  try {
    const compiler = process.env.CXX || 'c++'
    const output = join(folder, 'program')
    const compiling = run(compiler, ['-std=c++17', ...options, '-x', 'c++', '-', '-o', output])
    compiling.child.stdin?.on('error', () => {})
    compiling.child.stdin?.end(source)
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

const isExecutable = (path: string): Promise<boolean> => canAccess(path, constants.X_OK)
const isReadable = (path: string): Promise<boolean> => canAccess(path, constants.R_OK)

async function canAccess(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode)
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
