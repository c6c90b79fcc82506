import type { FlatSchema } from '../../flatbuffer/schema.js'
import { EMPTY_OPTIONS } from './empty-options.js'
import { ENUMS } from './enums.js'
import { LAYER_OPTIONS } from './layer-options.js'
import { MODEL_TABLES } from './model-tables.js'
import { STABLEHLO_OPTIONS } from './stablehlo-options.js'
import { TENSOR_OPTIONS } from './tensor-options.js'
import { UNIONS } from './unions.js'

/**
 * The format of .tflite files, schema version 3, with all fields that TensorFlow 2.20 and LiteRT 2 know, and the deprecated ones.
 *
 * Reader, writer and types follow from it; a test compares it with the schema that LiteRT's Python package carries.
 */
export const TFLITE_SCHEMA = {
  root: 'Model',
  identifier: 'TFL3',
  enums: ENUMS,
  unions: UNIONS,
  tables: {
    ...MODEL_TABLES,
    ...LAYER_OPTIONS,
    ...TENSOR_OPTIONS,
    ...EMPTY_OPTIONS,
    ...STABLEHLO_OPTIONS,
  },
} as const satisfies FlatSchema
