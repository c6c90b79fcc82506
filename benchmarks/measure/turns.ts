import { comparePairedRounds, type Interval, Random } from '@edge/bench'

const SEED = 20261121

/** Something to be measured: does its work and gives what it took. */
export type Side<T> = () => Promise<T>

/**
 * Measures things in turns, so that what the machine does meanwhile meets all of them: in rounds, each in an order of its own, as a suite's
 * models are.
 *
 * @param rounds - counted rounds, after `warmUp` that are not.
 * @returns for each side, what each round gave.
 */
export async function inTurns<T>(sides: readonly Side<T>[], rounds: number, warmUp = 3): Promise<T[][]> {
  const measured = sides.map((side) => ({ side, given: [] as T[] }))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const { side, given } of new Random(SEED, `order of round ${round}`).shuffled(measured)) {
      const one = await side()
      if (round >= 0) given.push(one)
    }
  }
  return measured.map(({ given }) => given)
}

/** What two sides took in each round, in nanoseconds by {@link timed} or in another unit. */
export interface PairedRounds {
  readonly ours: readonly number[]
  readonly reference: readonly number[]
}

/** {@link inTurns} of two sides. */
export async function inPairs(
  ours: Side<number>,
  reference: Side<number>,
  rounds: number,
): Promise<PairedRounds> {
  const [first = [], second = []] = await inTurns([ours, reference], rounds)
  return { ours: first, reference: second }
}

/** How many times as long ours took, with its interval over the rounds. */
export function ratioOf({ ours, reference }: PairedRounds): Interval {
  const each = (values: readonly number[]) => values.map((value) => [value])
  const compared = comparePairedRounds(each(ours), each(reference))
  if (compared === undefined) throw new RangeError('a ratio takes two rounds, and times above 0')
  return compared.ratio
}

/** Times a function by the monotonic clock: nanoseconds. */
export async function timed(work: () => Promise<void> | void): Promise<number> {
  const begin = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begin)
}
