import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runRequired } from '../programs/logged-program.js'
import { cacheDirectory } from '../setup/paths.js'
import { inRepository } from '../setup/stamp.js'
import type { Outcome } from './outcome.js'
import { runVitest } from './vitest.js'

const folder = join(cacheDirectory, 'build', 'addon-sanitizers')

/** Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer, and runs the tests that use it most in a Node.js with these. */
export async function runUnderAddressSanitizer(): Promise<Outcome> {
  await runRequired('addon-sanitizers-build', process.execPath, [
    inRepository('native', 'node_modules', 'cmake-js', 'bin', 'cmake-js'),
    ...['compile', '--directory', inRepository('native'), '--out', join(folder, 'build')],
    ...['--CDEDGE_SANITIZE=ON', '--CDEDGE_BUILD_BENCH=OFF', '--CDEDGE_BUILD_DOUBLES=OFF'],
  ])
  return runVitest({
    name: 'vitest-sanitizers',
    projects: ['sanitized'],
    environment: {
      // Where node-gyp-build looks instead of the package; an empty PREBUILDS_ONLY lets it take a build.
      '@EDGE/NATIVE_PREBUILD': folder,
      PREBUILDS_ONLY: '',
      // Node.js itself is not built with the sanitizer, which has to come first all the same. Leaks are Node.js' own at its end; the
      // C++ tests look for ours.
      LD_PRELOAD: `${await compilerFile('libasan.so')}:${await compilerFile('libubsan.so')}`,
      ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
    },
  })
}

async function compilerFile(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.env.CXX || 'c++', [`-print-file-name=${name}`])
  return stdout.trim()
}
