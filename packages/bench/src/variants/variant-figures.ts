import type { ModelResult, RatioResult } from '../result/schema.js'
import type { ToFirst, VariantFigures } from './result.js'

/** What of a measured model stands in a comparison. */
export function figuresOf(measured: ModelResult): VariantFigures {
  const { version, sizeBytes, gzipBytes, peakRssBytes, loadMs, firstRunMs, latencyMs } = measured
  const { reliable, warnings } = measured
  return {
    ...(version !== undefined && { version }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(gzipBytes !== undefined && { gzipBytes }),
    ...(peakRssBytes !== undefined && { peakRssBytes }),
    ...(loadMs !== undefined && { loadMs }),
    ...(firstRunMs !== undefined && { firstRunMs }),
    ...(latencyMs !== undefined && { latencyMs }),
    reliable,
    warnings,
  }
}

/** How figures relate to those of the first model. */
export function toFirst(
  its: VariantFigures,
  first: VariantFigures,
  latency: RatioResult | undefined,
): ToFirst {
  const size = quotient(its.sizeBytes, first.sizeBytes)
  const gzip = quotient(its.gzipBytes, first.gzipBytes)
  const peakRss = quotient(its.peakRssBytes, first.peakRssBytes)
  return {
    ...(size !== undefined && { size }),
    ...(gzip !== undefined && { gzip }),
    ...(peakRss !== undefined && { peakRss }),
    ...(latency && {
      latency: { ratio: latency.ratio, rounds: latency.rounds, verdict: latency.verdict },
    }),
  }
}

function quotient(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined || other === 0 ? undefined : one / other
}
