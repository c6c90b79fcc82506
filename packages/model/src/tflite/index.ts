/**
 * .tflite files as data: read, validated, inspected, edited and written; TFLite Metadata.
 *
 * @module @edge/model/tflite
 */

export * from '../metadata/index.js'
export { editTflite } from './edit.js'
export { exposeTensors, MAX_EXPOSED_TENSORS } from './expose-tensors.js'
export { inspectTflite, type SubGraphSummary, type TfliteInspection } from './inspect/inspect.js'
export {
  enumName,
  enumValue,
  makeTable,
  type TfliteBuffer,
  type TfliteEnumName,
  type TfliteEnumValue,
  type TfliteModel,
  type TfliteOperator,
  type TfliteOptions,
  type TfliteOptions2,
  type TfliteQuantization,
  type TfliteSubGraph,
  type TfliteTable,
  type TfliteTableName,
  type TfliteTensor,
} from './model.js'
export { type ReadTfliteOptions, readTflite } from './read.js'
export { type ValidateOptions, validateTflite, validateTfliteModel } from './validate/validate.js'
export { writeTflite } from './write.js'
