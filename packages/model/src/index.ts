export { type BoundedFile, type OpenFile, openFile, readFileBounded, toFilePath } from './file.js'
export { checkModelHeader, identifyModel, MODEL_HEADER_BYTES, type ModelFormat } from './format.js'
export type {
  LayerSummary,
  ModelInspection,
  OperatorCount,
  SignatureSummary,
  TensorSummary,
} from './inspection.js'
export {
  checkInputOptions,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestInput,
  type ManifestOutput,
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
