import { mkdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { runLogged, runRequired } from '../programs/logged-program.js'
import { cacheDirectory } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'
import { inRepository } from '../setup/stamp.js'
import { requireTools } from '../setup/tools.js'
import type { Outcome, Skipped } from './outcome.js'

/** One way to build the C++ tests. */
export interface CppBuild {
  readonly name: string
  readonly options: readonly string[]
  /** A pattern of the names of those that are run; all of them by default. */
  readonly only?: string
}

export const releaseBuild: CppBuild = { name: 'cpp', options: ['-DCMAKE_BUILD_TYPE=Release'] }
/** Those of them that ask NVIDIA's own library, where the others have a double of it. */
export const tensorrtLibraryTests: CppBuild = { ...releaseBuild, only: 'RealTensorRt' }
export const sanitizerBuild: CppBuild = {
  name: 'cpp-sanitizers',
  options: ['-DCMAKE_BUILD_TYPE=Debug', '-DEDGE_SANITIZE=ON', '-DEDGE_OPTIMIZE=OFF'],
}
/**
 * The same folder, in which our own code alone is compiled anew, with -O2: undefined behaviour may show only there. What stands on a GPU's
 * driver and on TensorRT is run again; the rest is run optimised, by the tests of the addon with AddressSanitizer.
 */
export const optimizedSanitizerBuild: CppBuild = {
  ...sanitizerBuild,
  options: ['-DCMAKE_BUILD_TYPE=Debug', '-DEDGE_SANITIZE=ON', '-DEDGE_OPTIMIZE=ON'],
  only: '^(Cuda|tensorrt)',
}

export const threadSanitizerBuild: CppBuild = {
  name: 'cpp-threads',
  options: ['-DCMAKE_BUILD_TYPE=Debug', '-DEDGE_SANITIZE_THREAD=ON'],
}

const attribute = (text: string, name: string): string =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? ''

/** Reads what `ctest --output-junit` wrote. */
export function readJunit(text: string): Outcome & { readonly failures: readonly string[] } {
  const cases = [...text.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)]
  const skipped: Skipped[] = []
  const failures: string[] = []
  for (const [, attributes = '', content = ''] of cases) {
    const name = attribute(attributes, 'name')
    const status = attribute(attributes, 'status')
    if (status === 'notrun' || status === 'disabled' || content.includes('<skipped')) {
      const why = /^.*Skipped\n?(.*)$/m.exec(content)?.[1]?.trim() || attribute(content, 'message')
      skipped.push({ what: name, why: why || status })
    } else if (status !== 'run' || content.includes('<failure')) failures.push(name)
  }
  return {
    passed: cases.length - skipped.length - failures.length,
    failed: failures.length,
    skipped,
    failures,
  }
}

/** Builds the C++ tests in a folder of their own, and runs them. */
export async function runCppTests(build: CppBuild): Promise<Outcome> {
  await requireTools(['cmake', 'c++', 'make', 'googletest'])
  const folder = join(cacheDirectory, 'build', build.name)
  const report = join(cacheDirectory, 'logs', `${build.name}.xml`)
  await mkdir(dirname(report), { recursive: true })
  await runRequired(`${build.name}-configure`, 'cmake', [
    ...['-S', inRepository('native'), '-B', folder],
    ...['-DEDGE_BUILD_ADDON=OFF', '-DEDGE_BUILD_TESTS=ON', ...build.options],
  ])
  const jobs = String(availableParallelism())
  await runRequired(`${build.name}-build`, 'cmake', ['--build', folder, '--parallel', jobs])
  const end = await runLogged(build.name, 'ctest', [
    ...['--test-dir', folder, '--parallel', jobs, '--timeout', '120'],
    ...['--output-on-failure', '--no-tests=error', '--output-junit', report],
    ...(build.only === undefined ? [] : ['--tests-regex', build.only]),
  ])
  const outcome = readJunit(await readFile(report, 'utf8').catch(() => ''))
  if (outcome.failed > 0) console.log(end.output)
  if (outcome.failed === 0 && (!end.succeeded || outcome.passed === 0)) {
    throw new SetupError(`ctest ${end.ending} after ${outcome.passed} tests; see ${end.log}`)
  }
  return outcome
}
