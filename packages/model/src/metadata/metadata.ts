import { readTflite } from '../tflite/read.js'
import { writeTflite } from '../tflite/write.js'
import { appendAssociatedFiles, readAssociatedFiles } from './associated-files.js'
import { checkMetadata } from './check-metadata.js'
import { type MetadataTable, makeMetadataTable, readMetadataTable, withMetadataTable } from './table.js'
import { labelFiles, mergeTensors, tensorsOf } from './tensor-metadata.js'

/** What TFLite Metadata says of a model, as far as image classification needs it. */
export interface ModelMetadata {
  /** The model's name. */
  readonly name?: string
  /** What the model does. */
  readonly description?: string
  /** The model's version, in its maker's words. */
  readonly version?: string
  /** Who made it. */
  readonly author?: string
  /** The model's licence. */
  readonly license?: string
  /** One entry for each input of the model. */
  readonly inputs: readonly InputMetadata[]
  /** One entry for each output of the model. */
  readonly outputs: readonly OutputMetadata[]
  /** The files behind the model, by name; label files among them. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Between which values those of a tensor lie. */
export interface ValueRange {
  /** The smallest, one for the tensor or one for each channel. */
  readonly min: readonly number[]
  /** The largest, likewise. */
  readonly max: readonly number[]
}

/** `(value − mean) / std`, on values of 0 to 255. */
export interface MetadataNormalization {
  /** One entry for all channels, or one for each. */
  readonly mean: readonly number[]
  /** One entry for all channels, or one for each. */
  readonly std: readonly number[]
}

/** What is said of a tensor. */
export interface TensorMetadata {
  /** The tensor's name for people, not that in the graph. */
  readonly name?: string
  /** What the tensor holds. */
  readonly description?: string
  /** Smallest and largest values, one for the tensor or one for each channel. */
  readonly range?: ValueRange
}

/** What is said of an input. */
export interface InputMetadata extends TensorMetadata {
  /** `(value − mean) / std` makes a picture's values from 0 to 255 the tensor's: one for all channels, or one for each. */
  readonly normalization?: MetadataNormalization
  /** Which colours the input takes. */
  readonly colorSpace?: 'rgb' | 'grayscale'
}

/** What is said of an output. */
export interface OutputMetadata extends TensorMetadata {
  /** Names of the classes, from a file of one name a line. */
  readonly labels?: readonly string[]
}

/**
 * Reads TFLite Metadata and the files that go with it.
 *
 * @param bytes - the whole .tflite file.
 * @returns undefined where the model has none.
 * @throws EdgeError `MODEL_INVALID` where model, metadata or files are corrupt; `MODEL_UNSUPPORTED` for fields that this version does
 *   not know.
 *
 * @example
 * ```ts
 * const metadata = readMetadata(await readFile('model.tflite'))
 * console.log(metadata?.inputs[0]?.normalization, metadata?.outputs[0]?.labels)
 * ```
 */
export function readMetadata(bytes: Uint8Array): ModelMetadata | undefined {
  const table = readMetadataTable(readTflite(bytes, { unknownFields: 'ignore' }))
  if (table === undefined) return undefined
  const files = readAssociatedFiles(bytes)
  const { name, description, version, author, license } = table
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    ...(author !== undefined && { author }),
    ...(license !== undefined && { license }),
    ...tensorsOf(table, files),
    files,
  }
}

/**
 * Writes TFLite Metadata into a model, with the files that go with it.
 *
 * What `metadata` leaves out stays as the model has it: so do fields that {@link ModelMetadata} has no name for, and files. Labels become
 * a file of the archive.
 *
 * @param bytes - the whole .tflite file.
 * @returns the new file. Weights and everything else in it are the same.
 * @throws EdgeError `MODEL_INVALID`, `MODEL_UNSUPPORTED` as {@link readMetadata}; `INVALID_ARGUMENT` for fields that there are not,
 *   values of the wrong kind, more inputs or outputs than the model has, another number of labels than the output has classes, and labels
 *   that are no lines or empty ones, which readers skip.
 *
 * @example
 * ```ts
 * const described = writeMetadata(bytes, {
 *   name: 'Birds',
 *   inputs: [{ normalization: { mean: [127.5], std: [127.5] } }],
 *   outputs: [{ labels: ['robin', 'wren'] }],
 * })
 * ```
 */
export function writeMetadata(bytes: Uint8Array, metadata: Partial<ModelMetadata>): Uint8Array {
  const model = readTflite(bytes)
  const { inputs = [], outputs = [], files, ...texts } = checkMetadata(metadata, model)
  const before = readMetadataTable(model) ?? makeMetadataTable('ModelMetadata', { minParserVersion: '1.0.0' })
  const subgraph = before.subgraphMetadata?.[0] ?? makeMetadataTable('SubGraphMetadata', {})
  const table: MetadataTable<'ModelMetadata'> = {
    ...before,
    ...texts,
    subgraphMetadata: [
      mergeTensors(subgraph, model.subgraphs?.[0], { inputs, outputs }),
      ...(before.subgraphMetadata?.slice(1) ?? []),
    ],
  }
  const all = new Map([...readAssociatedFiles(bytes), ...(files ?? []), ...labelFiles(table, outputs)])
  return appendAssociatedFiles(writeTflite(withMetadataTable(model, table)), all)
}
