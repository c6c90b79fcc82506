import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runLogged } from '../programs/logged-program.js'
import { runCommand } from '../setup/command.js'
import { cacheDirectory, cudaHeadersDirectory, repositoryRoot } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import { runPythonIn, virtualEnvironmentStep } from '../setup/virtual-environment.js'
import { trackedFiles } from './tracked-files.js'

const environment = join(cacheDirectory, 'python', 'clang')

/** Installs the formatter and the linter of C++. */
export const clangStep = virtualEnvironmentStep(
  'clang',
  environment,
  inRepository('scripts', 'linting', 'requirements.txt'),
)

async function clangProgram(name: 'clang_format' | 'clang_tidy'): Promise<string> {
  const folder = await runPythonIn(environment, ['-c', `import ${name}; print(${name}.__path__[0])`])
  return join(folder.trim(), 'data', 'bin', name.replace('_', '-'))
}

const cppFiles = (): Promise<string[]> => trackedFiles('native/*.cc', 'native/*.h')

/** Formats the C++ sources, or, with `check`, only says which of them are not as the formatter would have them. */
export async function formatCpp({ check }: { check: boolean }): Promise<string[]> {
  const options = check ? ['--dry-run', '--Werror'] : ['-i']
  const end = await runLogged('clang-format', await clangProgram('clang_format'), [
    ...options,
    ...(await cppFiles()),
  ])
  return end.succeeded ? [] : end.output.trim().split('\n')
}

/** Configures, and never builds, everything there is in C++: the linter wants to know how each file is compiled. */
async function compilationDatabase(): Promise<string> {
  const folder = join(cacheDirectory, 'build', 'lint')
  const native = join(repositoryRoot, 'native')
  const cmakeJs = join(native, 'node_modules', '.bin', 'cmake-js')
  const printed = await runCommand(cmakeJs, ['print-cmakejs-include', '--log-level', 'error'], {
    cwd: native,
  })
  await rm(join(folder, 'CMakeCache.txt'), { force: true })
  await runCommand('cmake', [
    ...['-S', native, '-B', folder, '-DEDGE_BUILD_TESTS=ON', '-DCMAKE_BUILD_TYPE=Debug'],
    `-DCMAKE_JS_INC=${printed.trim().split('\n').at(-1)}`,
  ])
  return folder
}

/** Compiled where CUDA's headers were fetched, which linting alone does not do: without them it is nothing but errors. */
const NEEDS_CUDA_HEADERS = 'native/test/cuda-abi/'

/** What clang-tidy finds, a text for each file with findings. */
export async function tidyCpp(): Promise<string[]> {
  const [program, database, files] = await Promise.all([
    clangProgram('clang_tidy'),
    compilationDatabase(),
    cppFiles(),
  ])
  // Headers are looked at in the files that include them.
  const waiting = files.filter(
    (file) =>
      file.endsWith('.cc') && (existsSync(cudaHeadersDirectory) || !file.startsWith(NEEDS_CUDA_HEADERS)),
  )
  const findings: string[] = []
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const name = `clang-tidy-${file.replaceAll('/', '-')}`
      const end = await runLogged(name, program, ['--quiet', '-p', database, file])
      if (!end.succeeded) findings.push(end.output.trim())
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return findings
}
