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

/** Ratios of signal to noise above this are no better: an error that nobody notices. Nor are those below its negative any worse. */
const NOTICED_DB = 30

/**
 * By how many decibels the ratio of signal to noise falls from the worst of what goes into a layer to its result; negative where it rises.
 *
 * Counted from {@link NOTICED_DB} on: from 80 to 50 dB is a large step of an error that nobody notices. In decibels, since a layer multiplies
 * the error that goes into it: what loses 10 dB of 25 broke, and what then loses 3 of the 15 that are left may be without fault.
 */
export function fallDb({ noiseShare, noiseBefore: before }: LayerError): number {
  return noticedDb(before) - noticedDb(noiseShare)
}

function noticedDb(noiseShare: number): number {
  return Math.max(-NOTICED_DB, Math.min(NOTICED_DB, shareToDb(noiseShare)))
}

/** A share of noise as a ratio of signal to noise, in decibels: ∞ without noise, −∞ without signal. */
export function shareToDb(noiseShare: number): number {
  return 10 * Math.log10((1 - noiseShare) / noiseShare)
}

/** The layer at which the error grows most: where to look for what broke. The first that computes what is no number, where there is one. */
export function worstLayer(layers: readonly LayerError[]): LayerError | undefined {
  const broken = layers.find(({ nonFinite }) => nonFinite > 0)
  if (broken !== undefined) return broken
  let worst: LayerError | undefined
  for (const layer of layers) {
    const fall = fallDb(layer)
    if (fall > 0 && (worst === undefined || fall > fallDb(worst))) worst = layer
  }
  return worst
}
