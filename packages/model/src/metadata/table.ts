import { EdgeError } from '@edge/errors'
import { checkModel } from '../arguments.js'
import { planSchema } from '../flatbuffer/plan.js'
import { readFlatBuffer } from '../flatbuffer/read.js'
import type { TableOf } from '../flatbuffer/schema.js'
import { writeFlatBuffer } from '../flatbuffer/write.js'
import { makeTable, type TfliteModel } from '../tflite/model.js'
import { METADATA_SCHEMA } from './schema.js'

type Schema = typeof METADATA_SCHEMA

/** Name of a table of TFLite Metadata, such as `TensorMetadata`. */
export type MetadataTableName = keyof Schema['tables']

/** A table of TFLite Metadata with all of its fields, of the same kind as `TfliteTable`. */
export type MetadataTable<N extends MetadataTableName> = TableOf<Schema, N>

const PLAN = planSchema(METADATA_SCHEMA)
const ENTRY = 'TFLITE_METADATA'
const SOURCE = 'the TFLite Metadata'

/**
 * A table of TFLite Metadata with the fields that are given and defaults for all others.
 *
 * @example
 * ```ts
 * makeMetadataTable('NormalizationOptions', { mean: Float32Array.of(127.5), std: Float32Array.of(127.5) })
 * ```
 */
export function makeMetadataTable<N extends MetadataTableName>(
  name: N,
  fields: Partial<MetadataTable<N>>,
): MetadataTable<N> {
  // The plan has the fields of the schema that the type is derived from, each with its default.
  return { ...PLAN.tables.get(name)?.template, ...fields } as MetadataTable<N>
}

/**
 * Everything that TFLite Metadata says in a model, field by field.
 *
 * @returns undefined where the model has none.
 * @throws EdgeError `MODEL_INVALID` where it is corrupt; `MODEL_UNSUPPORTED` for fields that this version does not know.
 */
export function readMetadataTable(model: TfliteModel): MetadataTable<'ModelMetadata'> | undefined {
  checkModel(model, 'subgraphs', 'readTflite')
  const entry = model.metadata?.find(({ name }) => name === ENTRY)
  if (entry === undefined) return undefined
  const data = model.buffers?.[entry.buffer]?.data
  if (data === undefined) {
    throw new EdgeError('MODEL_INVALID', {
      summary: `${SOURCE} is missing from the model that announces it`,
      expected: `data in buffer ${entry.buffer}`,
      found: 'none',
      remedy: 'Copy or download the model again.',
    })
  }
  const table = readFlatBuffer(data, PLAN, { source: SOURCE, unknownFields: 'refuse' })
  // The plan that reads is made of the schema that the type is derived from.
  return table as MetadataTable<'ModelMetadata'>
}

/** A model with this metadata in the place of what it had. */
export function withMetadataTable(model: TfliteModel, table: MetadataTable<'ModelMetadata'>): TfliteModel {
  const data = writeFlatBuffer(table, PLAN, { source: SOURCE })
  const { buffers = [], metadata = [] } = model
  const buffer = makeTable('Buffer', { data })
  const index = metadata.find(({ name }) => name === ENTRY)?.buffer
  if (index !== undefined && index < buffers.length) return { ...model, buffers: buffers.with(index, buffer) }
  // Buffer 0 stands for "no data" in tensors.
  const kept = buffers.length === 0 ? [makeTable('Buffer', {})] : buffers
  const entry = makeTable('Metadata', { name: ENTRY, buffer: kept.length })
  return {
    ...model,
    buffers: [...kept, buffer],
    metadata: [...metadata.filter(({ name }) => name !== ENTRY), entry],
  }
}
