import { EdgeError } from '@edge/errors'
import type { BackendProblem } from './backend.js'

/** Why a backend cannot work here, of what was thrown when that was tried. */
export function backendProblem(failure: unknown): BackendProblem {
  return {
    code: failure instanceof EdgeError ? failure.code : 'INTERNAL',
    message: failure instanceof Error ? failure.message : String(failure),
  }
}
