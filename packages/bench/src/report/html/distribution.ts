import { ascending, quantileOfSorted } from '../../statistics/quantile.js'
import type { Distribution } from './page-data.js'
import { pixelFigure } from './pixel-figure.js'

const MOST_OUTLIERS = 60
const ECDF_STEPS = 150
// Where a distribution of latencies has what matters, few steps would show nothing.
const TAILS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.98, 0.99, 0.995, 0.998, 0.999]

/** What is drawn of the distribution of a model's samples, of which there is at least one. */
export function distributionOf(samplesMs: readonly number[]): Distribution {
  const sorted = ascending(samplesMs)
  const [lower, median, upper] = [
    quantileOfSorted(sorted, 0.25),
    quantileOfSorted(sorted, 0.5),
    quantileOfSorted(sorted, 0.75),
  ]
  // Tukey (1977): whiskers end at the farthest samples within one and a half times the quartiles' distance.
  const reach = 1.5 * (upper - lower)
  const inside = sorted.filter((ms) => ms >= lower - reach && ms <= upper + reach)
  const outside = [...sorted].filter((ms) => ms < lower - reach || ms > upper + reach)
  const farthest = outside
    .toSorted((one, other) => Math.abs(other - median) - Math.abs(one - median))
    .slice(0, MOST_OUTLIERS)
  const [low = median, high = median] = [inside[0], inside.at(-1)]
  return {
    box: [pixelFigure(low), pixelFigure(lower), pixelFigure(median), pixelFigure(upper), pixelFigure(high)],
    outliersMs: farthest.map(pixelFigure),
    outliers: outside.length,
    ecdf: ecdfOf(sorted),
  }
}

function ecdfOf(sorted: Float64Array): Distribution['ecdf'] {
  const count = sorted.length
  const shares = [...Array.from({ length: ECDF_STEPS + 1 }, (_, step) => step / ECDF_STEPS), ...TAILS]
  const ranks = new Set(
    count <= ECDF_STEPS
      ? [...sorted.keys()]
      : shares.map((share) => Math.min(count - 1, Math.round(share * count))),
  )
  return [...ranks]
    .sort((one, other) => one - other)
    .map((rank) => [pixelFigure(sorted[rank] ?? 0), pixelFigure((rank + 1) / count)] as const)
}
