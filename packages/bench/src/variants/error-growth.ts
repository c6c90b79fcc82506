import type { LayerError } from './layer-errors.js'
import type { Layer } from './layers.js'

/**
 * The largest share of noise in what goes into each layer.
 *
 * @param layers - of a graph, in the order in which they run.
 * @param noises - of the layers that were compared. One that was not passes on what goes into it.
 */
export function noiseBefore(
  layers: readonly Pick<Layer, 'inputs'>[],
  noises: ReadonlyMap<number, number>,
): readonly number[] {
  const before: number[] = []
  for (const { inputs } of layers) {
    before.push(inputs.reduce((most, input) => Math.max(most, noises.get(input) ?? before[input] ?? 0), 0))
  }
  return before
}

/** By how much more of a layer's result is noise than of the worst of what goes into it; negative where it is less. */
export function growthOf({ noiseShare, noiseBefore: before }: LayerError): number {
  return noiseShare - before
}

/**
 * The layer at which the error grows most: where to look for what broke. The first that computes what is no number, where there is one.
 *
 * Measured by the share of noise, not in decibels: from 80 to 50 dB is a large step of an error that nobody notices, from 10 to 0 dB is the
 * picture lost.
 */
export function worstLayer(layers: readonly LayerError[]): LayerError | undefined {
  const broken = layers.find(({ nonFinite }) => nonFinite > 0)
  if (broken !== undefined) return broken
  let worst: LayerError | undefined
  for (const layer of layers) {
    const growth = growthOf(layer)
    if (growth > 0 && (worst === undefined || growth > growthOf(worst))) worst = layer
  }
  return worst
}
