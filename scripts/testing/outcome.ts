/** Something that was not tested, and why. */
export interface Skipped {
  readonly what: string
  readonly why: string
}

/** What one part of a test run came to. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly Skipped[]
}

/** A part that is one check, and passed. */
export const onePassed: Outcome = { passed: 1, failed: 0, skipped: [] }

/** A part that only prepares others: it is counted when it fails. */
export const prepared: Outcome = { passed: 0, failed: 0, skipped: [] }

/** A part that could not be run to its end. */
export const oneFailed: Outcome = { passed: 0, failed: 1, skipped: [] }

/** All outcomes as one. */
export function total(outcomes: readonly Outcome[]): Outcome {
  return {
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
    failed: outcomes.reduce((sum, outcome) => sum + outcome.failed, 0),
    skipped: outcomes.flatMap((outcome) => outcome.skipped),
  }
}

/** `N passed, N failed`: the last line of every test run. */
export function closingLine({ passed, failed }: Outcome): string {
  return `${passed} passed, ${failed} failed`
}
