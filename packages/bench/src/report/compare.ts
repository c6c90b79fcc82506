import { samplesByRound } from '../result/samples.js'
import type { Interval, ModelResult, RatioResult, ResultFile } from '../result/schema.js'
import { comparedTimes } from '../scenario/work.js'
import { machineFacts, settingsFacts } from './tables/run.js'

/** Samples of one model, a list for each round. */
export type Rounds = readonly (readonly number[])[]

/** How many times as long the second took as the first: from bootstrapping over rounds; undefined of too few of them. */
export type CompareRounds = (
  first: Rounds,
  second: Rounds,
) => { readonly ratio: Interval; readonly verdict: RatioResult['verdict'] } | undefined

export interface CompareOptions {
  /** Share of the first's time by which something may be slower: 0.05. */
  readonly threshold: number
  readonly compareRounds: CompareRounds
}

/** One result that both files have. */
export interface ComparedPair {
  readonly id: string
  /** How many times as long it took in the second file, of medians. */
  readonly ratio: Interval
  readonly verdict: RatioResult['verdict']
  /** Slower, by more than the threshold, and of figures that are reliable: a busy machine makes anything slower. */
  readonly regression: boolean
  /** In which of the two its figures are not to be believed. */
  readonly unreliable: readonly ('first' | 'second')[]
}

/** One that both files have and that cannot be compared. */
export interface UncomparedPair {
  readonly id: string
  readonly reason: string
  /** It was measured in the first file, and failed in the second: no figure of it could be worse. */
  readonly regression: boolean
}

/** Something about machine or settings that is not the same. */
export interface Difference {
  readonly of: 'machine' | 'settings'
  readonly what: string
  readonly first: string
  readonly second: string
}

export interface Comparison {
  readonly threshold: number
  readonly pairs: readonly ComparedPair[]
  readonly uncompared: readonly UncomparedPair[]
  /** Ids of what is in one of them alone. */
  readonly onlyFirst: readonly string[]
  readonly onlySecond: readonly string[]
  /** Figures of different machines, or measured differently, say nothing about what was changed. */
  readonly differences: readonly Difference[]
  /** Whether any pair is one, compared or not. */
  readonly regression: boolean
}

/** Compares two files of results, model by model: the second with the first. */
export function compareResults(
  first: ResultFile,
  second: ResultFile,
  { threshold, compareRounds }: CompareOptions,
): Comparison {
  const seconds = new Map(second.models.map((model) => [model.id, model]))
  const ids = new Set(first.models.map(({ id }) => id))
  const pairs: ComparedPair[] = []
  const uncompared: UncomparedPair[] = []
  const onlyFirst: string[] = []
  for (const one of first.models) {
    const other = seconds.get(one.id)
    if (other === undefined) {
      onlyFirst.push(one.id)
      continue
    }
    const lost = isLost(one, other)
    const reason = lost ? failureOf('second', other) : obstacle(one, other)
    if (reason !== undefined) {
      uncompared.push({ id: one.id, reason, regression: lost })
      continue
    }
    const rounds = [samplesByRound(comparedTimes(one)), samplesByRound(comparedTimes(other))] as const
    const compared = compareRounds(...rounds)
    if (compared === undefined) {
      uncompared.push({
        id: one.id,
        reason: `too few rounds: ${rounds.map(({ length }) => length).join(' and ')}`,
        regression: false,
      })
      continue
    }
    const { ratio, verdict } = compared
    const unreliable = [
      ...(one.reliable ? [] : ['first' as const]),
      ...(other.reliable ? [] : ['second' as const]),
    ]
    pairs.push({
      id: one.id,
      ratio,
      verdict,
      regression: verdict === 'slower' && ratio.value > 1 + threshold && unreliable.length === 0,
      unreliable,
    })
  }
  return {
    threshold,
    pairs,
    uncompared,
    onlyFirst,
    onlySecond: second.models.flatMap(({ id }) => (ids.has(id) ? [] : [id])),
    differences: [
      ...differencesOf('machine', machineFacts(first), machineFacts(second)),
      ...differencesOf('settings', comparableSettings(first), comparableSettings(second)),
    ],
    regression: [...pairs, ...uncompared].some(({ regression }) => regression),
  }
}

function obstacle(first: ModelResult, second: ModelResult): string | undefined {
  for (const [name, one] of Object.entries({ first, second })) {
    if (one.skipped !== undefined) return `skipped in the ${name}: ${one.skipped}`
    if (one.samplesMs.length === 0) return failureOf(name, one)
  }
  return undefined
}

function failureOf(name: string, { samplesMs, error }: ModelResult): string {
  const because = error === undefined ? '' : `: ${error.code}: ${error.message}`
  return `${samplesMs.length === 0 ? 'no inference' : 'failed'} in the ${name}${because}`
}

function isLost(first: ModelResult, second: ModelResult): boolean {
  return first.samplesMs.length > 0 && first.error === undefined && second.error !== undefined
}

type Facts = readonly (readonly [string, string])[]

/** All but what no two runs have in common. */
function comparableSettings(result: ResultFile): Facts {
  return settingsFacts(result).filter(([name]) => name !== 'begun' && name !== 'ended' && name !== 'seed')
}

function differencesOf(of: Difference['of'], first: Facts, second: Facts): Difference[] {
  const [one, other] = [new Map(first), new Map(second)]
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((what) => {
    const [there, here] = [one.get(what) ?? 'not recorded', other.get(what) ?? 'not recorded']
    return there === here ? [] : [{ of, what, first: there, second: here }]
  })
}
