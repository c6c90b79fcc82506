import { optionOutOfRange } from '@edge/errors'
import { checkedTimes, checkSameLength, type Numbers, type TimedRounds } from './samples.js'

/** Samples by the round in which they ran, in the order in which the rounds were met. */
function byRound({ samplesMs, rounds }: TimedRounds): Map<number, number[]> {
  checkSameLength('rounds', rounds, samplesMs)
  const groups = new Map<number, number[]>()
  for (const [index, time] of checkedTimes(samplesMs).entries()) {
    const round = rounds[index]
    if (round === undefined || !Number.isSafeInteger(round)) {
      throw optionOutOfRange(`rounds[${index}]`, 'a whole number', round)
    }
    const group = groups.get(round)
    if (group === undefined) groups.set(round, [time])
    else group.push(time)
  }
  return groups
}

/**
 * The samples of each round.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for samples that are no times, and lists of different length.
 */
export function samplesOfRounds(measured: TimedRounds): number[][] {
  return [...byRound(measured).values()]
}

/** The samples of the rounds that both have, round by round. */
export function commonRounds(one: TimedRounds, other: TimedRounds): [number[][], number[][]] {
  const others = byRound(other)
  const ofOne: number[][] = []
  const ofOther: number[][] = []
  for (const [round, samples] of byRound(one)) {
    const found = others.get(round)
    if (found === undefined) continue
    ofOne.push(samples)
    ofOther.push(found)
  }
  return [ofOne, ofOther]
}

/** The samples cut into so many parts of equal length, but for one, that follow each other; fewer where there are fewer samples. */
export function consecutiveParts(samples: Numbers, parts: number): number[][] {
  const all = Array.from(samples)
  const count = Math.min(parts, all.length)
  return Array.from({ length: count }, (_, part) =>
    all.slice(Math.floor((part * all.length) / count), Math.floor(((part + 1) * all.length) / count)),
  )
}
