/**
 * Measures how often intervals hold on simulated machines, as tables for `src/statistics/README.md`: `tsx measure-coverage.ts
 * [ratios ways verdicts apart percentiles throughput]`. What was not chosen stands beside what was. All take a quarter of an hour.
 */

import { summarizeLatency } from '../../src/statistics/latency.js'
import { normalCdf, normalQuantile } from '../../src/statistics/normal.js'
import { quantileInterval } from '../../src/statistics/order-statistics.js'
import { ascending, median, quantileOfSorted } from '../../src/statistics/quantile.js'
import { Random } from '../../src/statistics/random.js'
import { compareApart, compareByTurns } from '../../src/statistics/ratio.js'
import { samplesOfRounds } from '../../src/statistics/rounds.js'
import type { TimedRounds } from '../../src/statistics/samples.js'
import { throughputOf } from '../../src/statistics/throughput.js'
import {
  DISTURBED,
  ORDINARY,
  QUIET,
  type SimulatedMachine,
  simulateTurns,
  WARMING,
} from './simulated-machine.js'

const CONFIDENCE = 0.95
const DRAWS = 1000
const SAMPLES_OF_TURN = 30
const MACHINES = [QUIET, ORDINARY, WARMING, DISTURBED]

type Bounds = readonly [low: number, high: number]

/** Draws rounds with replacement, and gives what a statistic is of them. */
function draw(random: Random, rounds: number, statistic: (drawn: readonly number[]) => number): Float64Array {
  const found = Float64Array.from({ length: DRAWS }, () =>
    statistic(Array.from({ length: rounds }, () => random.below(rounds))),
  )
  return found.sort()
}

const percentiles = (drawn: Float64Array, low = 0.025, high = 0.975): Bounds => [
  quantileOfSorted(drawn, low),
  quantileOfSorted(drawn, high),
]

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Efron's (1987) BCa interval of a mean. */
function biasCorrected(drawn: Float64Array, values: readonly number[]): Bounds {
  const center = mean(values)
  const below =
    drawn.filter((value) => value < center).length + drawn.filter((value) => value === center).length / 2
  const bias = normalQuantile(Math.min(1 - 1 / DRAWS, Math.max(1 / DRAWS, below / DRAWS)))
  const left = values.map((value) => (value - center) / (values.length - 1))
  const squares = left.reduce((sum, value) => sum + value ** 2, 0)
  const acceleration =
    squares === 0 ? 0 : left.reduce((sum, value) => sum + value ** 3, 0) / (6 * squares ** 1.5)
  const level = (p: number): number => {
    const z = bias + normalQuantile(p)
    return normalCdf(bias + z / (1 - acceleration * z))
  }
  return percentiles(drawn, level(0.025), level(0.975))
}

/** Each way to an interval of the logarithm of the ratio of two subjects. */
const WAYS: Readonly<Record<string, (one: TimedRounds, other: TimedRounds, random: Random) => Bounds>> = {
  'chosen: median of rounds': (one, other) => {
    const { ratio } = compareByTurns(one, other) ?? {}
    return [Math.log(ratio?.low ?? 0), Math.log(ratio?.high ?? 0)]
  },
  'the same, drawn, percentile': (one, other, random) => {
    const logs = logRatios(one, other)
    return percentiles(draw(random, logs.length, (drawn) => median(drawn.map((round) => logs[round] ?? 0))))
  },
  'pooled medians, percentile': (one, other, random) => {
    const [first, second] = [samplesOfRounds(one), samplesOfRounds(other)]
    const pooled = (rounds: readonly number[][], drawn: readonly number[]) =>
      median(drawn.flatMap((round) => rounds[round] ?? []))
    return percentiles(
      draw(random, first.length, (drawn) => Math.log(pooled(first, drawn) / pooled(second, drawn))),
    )
  },
  'medians of round medians, percentile': (one, other, random) => {
    const [first, second] = [samplesOfRounds(one).map(median), samplesOfRounds(other).map(median)]
    const middle = (medians: readonly number[], drawn: readonly number[]) =>
      median(drawn.map((round) => medians[round] ?? 0))
    return percentiles(
      draw(random, first.length, (drawn) => Math.log(middle(first, drawn) / middle(second, drawn))),
    )
  },
  'mean of rounds, percentile': (one, other, random) => {
    const logs = logRatios(one, other)
    return percentiles(draw(random, logs.length, (drawn) => mean(drawn.map((round) => logs[round] ?? 0))))
  },
  'mean of rounds, BCa': (one, other, random) => {
    const logs = logRatios(one, other)
    return biasCorrected(
      draw(random, logs.length, (drawn) => mean(drawn.map((round) => logs[round] ?? 0))),
      logs,
    )
  },
}

function logRatios(one: TimedRounds, other: TimedRounds): number[] {
  const others = samplesOfRounds(other).map(median)
  return samplesOfRounds(one).map((samples, round) => Math.log(median(samples) / (others[round] ?? 1)))
}

function row(cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

function head(cells: readonly string[]): void {
  console.log()
  row(cells)
  row(cells.map((_, place) => (place === 0 ? '---' : '---:')))
}

const percent = (share: number): string => (100 * share).toFixed(1)

function ratioTable(rounds: readonly number[], repeats: number, ways: readonly string[]): void {
  head(['machine', 'rounds', ...ways.flatMap((way) => [way, 'width'])])
  for (const machine of MACHINES) {
    for (const count of rounds) {
      const cells = ways.flatMap((name) => {
        const random = new Random(7, `${machine.name} ${count}`)
        const drawing = new Random(8, `${machine.name} ${count}`)
        const widths: number[] = []
        let held = 0
        for (let repeat = 0; repeat < repeats; repeat++) {
          const [one, other] = simulateTurns(random, machine, [11, 10], count, SAMPLES_OF_TURN)
          const way = WAYS[name]
          if (one === undefined || other === undefined || way === undefined) continue
          const [low, high] = way(one, other, drawing)
          if (low <= Math.log(1.1) && high >= Math.log(1.1)) held += 1
          widths.push(high - low)
        }
        return [percent(held / repeats), percent(median(widths))]
      })
      row([machine.name, count, ...cells])
    }
  }
}

function verdictTable(repeats: number): void {
  head([
    'machine',
    'rounds',
    '+0 %: faster or slower',
    'equal',
    '+5 %: slower',
    '+3 %: slower',
    'interval misses',
  ])
  for (const machine of MACHINES) {
    for (const count of [6, 8, 10, 15, 20]) {
      const random = new Random(9, `${machine.name} ${count}`)
      const verdicts = (factor: number) =>
        Array.from({ length: repeats }, () => {
          const [one, other] = simulateTurns(random, machine, [10 * factor, 10], count, SAMPLES_OF_TURN)
          return one && other && compareByTurns(one, other)
        })
      const share = (of: ReturnType<typeof verdicts>, ...names: readonly string[]) =>
        percent(of.filter((found) => names.includes(found?.verdict ?? '')).length / repeats)
      const same = verdicts(1)
      const missed = same.filter(
        (found) => (found?.ratio.low ?? 0) > 1 || (found?.ratio.high ?? 2) < 1,
      ).length
      row([
        machine.name,
        count,
        share(same, 'faster', 'slower'),
        share(same, 'equal'),
        share(verdicts(1.05), 'slower'),
        share(verdicts(1.03), 'slower'),
        percent(missed / repeats),
      ])
    }
  }
}

function apartTable(repeats: number): void {
  head(['rounds of each', 'holds', 'width'])
  const machine = { ...ORDINARY, common: 0, own: 0.03 }
  for (const [first, second] of [
    [4, 4],
    [5, 5],
    [10, 10],
    [20, 20],
    [5, 20],
  ] as const) {
    const random = new Random(10, `${first} ${second}`)
    const widths: number[] = []
    let held = 0
    for (let repeat = 0; repeat < repeats; repeat++) {
      const [one] = simulateTurns(random, machine, [11], first, SAMPLES_OF_TURN)
      const [other] = simulateTurns(random, machine, [10], second, SAMPLES_OF_TURN)
      const ratio = one && other && compareApart(one, other)?.ratio
      if (ratio === undefined) continue
      if (ratio.low <= 1.1 && ratio.high >= 1.1) held += 1
      widths.push(Math.log(ratio.high / ratio.low))
    }
    row([`${first} and ${second}`, percent(held / repeats), percent(median(widths))])
  }
}

/** Samples of which none depends on another: order statistics are made for these. */
const INDEPENDENT: SimulatedMachine = {
  ...ORDINARY,
  name: 'independent',
  common: 0,
  own: 0,
  dependence: 0,
}

function percentileTable(repeats: number): void {
  head([
    'machine',
    'rounds × samples',
    ...['p50', 'p90', 'p99'].flatMap((name) => [name, `${name} by ranks alone`]),
  ])
  for (const machine of [
    INDEPENDENT,
    { ...ORDINARY, name: 'dependent, rounds alike', common: 0, own: 0 },
    ORDINARY,
  ]) {
    // Rounds enough that the quantiles are those of the machine.
    const [all] = simulateTurns(new Random(11), machine, [10], 40_000, 25)
    const sorted = ascending(all?.samplesMs ?? [])
    const truth = [0.5, 0.9, 0.99].map((p) => quantileOfSorted(sorted, p))
    for (const [count, samples] of [
      [5, 100],
      [10, 50],
      [20, 50],
    ] as const) {
      const random = new Random(12, `${machine.name} ${count}`)
      const held = [0, 0, 0, 0, 0, 0]
      for (let repeat = 0; repeat < repeats; repeat++) {
        const [one] = simulateTurns(random, machine, [10], count, samples)
        if (one === undefined) continue
        const summary = summarizeLatency(one, CONFIDENCE)
        const own = ascending(one.samplesMs)
        const intervals = [
          ...[summary?.p50, summary?.p90, summary?.p99],
          ...[0.5, 0.9, 0.99].map((p) => quantileInterval(own, p, CONFIDENCE)),
        ]
        for (const [place, interval] of intervals.entries()) {
          const value = truth[place % 3] ?? 0
          if (interval !== undefined && interval.low <= value && interval.high >= value) {
            held[place] = (held[place] ?? 0) + 1
          }
        }
      }
      const cells = [0, 3, 1, 4, 2, 5].map((place) => percent((held[place] ?? 0) / repeats))
      row([machine.name, `${count} × ${samples}`, ...cells])
    }
  }
}

function throughputTable(repeats: number): void {
  head(['machine', ...['5 rounds', '10 rounds', '20 rounds']])
  for (const machine of [QUIET, ORDINARY, DISTURBED]) {
    const throughput = (timed: TimedRounds | undefined, confidence: number) =>
      throughputOf(
        timed === undefined
          ? []
          : samplesOfRounds(timed).map((times) => ({
              inferences: times.length,
              seconds: times.reduce((sum, ms) => sum + ms, 0) / 1000,
            })),
        confidence,
      )
    // Of very many rounds the median needs no interval.
    const [all] = simulateTurns(new Random(13), machine, [10], 40_000, SAMPLES_OF_TURN)
    const truth = all === undefined ? 0 : 1000 / median(samplesOfRounds(all).map(mean))
    const cells = [5, 10, 20].map((count) => {
      const random = new Random(14, `${machine.name} ${count}`)
      const held = Array.from({ length: repeats }, () =>
        throughput(simulateTurns(random, machine, [10], count, SAMPLES_OF_TURN)[0], CONFIDENCE),
      ).filter((interval) => interval !== undefined && interval.low <= truth && interval.high >= truth)
      return percent(held.length / repeats)
    })
    row([machine.name, ...cells])
  }
}

const TABLES: Readonly<Record<string, () => void>> = {
  ratios: () => ratioTable([5, 6, 7, 8, 9, 10, 11, 15, 20, 30], 2000, ['chosen: median of rounds']),
  ways: () => ratioTable([5, 10, 20], 400, Object.keys(WAYS)),
  verdicts: () => verdictTable(1000),
  apart: () => apartTable(2000),
  percentiles: () => percentileTable(1000),
  throughput: () => throughputTable(2000),
}

const named = process.argv.slice(2)
for (const [name, write] of Object.entries(TABLES)) if (named.length === 0 || named.includes(name)) write()
