import type { Case } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { peers } from './peers/peers.js'

/** Backends of our own that suites may name. */
export const OWN_BACKENDS: readonly string[] = ['tflite', 'onnxruntime', 'tensorrt', 'auto']

/**
 * Checks the names of backends and peers before anything is measured: a misspelt one, which is skipped, would look like success.
 *
 * @throws EdgeError `BACKEND_UNKNOWN` with the names that there are.
 */
export function checkBackends(cases: readonly Pick<Case, 'backend'>[]): void {
  const known = [...OWN_BACKENDS, ...Object.keys(peers)]
  const unknown = [...new Set(cases.map(({ backend }) => backend))].filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new EdgeError('BACKEND_UNKNOWN', {
    summary: 'the suite names a backend that there is not',
    expected: known.join(', '),
    found: unknown.join(', '),
  })
}
