import { planSchema } from '../flatbuffer/plan.js'
import type { TableOf, UnionOf } from '../flatbuffer/schema.js'
import { TFLITE_SCHEMA } from './schema/schema.js'

type Schema = typeof TFLITE_SCHEMA

/** Name of a table of the format, such as `Conv2DOptions`. */
export type TfliteTableName = keyof Schema['tables']

/**
 * A table of the format with all of its fields. Enums are numbers (see {@link enumName}), 64-bit numbers bigint, vectors typed arrays.
 * Objects are not to be changed: build others from them (`{ ...tensor, name }`), since one object may stand in several places.
 */
export type TfliteTable<N extends TfliteTableName> = TableOf<Schema, N>

/** What a .tflite file holds. */
export type TfliteModel = TfliteTable<'Model'>
/** A graph of a model; the first is the one that runs. */
export type TfliteSubGraph = TfliteTable<'SubGraph'>
/** A tensor: `shape` outermost first, `type` one of `TensorType`, `buffer` an index into the model's buffers. */
export type TfliteTensor = TfliteTable<'Tensor'>
/** One step of a graph. */
export type TfliteOperator = TfliteTable<'Operator'>
/**
 * Bytes that tensors and metadata refer to; buffer 0 is empty by convention. An `offset` greater than 1 says that the file keeps the
 * bytes after its FlatBuffer, as files beyond 2 GB do; reading puts them into `data` all the same.
 */
export type TfliteBuffer = TfliteTable<'Buffer'>
/** Scale and zero point of a tensor. */
export type TfliteQuantization = TfliteTable<'QuantizationParameters'>
/** Options of a built-in operator. */
export type TfliteOptions = UnionOf<Schema, 'BuiltinOptions'>
/** Options of the StableHLO operators and of newer built-in ones. */
export type TfliteOptions2 = UnionOf<Schema, 'BuiltinOptions2'>

/** Name of an enum of the format. */
export type TfliteEnumName = keyof Schema['enums']
/** Name of a value of an enum. */
export type TfliteEnumValue<E extends TfliteEnumName> = Schema['enums'][E]['values'][number]

/** The schema with its names looked up. */
export const TFLITE_PLAN = planSchema(TFLITE_SCHEMA)

/**
 * The name of an enum's value.
 *
 * @returns undefined for a number that this version has no name for.
 *
 * @example
 * ```ts
 * enumName('TensorType', 9) // 'INT8'
 * ```
 */
export function enumName<E extends TfliteEnumName>(name: E, value: number): TfliteEnumValue<E> | undefined {
  const values: readonly TfliteEnumValue<E>[] = TFLITE_SCHEMA.enums[name].values
  return values[value]
}

/**
 * The number of an enum's value.
 *
 * @example
 * ```ts
 * enumValue('BuiltinOperator', 'CONV_2D') // 3
 * ```
 */
export function enumValue<E extends TfliteEnumName>(name: E, value: TfliteEnumValue<E>): number {
  const values: readonly string[] = TFLITE_SCHEMA.enums[name].values
  return values.indexOf(value)
}

/**
 * A table with the fields that are given and the format's defaults for all others.
 *
 * @example
 * ```ts
 * const tensor = makeTable('Tensor', { name: 'input', shape: Int32Array.of(1, 224, 224, 3), buffer: 0 })
 * ```
 */
export function makeTable<N extends TfliteTableName>(
  name: N,
  fields: Partial<TfliteTable<N>>,
): TfliteTable<N> {
  // The plan has the fields of the schema that the type is derived from, each with its default.
  return { ...TFLITE_PLAN.tables.get(name)?.template, ...fields } as TfliteTable<N>
}
