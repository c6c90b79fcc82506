export { Classifier } from './classifier.js'
export type { LabelSource } from './labels.js'
export type { ClassifierOptions, ClassifyOptions, PictureModelOptions, PictureOptions } from './options.js'
export type { OutputKind } from './output-kind.js'
export type {
  Classification,
  ClassifiedPicture,
  ClassifyTiming,
  ClassScores,
  FailedPicture,
  PictureResult,
  RankedClass,
} from './result.js'
export type { ClassReference, SelectionOptions } from './selection.js'
