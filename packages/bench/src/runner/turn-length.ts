import type { Measure } from '../suite/schema.js'

/** What is there of a model, and what is to come. */
export interface SoFar {
  readonly samples: number
  /** How long it worked for them. */
  readonly ms: number
  /** What the next is expected to take. */
  readonly sampleMs: number
  readonly turnsLeft: number
}

// Runs are not all alike: what is just enough by their mean is too little every other time.
const RESERVE = 1.05

/**
 * Samples of the next turn: so many that all that are left, each as long, make the runs and the seconds that were asked for, and no more
 * seconds than allowed; at least one. None where those are used up.
 */
export function samplesOfTurn(
  { minRuns, minSeconds, maxSeconds }: Measure,
  { samples, ms, sampleMs, turnsLeft }: SoFar,
): number {
  const leftMs = maxSeconds * 1000 - ms
  if (leftMs <= 0 || turnsLeft < 1) return 0
  const each = Math.max(sampleMs, 1e-3)
  const forSeconds = (minSeconds * 1000 * RESERVE - ms) / each
  const wanted = Math.min(Math.max(minRuns - samples, forSeconds), leftMs / each)
  return Math.max(1, Math.ceil(wanted / turnsLeft))
}
