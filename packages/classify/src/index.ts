export { Classifier } from './classifier.js'
export type { LabelSource } from './labels.js'
export type { ClassifierOptions, ClassifyOptions } from './options.js'
export type { OutputKind } from './output-kind.js'
export type {
  Classification,
  ClassifiedPicture,
  ClassifyTiming,
  FailedPicture,
  PictureResult,
  RankedClass,
} from './result.js'
