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

/**
 * {@link fractionDone}, which does not go back while the outermost phase is the same: an inner one may end some time before its step counts
 * as done, and several may be one step.
 */
export function steadyFraction(): (phases: readonly BuildPhase[]) => number {
  let outermost: string | undefined
  let most = 0
  return (phases) => {
    if (phases[0]?.name !== outermost) most = 0
    outermost = phases[0]?.name
    most = Math.max(most, fractionDone(phases))
    return most
  }
}

/** The part of nested phases that is done: each inner one is a step of the one around it. */
export function fractionDone(phases: readonly BuildPhase[]): number {
  return phases.reduceRight((inner, { step, steps }) => {
    if (steps <= 0) return inner
    return Math.min(1, (step + (step < steps ? inner : 0)) / steps)
  }, 0)
}
