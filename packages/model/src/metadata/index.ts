export {
  type AssociatedFilesOptions,
  appendAssociatedFiles,
  readAssociatedFiles,
} from './associated-files.js'
export {
  type InputMetadata,
  type MetadataNormalization,
  type ModelMetadata,
  type OutputMetadata,
  readMetadata,
  type TensorMetadata,
  type ValueRange,
  writeMetadata,
} from './metadata.js'
export {
  type MetadataTable,
  type MetadataTableName,
  makeMetadataTable,
  readMetadataTable,
  withMetadataTable,
} from './table.js'
