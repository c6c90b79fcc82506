import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runPythonIn, virtualEnvironmentStep } from '../setup/virtual-environment.js'
import { glibcBaseline, type PrebuildTarget } from './target.js'

/** The pinned compiler. */
export const zigRequirements = inRepository('scripts', 'prebuilds', 'requirements.txt')

const environment = join(cacheDirectory, 'python', 'zig')

/** Installs zig, which compiles for an old glibc and for other processors without anything of theirs on this machine. */
export const zigStep = virtualEnvironmentStep('zig', environment, zigRequirements)

async function zigProgram(): Promise<string> {
  const folder = await runPythonIn(environment, ['-c', 'import ziglang; print(ziglang.__path__[0])'])
  return join(folder.trim(), 'zig')
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * Writes the programs that CMake takes for the compiler and its tools into `directory`: it wants one word for each, where
 * zig takes the tool's name and the target as arguments.
 */
export async function writeZigWrappers(directory: string, target: PrebuildTarget): Promise<void> {
  const zig = await zigProgram()
  const triple = `${target.processor}-linux-gnu.${glibcBaseline}`
  const wrappers: Readonly<Record<string, string>> = {
    // CMake links a program of its own to learn which compiler this is. With the flags of the addon that takes the same
    // libc++; with others zig would compile a second one for it.
    'c++': `c++ -target ${triple} -O3 -s`,
    ar: 'ar',
    ranlib: 'ranlib',
  }
  // Compiled files, and zig's own libc++ for this target, which takes a minute to compile once.
  const cache = join(cacheDirectory, 'zig')
  await mkdir(directory, { recursive: true })
  for (const [name, command] of Object.entries(wrappers)) {
    const path = join(directory, name)
    const lines = [
      '#!/bin/sh',
      `export ZIG_GLOBAL_CACHE_DIR=${quoted(cache)} ZIG_LOCAL_CACHE_DIR=${quoted(cache)}`,
      `exec ${quoted(zig)} ${command} "$@"`,
    ]
    await writeFile(path, `${lines.join('\n')}\n`)
    await chmod(path, 0o755)
  }
}
