import { normalQuantile } from './normal.js'
import type { Numbers } from './samples.js'
import { studentCritical } from './student.js'

/**
 * How many independent samples would tell as much of the quantile at p as these, which depend on those around them: what ran in a warm or a
 * disturbed round is slow together.
 *
 * The share of samples up to the quantile differs between rounds by more than it would of independent samples; by how much more (the
 * design effect, Kish 1965) their number is divided, with what knowing that from few rounds alone costs: (t/z)², as Korn and Graubard
 * (1998) do it for shares, and Woodruff (1952) for quantiles by way of shares. Never more than there are.
 *
 * @param rounds - samples of each round; with fewer than two there is nothing to tell it from.
 * @param quantile - of all of them at p.
 * @param p - above 0 and below 1.
 * @returns a whole number from 1.
 */
export function effectiveSamples(
  rounds: readonly Numbers[],
  quantile: number,
  p: number,
  confidence: number,
): number {
  const samples = rounds.reduce((sum, { length }) => sum + length, 0)
  const count = rounds.length
  if (count < 2) return Math.max(1, samples)
  const lower = rounds.map((round) => upTo(round, quantile))
  const share = lower.reduce((sum, below) => sum + below, 0) / samples
  let squares = 0
  for (const [place, below] of lower.entries()) squares += (below - share * (rounds[place]?.length ?? 0)) ** 2
  const variance = (squares * count) / ((count - 1) * samples ** 2)
  const designEffect = variance / ((p * (1 - p)) / samples)
  const fewRounds = studentCritical(confidence, count - 1) / normalQuantile((1 - confidence) / 2)
  return Math.max(1, Math.floor(samples / Math.max(1, designEffect * fewRounds ** 2)))
}

function upTo(samples: Numbers, limit: number): number {
  let count = 0
  for (let place = 0; place < samples.length; place++) if ((samples[place] ?? 0) <= limit) count += 1
  return count
}
