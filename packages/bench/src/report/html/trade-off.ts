import type { ModelResult } from '../../result/schema.js'
import type { TradeOff, TradeOffPoint } from './page-data.js'
import { pixelFigure } from './pixel-figure.js'

/** What is drawn of size, accuracy and latency; undefined where fewer than two models could stand beside each other. */
export function tradeOffOf(models: readonly ModelResult[]): TradeOff | undefined {
  const judged = models.flatMap((model, index) => accuracyPoint(model, index) ?? [])
  if (judged.length >= 2) return { against: 'top1', points: judged, front: paretoFront(judged, 'highest') }
  const sized = models.flatMap((model, index) => sizePoint(model, index) ?? [])
  return sized.length >= 2
    ? { against: 'size', points: sized, front: paretoFront(sized, 'lowest') }
    : undefined
}

/**
 * Places of the points that no other point is at least as good as in both coordinates and better in one: fast, and with the best `y`.
 * By latency.
 */
export function paretoFront(
  points: readonly Pick<TradeOffPoint, 'medianMs' | 'y'>[],
  best: 'highest' | 'lowest',
): number[] {
  const sign = best === 'highest' ? -1 : 1
  const order = points
    .map(({ medianMs, y }, index) => ({ index, medianMs, badness: sign * y }))
    .sort((one, other) => one.medianMs - other.medianMs || one.badness - other.badness)
  let least = Number.POSITIVE_INFINITY
  let lastMs = Number.NaN
  return order.flatMap(({ index, medianMs, badness }) => {
    const isTwin = badness === least && medianMs === lastMs
    if (badness >= least && !isTwin) return []
    least = badness
    lastMs = medianMs
    return [index]
  })
}

function accuracyPoint(model: ModelResult, index: number): TradeOffPoint | undefined {
  const share = model.randomWeights ? undefined : model.accuracy?.top1
  if (share === undefined || share.of === 0 || model.latencyMs === undefined) return undefined
  return {
    model: index,
    medianMs: pixelFigure(model.latencyMs.median),
    bytes: model.sizeBytes,
    y: pixelFigure(share.interval.value * 100),
    low: pixelFigure(share.interval.low * 100),
    high: pixelFigure(share.interval.high * 100),
  }
}

function sizePoint({ latencyMs, sizeBytes }: ModelResult, index: number): TradeOffPoint | undefined {
  if (latencyMs === undefined || sizeBytes === undefined) return undefined
  return {
    model: index,
    medianMs: pixelFigure(latencyMs.median),
    bytes: sizeBytes,
    y: pixelFigure(sizeBytes / 1e6),
    low: undefined,
    high: undefined,
  }
}
