/**
 * From pictures to labels: probabilities, the best classes, features, and results of video that do not flicker. `@edge/trt` exports all of it.
 *
 * @module @edge/classify
 */

export { type CalibrationBatchesOptions, calibrationBatches } from './calibration-batches.js'
export { Classifier } from './classifier.js'
export {
  type ExtractedPicture,
  FeatureExtractor,
  type FeatureExtractorOptions,
  type FeatureResult,
  type UnextractedPicture,
} from './feature-extractor.js'
export { type FeaturePooling, halfToNumber } from './feature-values.js'
export type { Sources } from './in-order.js'
export type { LabelSource } from './labels.js'
export {
  type FailedFrame,
  type FrameResult,
  NewestFrames,
  type NewestFramesOptions,
  type WorkedFrame,
} from './newest-frames.js'
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
export {
  type MajorityClass,
  type Scorer,
  type SmoothedClassification,
  SmoothedClassifier,
  type SmoothingOptions,
} from './smoothed-classifier.js'
