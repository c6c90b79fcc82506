import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { LibraryCandidate } from '@edge/native'

const require = createRequire(import.meta.url)
const FILE = 'libtensorflowlite_c.so'

/**
 * Where TensorFlow Lite's C library may be, best first.
 *
 * A path that was given explicitly, by option or by `EDGE_TFLITE_LIBRARY`, is the only candidate: falling back to another library
 * in silence would hide a wrong path.
 */
export function tfliteCandidates(libraryPath: string | undefined): readonly LibraryCandidate[] {
  if (libraryPath !== undefined) return [{ path: libraryPath, origin: 'the libraryPath option' }]
  const fromEnvironment = process.env.EDGE_TFLITE_LIBRARY
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return [{ path: fromEnvironment, origin: 'EDGE_TFLITE_LIBRARY' }]
  }
  const candidates: LibraryCandidate[] = []
  const packageName = `@edge/tflite-${process.platform}-${process.arch}`
  const directory = packageDirectory(packageName)
  if (directory !== undefined) candidates.push({ path: join(directory, 'lib', FILE), origin: packageName })
  candidates.push({ path: FILE, origin: 'the system' })
  return candidates
}

function packageDirectory(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    // An optional dependency: absent on other platforms, or left out by --no-optional.
    return undefined
  }
}
