/**
 * Model files as data, of any format: which one a file is, and the `model.json` manifest beside it.
 *
 * @module @edge/model
 */

export { type CalibrationCache, readCalibrationCache, writeCalibrationCache } from './calibration-cache.js'
export { engineVersion } from './engine.js'
export {
  type BoundedFile,
  type HeaderCheck,
  type OpenFile,
  openFile,
  readFileBounded,
  toFilePath,
} from './file.js'
export { checkModelHeader, identifyModel, MODEL_HEADER_BYTES, type ModelFormat } from './format.js'
export type {
  LayerSummary,
  ModelInspection,
  OperatorCount,
  QuantizationSummary,
  SignatureSummary,
  TensorSummary,
} from './inspection.js'
export {
  checkInputOptions,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestInput,
  type ManifestOutput,
  type ManifestResize,
  parseManifest,
} from './manifest.js'
export {
  findManifest,
  labelFile,
  type ManifestFile,
  type ManifestSearch,
  readManifest,
  searchManifest,
} from './manifest-file.js'
