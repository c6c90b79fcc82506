import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The cases of a file of test/golden/statistics. */
export function goldenCases<T>(file: string, cases: z.ZodType<T>): T {
  const path = fileURLToPath(new URL(`../../../../test/golden/statistics/${file}.json`, import.meta.url))
  const { cases: found } = z.object({ cases: z.unknown() }).parse(JSON.parse(readFileSync(path, 'utf8')))
  return cases.parse(found)
}

// What follows makes the samples of scripts/statistics/samples.py, with the same operations in the same order.

/** From 0 to below 1, by the linear congruential generator of Numerical Recipes. */
function uniform(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}

/** Between 10 and 20 ms with a tail up to 1000. */
export const latencies = (count: number, seed: number): number[] =>
  uniform(count, seed).map((u) => 10 / (1 - 0.5 * u) + (u > 0.9 ? 0.1 / (1.0001 - u) : 0))

/** Of each sample its round: equal parts that follow each other. */
export const roundsOf = (count: number, rounds: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.floor((index * rounds) / count))

export const SAMPLES: Readonly<Record<string, readonly number[]>> = {
  one: [5],
  zero: [0],
  two: [7, 5],
  zeros: [0, 0, 0],
  equal: Array.from({ length: 12 }, () => 3.3),
  three: latencies(3, 3),
  ten: latencies(10, 10),
  'hundred-less-one': latencies(99, 99),
  hundred: latencies(100, 100),
  'five-hundred-less-one': latencies(499, 499),
  'five-hundred': latencies(500, 500),
  thousand: latencies(1000, 1000),
  'ten-thousand': latencies(10_000, 10_000),
  tied: uniform(1000, 5).map((u) => Math.floor(u * 5) / 10),
  huge: uniform(300, 6).map((u) => u * 1e308),
  largest: [1.7e308, 1.79e308, 1.7e308],
  smallest: uniform(300, 7).map((u) => u * 1e-310),
  'far-from-zero': uniform(1000, 8).map((u) => 1e9 + u),
}

/** Samples by the name that a golden file calls them. */
export function samplesNamed(name: string): readonly number[] {
  const samples = SAMPLES[name]
  if (samples === undefined) throw new Error(`there are no samples ${name}`)
  return samples
}
