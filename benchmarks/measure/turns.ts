/** Something to be timed: does its work and says how many nanoseconds it took. */
export type Timed = () => Promise<number>

/** Nanoseconds of each round. */
export interface Rounds {
  readonly first: readonly number[]
  readonly second: readonly number[]
}

/**
 * Times two things in turns, so that what the machine does meanwhile meets both: first second, second first, first second …
 *
 * @param rounds - counted rounds, after `warmUp` that are not.
 */
export async function inTurns(first: Timed, second: Timed, rounds: number, warmUp = 3): Promise<Rounds> {
  const times = { first: [] as number[], second: [] as number[] }
  for (let round = -warmUp; round < rounds; round++) {
    const order = round % 2 === 0 ? (['first', 'second'] as const) : (['second', 'first'] as const)
    for (const side of order) {
      const nanoseconds = await (side === 'first' ? first : second)()
      if (round >= 0) times[side].push(nanoseconds)
    }
  }
  return times
}

/** Times a function by the monotonic clock. */
export async function timed(work: () => Promise<void> | void): Promise<number> {
  const begin = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begin)
}
