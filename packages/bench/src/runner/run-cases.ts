import { Random } from '../statistics/random.js'
import type { Building } from '../subject/protocol.js'
import type { Measure } from '../suite/schema.js'
import type { MeasuredCase } from './measured-case.js'

/** What happens while cases are measured, for those who show it. */
export interface RunProgress {
  readonly phase: 'opening' | 'building' | 'measuring' | 'cooling' | 'classifying'
  /** What is worked on. */
  readonly id: string
  /** Turns that are done, of all. */
  readonly done: number
  readonly of: number
  /** How far it is, in the phase `building`. */
  readonly building?: Building
}

/** What a run does between its turns. */
export interface RunHooks {
  readonly onProgress?: (progress: RunProgress) => void
  /** After each round, or each model in sequence: keeps what there is. */
  readonly onRound?: (round: number) => Promise<void>
  /** Waits until the machine is as cool as when the run began. */
  readonly coolDown?: () => Promise<void>
  /** When one case is measured to its end. */
  readonly onMeasured?: (one: MeasuredCase) => Promise<void>
}

/** What is measured, and in what order. */
export interface RunPlan {
  readonly cases: readonly MeasuredCase[]
  readonly measure: Measure
  readonly seed: number
  /** Of a run that goes on: how many rounds all of them have. In sequence, each has its own. */
  readonly firstRound: number
}

/**
 * Measures cases: interleaved in rounds, in which each has one turn, in an order that is drawn anew each round; or one to its end after
 * the other.
 *
 * Interleaved, all models are in memory at once, and what the machine does meanwhile meets all alike. In sequence there is one model in
 * memory at a time, and a difference may be the machine's.
 *
 * The order of a round follows from the seed and the number of the round alone, not from what was measured before.
 *
 * @throws EdgeError `ABORTED`; what was measured is in the cases.
 */
export async function runCases(plan: RunPlan, hooks: RunHooks): Promise<void> {
  const run = new CaseRun(plan, hooks)
  if (plan.measure.order === 'sequence') await run.inSequence()
  else await run.interleaved()
}

class CaseRun {
  readonly #plan: RunPlan
  readonly #hooks: RunHooks
  readonly #turns: number
  #done = 0

  constructor(plan: RunPlan, hooks: RunHooks) {
    this.#plan = plan
    this.#hooks = hooks
    this.#turns = plan.cases.reduce((sum, one) => sum + plan.measure.rounds - this.#firstRoundOf(one), 0)
  }

  async interleaved(): Promise<void> {
    const { cases, measure, seed, firstRound } = this.#plan
    for (const one of cases) {
      await this.#open(one)
    }
    let last: MeasuredCase | undefined
    for (let round = firstRound; round < measure.rounds; round += 1) {
      for (const one of new Random(seed, `order of round ${round}`).shuffled(cases)) {
        if (one.alive) {
          this.#tell('measuring', one)
          await one.turn(round, measure.rounds, one !== last)
          last = one
        }
        this.#done += 1
      }
      await this.#hooks.onRound?.(round)
    }
    for (const one of cases) await this.#finish(one)
  }

  async inSequence(): Promise<void> {
    const { cases, measure } = this.#plan
    let hasRun = false
    for (const one of cases) {
      const first = this.#firstRoundOf(one)
      if (first === measure.rounds) continue
      if (hasRun) await this.#coolDown(one)
      hasRun = true
      await this.#open(one)
      if (one.hasBuilt && one.alive) await this.#coolDown(one)
      for (let round = first; round < measure.rounds; round += 1) {
        if (one.alive) {
          this.#tell('measuring', one)
          await one.turn(round, measure.rounds, round === first)
        }
        this.#done += 1
      }
      await this.#finish(one)
      await this.#hooks.onRound?.(measure.rounds - 1)
    }
  }

  async #open(one: MeasuredCase): Promise<void> {
    await one.open((building) => this.#tell(building === undefined ? 'opening' : 'building', one, building))
  }

  async #coolDown(one: MeasuredCase): Promise<void> {
    if (this.#plan.measure.coolDown === undefined) return
    this.#tell('cooling', one)
    await this.#hooks.coolDown?.()
  }

  async #finish(one: MeasuredCase): Promise<void> {
    if (one.alive) {
      this.#tell('classifying', one)
      await this.#hooks.onMeasured?.(one)
    }
    await one.close()
  }

  /** In sequence, one that is at its limit has nothing to come. */
  #firstRoundOf(one: MeasuredCase): number {
    const { measure, firstRound } = this.#plan
    if (measure.order === 'interleaved') return Math.min(firstRound, measure.rounds)
    return one.isAtLimit ? measure.rounds : Math.min(one.roundsDone, measure.rounds)
  }

  #tell(phase: RunProgress['phase'], one: MeasuredCase, building?: Building): void {
    const progress = { phase, id: one.case.id, done: this.#done, of: this.#turns }
    this.#hooks.onProgress?.({ ...progress, ...(building && { building }) })
  }
}
