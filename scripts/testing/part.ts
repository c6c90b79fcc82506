import { SetupError } from '../setup/setup-error.js'
import { type Outcome, oneFailed } from './outcome.js'

/** One part of a test run: something to prepare, a runner, or a check. */
export interface Part {
  readonly name: string
  /** Parts without which this one cannot be run. */
  readonly after: readonly Part[]
  readonly run: () => Promise<Outcome>
}

export interface PartReport {
  readonly name: string
  readonly seconds: number
  readonly outcome: Outcome
  /** What it lacked, when it was not run. */
  readonly lacked?: string
}

async function runPart(part: Part): Promise<Outcome> {
  try {
    return await part.run()
  } catch (error) {
    console.error(`\n${part.name} failed.`)
    console.error(error instanceof SetupError ? error.message : error)
    return oneFailed
  }
}

/**
 * Runs parts one after another: most of them use every core by themselves. A part goes on when an earlier one failed, unless
 * it needs it; then it counts as failed as well, for nobody knows whether it would pass.
 */
export async function runParts(parts: readonly Part[]): Promise<PartReport[]> {
  const reports: PartReport[] = []
  const broken = new Set<Part>()
  for (const part of parts) {
    const lacked = part.after.find((needed) => broken.has(needed))
    const start = performance.now()
    if (lacked === undefined) console.log(`\n── ${part.name}`)
    const outcome = lacked === undefined ? await runPart(part) : oneFailed
    const seconds = (performance.now() - start) / 1000
    // What only prepares others is of no use to them when it failed; of a runner's failures the next runner is independent.
    if (outcome.failed > 0) broken.add(part)
    reports.push({
      name: part.name,
      seconds,
      outcome,
      ...(lacked === undefined ? {} : { lacked: lacked.name }),
    })
    if (lacked === undefined) {
      console.log(`   ${part.name}: ${outcome.failed === 0 ? 'ok' : 'failed'}, ${seconds.toFixed(1)} s`)
    }
  }
  return reports
}
