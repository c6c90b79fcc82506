import { createHash } from 'node:crypto'

/**
 * Everything that an engine follows from, in words that people read: another value of any of them would have made another engine.
 * `model` is the SHA-256 of the model's bytes and those of its external weights; the others are TensorRT's full version, the GPU, its compute
 * capability and multiprocessors, the precision, the shapes, the calibration's hash, options that differ from their defaults, and
 * {@link RECIPE}.
 */
export type EngineFacts = Readonly<Record<string, string>>

/**
 * How this package makes an engine of a model and options, as a number. Raise it with every change after which the same model and options
 * make another engine: in what the model is cast to (typed-model.ts), in what is asked of TensorRT where no option says it
 * (new-engine.ts, open-dimensions.ts), and in the addon's building, parsing and calibrating (native/src/tensorrt/impl). Engines of before are then built again.
 * What only refuses more, or says more, leaves it as it is.
 */
export const RECIPE = '1'

/** Why an engine without facts is not kept, in a sentence without a full stop. */
export const UNNAMED =
  'the calibration batches have no name to keep the engine under: tensorrt.calibration.id'

/** The name that an engine of these facts has in the cache: 64 hexadecimal digits. */
export function engineKey(facts: EngineFacts): string {
  const sorted = Object.entries(facts).sort(([left], [right]) => (left < right ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

/** A fact that two engines do not share. */
export interface DifferentFact {
  readonly fact: string
  /** What the engine in the cache was made for; undefined where it had no such option. */
  readonly kept: string | undefined
  /** What is wanted now. */
  readonly wanted: string | undefined
}

/** In what a kept engine differs from the one that is wanted. */
export function differentFacts(kept: EngineFacts, wanted: EngineFacts): readonly DifferentFact[] {
  const names = [...new Set([...Object.keys(kept), ...Object.keys(wanted)])].sort()
  return names
    .filter((fact) => kept[fact] !== wanted[fact])
    .map((fact) => ({ fact, kept: kept[fact], wanted: wanted[fact] }))
}

/** One sentence without a full stop: why none of the engines that are kept is the one that is wanted. */
export function explainMiss(kept: readonly EngineFacts[], wanted: EngineFacts): string {
  if (kept.length === 0) return 'the cache is empty'
  const ofModel = kept.filter(({ model }) => model === wanted.model)
  if (ofModel.length === 0) return 'no engine of this model is in the cache'
  const nearest = ofModel
    .map((facts) => differentFacts(facts, wanted))
    .reduce((best, next) => (next.length < best.length ? next : best))
  const changes = nearest.map(
    ({ fact, kept: before, wanted: now }) => `${fact} was ${before ?? 'not set'} and is ${now ?? 'not set'}`,
  )
  return `the nearest engine in the cache is another one: ${changes.join('; ')}`
}
