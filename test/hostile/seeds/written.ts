import { type TfliteModel, writeTflite } from '@edge/model/tflite'
import type { Seed } from '../mutants.js'
import { arithmetic, arrangement, generation, reduction, selection } from './arranging.js'
import { classifier, enlarger, hybrid, volumes } from './layers.js'
import { lstm, recurrent, svdf } from './recurrent.js'

const MODELS: Readonly<Record<string, () => TfliteModel>> = {
  classifier: () => classifier(false),
  'classifier, 8 bits': () => classifier(true),
  enlarger,
  volumes,
  hybrid,
  selection,
  arrangement,
  reduction,
  generation,
  arithmetic,
  lstm,
  recurrent,
  svdf,
}

/** Models for operators that those of set-up lack. */
export function writtenSeeds(): readonly Seed[] {
  return Object.entries(MODELS).map(([name, model]) => ({ name, bytes: writeTflite(model()).slice() }))
}
