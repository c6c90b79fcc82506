import type { Random } from '../statistics/random.js'
import type { Measure } from '../suite/schema.js'
import type { MeasuredCase } from './measured-case.js'

/** What happens while cases are measured, for those who show it. */
export interface RunProgress {
  readonly phase: 'opening' | 'measuring' | 'cooling' | 'classifying'
  /** What is worked on. */
  readonly id: string
  /** Turns that are done, of all. */
  readonly done: number
  readonly of: number
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

/**
 * Measures cases: interleaved in rounds, in which each has one turn, in an order that is drawn anew each round; or one to its end after
 * the other.
 *
 * Interleaved, all models are in memory at once, and what the machine does meanwhile meets all alike. In sequence there is one model in
 * memory at a time, and a difference may be the machine's.
 *
 * @param firstRound - of a run that goes on: how many rounds are there already.
 * @throws EdgeError `ABORTED`; what was measured is in the cases.
 */
export async function runCases(
  cases: readonly MeasuredCase[],
  measure: Measure,
  random: Random,
  hooks: RunHooks,
  firstRound = 0,
): Promise<void> {
  const progress = new Progress(cases.length * (measure.rounds - firstRound), hooks)
  if (measure.order === 'sequence') await inSequence(cases, measure, random, hooks, progress, firstRound)
  else await interleaved(cases, measure, random, hooks, progress, firstRound)
}

async function interleaved(
  cases: readonly MeasuredCase[],
  { rounds }: Measure,
  random: Random,
  hooks: RunHooks,
  progress: Progress,
  firstRound: number,
): Promise<void> {
  for (const one of cases) {
    progress.tell('opening', one)
    await one.open(random)
  }
  let last: MeasuredCase | undefined
  for (let round = firstRound; round < rounds; round += 1) {
    for (const one of random.shuffled(cases.filter(({ alive }) => alive))) {
      progress.tell('measuring', one)
      await one.turn(round, one !== last, random)
      last = one
      progress.done += 1
    }
    await hooks.onRound?.(round)
  }
  for (const one of cases) {
    await hooks.onMeasured?.(one)
    await one.close()
  }
}

async function inSequence(
  cases: readonly MeasuredCase[],
  { rounds, coolDown }: Measure,
  random: Random,
  hooks: RunHooks,
  progress: Progress,
  firstRound: number,
): Promise<void> {
  for (const [index, one] of cases.entries()) {
    if (index > 0 && coolDown !== undefined) {
      progress.tell('cooling', one)
      await hooks.coolDown?.()
    }
    progress.tell('opening', one)
    await one.open(random)
    for (let round = firstRound; round < rounds; round += 1) {
      progress.tell('measuring', one)
      await one.turn(round, round === firstRound, random)
      progress.done += 1
    }
    await hooks.onMeasured?.(one)
    await one.close()
    await hooks.onRound?.(rounds - 1)
  }
}

class Progress {
  done = 0
  readonly #of: number
  readonly #hooks: RunHooks

  constructor(of: number, hooks: RunHooks) {
    this.#of = of
    this.#hooks = hooks
  }

  tell(phase: RunProgress['phase'], one: MeasuredCase): void {
    this.#hooks.onProgress?.({ phase, id: one.case.id, done: this.done, of: this.#of })
  }
}
