import { binomialLogPmf, binomialSurvival } from './binomial.js'
import { ascending } from './quantile.js'
import type { Numbers } from './samples.js'

/** A distribution of finitely many values, ascending, with their probabilities. Values may be equal. */
export interface Distribution {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** Probabilities that no quantile would notice. */
const NEGLIGIBLE = 1e-18

/**
 * How the median of n numbers is distributed that are drawn, with replacement, from these n: the bootstrap (Efron 1979) without drawing, for
 * the median its distribution can be written down (Maritz and Jarrett 1978). So there is neither a seed nor an error from too few draws.
 *
 * Of an odd n the median is one of the numbers. With an even n = 2m it is the middle of the m-th and the one after; these are the i-th and
 * a later j-th of the numbers where m draws are among the first i, with the i-th among them, and m from the j-th on, with that among them.
 *
 * @param numbers - at least one.
 */
export function bootstrappedMedian(numbers: Numbers): Distribution {
  const sorted = ascending(numbers)
  return sorted.length % 2 === 1 ? ofOdd(sorted) : ofEven(sorted)
}

/** P(the r-th of n draws is one of the first i numbers): at least r draws are. */
const amongFirst = (i: number, r: number, n: number): number => binomialSurvival(r - 1, n, i / n)

function ofOdd(sorted: Float64Array): Distribution {
  const n = sorted.length
  const r = (n + 1) / 2
  const weights = sorted.map((_, place) => amongFirst(place + 1, r, n) - amongFirst(place, r, n))
  return { values: sorted, weights }
}

function ofEven(sorted: Float64Array): Distribution {
  const n = sorted.length
  const m = n / 2
  // ln of the ways to choose the m draws that are below.
  const ways = binomialLogPmf(m, n, 0.5) + n * Math.LN2
  // ln P(m draws are all among the first i, and the i-th among them); from above it is the same by symmetry.
  const last = (i: number): number => m * Math.log(i / n) + Math.log1p(-(((i - 1) / i) ** m))
  const lasts = Float64Array.from(sorted, (_, place) => last(place + 1))
  const atoms: { readonly value: number; readonly weight: number }[] = []
  for (const [place, value] of sorted.entries()) {
    const i = place + 1
    const here = ways + (lasts[place] ?? 0)
    const beyond = i === n ? 0 : Math.exp(here + m * Math.log1p(-i / n))
    const both = amongFirst(i, m, n) - amongFirst(i - 1, m, n) - beyond
    if (both > NEGLIGIBLE) atoms.push({ value, weight: both })
    for (let next = place + 1; next < n; next++) {
      const weight = Math.exp(here + (lasts[n - 1 - next] ?? 0))
      if (weight > NEGLIGIBLE) atoms.push({ value: (value + (sorted[next] ?? value)) / 2, weight })
    }
  }
  atoms.sort((one, other) => one.value - other.value)
  return {
    values: Float64Array.from(atoms, ({ value }) => value),
    weights: Float64Array.from(atoms, ({ weight }) => weight),
  }
}

/**
 * The distribution's quantile, as if the probability of each value were spread towards its neighbours: a value stands for what lies below it and
 * half of its own, and between two values it is linear (the mid-distribution of Ma, Genton and Parzen 2011). Without that, the few values
 * that the median of an odd number of rounds can have would make intervals too narrow with 7 rounds and too wide with 9.
 */
export function midQuantile({ values, weights }: Distribution, p: number): number {
  let below = 0
  let lower = { value: values[0] ?? Number.NaN, at: 0 }
  for (const [place, value] of values.entries()) {
    const weight = weights[place] ?? 0
    const at = below + weight / 2
    if (at >= p) {
      const share = place === 0 ? 1 : (p - lower.at) / (at - lower.at)
      return lower.value + (value - lower.value) * share
    }
    lower = { value, at }
    below += weight
  }
  return lower.value
}
