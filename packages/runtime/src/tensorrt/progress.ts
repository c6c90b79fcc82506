import type { BuildPhase } from '@edge/native'

/** The phase of who waits. */
export const WAITING = 'waiting for another process that builds this engine'

/** How far the building of an engine has come. */
export interface BuildProgress {
  /**
   * What is being done, in TensorRT's words, outermost first: `Building engine from subgraph`, `Tactic Selection`. While another process
   * builds the same engine, that it is waited for.
   */
  readonly phases: readonly string[]
  /** The part of the outermost phase that is done: 0 to 1. It may stand still for long, and phases differ in length. */
  readonly fraction: number
  /** Since the build, or the waiting, began. */
  readonly elapsedMs: number
}

/** The part of nested phases that is done: each inner one is a step of the one around it. */
export function fractionDone(phases: readonly BuildPhase[]): number {
  return phases.reduceRight((inner, { step, steps }) => {
    if (steps <= 0) return inner
    return Math.min(1, (step + (step < steps ? inner : 0)) / steps)
  }, 0)
}
