import { domainOf } from '../domains.js'
import type { FunctionProto, OperatorSetIdProto } from '../schema.js'
import { invalid, quote } from './invalid.js'

/** What all checks of one model look at. */
export interface ModelContext {
  readonly irVersion: bigint
  /** Domains of the operators that may be used, with their versions. */
  readonly opsets: ReadonlyMap<string, bigint>
  /** Functions of the model by {@link functionKey}. */
  readonly functions: ReadonlyMap<string, FunctionProto>
  /** Whether attributes may refer to those of a function around them. */
  readonly inFunction: boolean
  /** Sizes of external data files by location; undefined where nobody looked. */
  readonly externalFileBytes: ReadonlyMap<string, number> | undefined
}

/** Checks that each operator set is imported once, in a version that can be. */
export function readOpsets(
  imports: readonly OperatorSetIdProto[],
  place: string,
): ReadonlyMap<string, bigint> {
  const opsets = new Map<string, bigint>()
  imports.forEach(({ domain, version }, index) => {
    const name = domainOf(domain)
    const at = `${place}[${index}]`
    if (version === undefined || version < 1n) {
      throw invalid(at, 'an operator set has no version', '1 or more', String(version ?? 'none'))
    }
    if (opsets.has(name)) {
      throw invalid(at, 'an operator set is imported twice', 'each domain once', quote(name || 'ai.onnx'))
    }
    opsets.set(name, version)
  })
  return opsets
}
