/**
 * .onnx files as data: read, validated, inspected, edited and written, with their external data.
 *
 * @module @edge/model/onnx
 */

export { castOnnxToHalf, type OnnxCast, type OnnxCastOptions } from './cast/cast.js'
export type { KeptNode } from './cast/caster.js'
export type { HalfLosses, HalfType } from './cast/half.js'
export {
  type KnownOnnxDataType,
  type OnnxDataType,
  type OnnxDataTypeName,
  onnxDataType,
  onnxDataTypeId,
} from './data-types.js'
export { exposeOnnxTensors } from './expose.js'
export { externalFileSizes, externalLocations, loadExternalData } from './external-files.js'
export { type OnnxFile, readOnnxFile, type WriteOnnxOptions, writeOnnxFile } from './file.js'
export {
  inspectOnnx,
  type OnnxInspection,
  type OnnxInspectionOptions,
} from './inspect/inspect.js'
export { onnxMessage } from './message.js'
export { readOnnx, readOnnxTensor } from './reader.js'
export type {
  AttributeProto,
  DeviceConfigurationProto,
  DimensionProto,
  FunctionProto,
  GraphProto,
  IntIntListEntryProto,
  MapTypeProto,
  ModelProto,
  NodeDeviceConfigurationProto,
  NodeProto,
  OnnxMessage,
  OnnxMessageName,
  OpaqueTypeProto,
  OperatorSetIdProto,
  OptionalTypeProto,
  SegmentProto,
  SequenceTypeProto,
  ShardedDimProto,
  ShardingSpecProto,
  SimpleShardedDimProto,
  SparseTensorProto,
  StringStringEntryProto,
  TensorAnnotation,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TrainingInfoProto,
  TypeProto,
  ValueInfoProto,
} from './schema.js'
export { type OnnxTensorData, onnxTensor, onnxTensorData } from './tensor-data.js'
export { type OnnxValidationOptions, validateOnnx } from './validate/model.js'
export { writeOnnx, writeOnnxTensor } from './writer.js'
