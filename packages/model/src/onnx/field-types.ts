/**
 * How a protocol buffer's messages are declared here, and the TypeScript types that follow from a declaration.
 *
 * Reader, writer and types all derive from one schema (`schema.ts`): nothing else states a field's name or number.
 */

/** What a field of each scalar type holds. 64-bit integers are bigints: attributes use the largest of them as "to the end". */
interface ScalarValues {
  int32: number
  int64: bigint
  uint64: bigint
  float: number
  double: number
  string: string
  bytes: Uint8Array
}

/** What a repeated field of each scalar type holds: numbers in typed arrays, so that a file cannot grow much in memory. */
interface RepeatedValues {
  int32: Int32Array
  int64: BigInt64Array
  uint64: BigUint64Array
  float: Float32Array
  double: Float64Array
  string: readonly string[]
  bytes: readonly Uint8Array[]
}

export type Scalar = keyof ScalarValues
export type NumericScalar = Exclude<Scalar, 'string' | 'bytes'>

/** A field: its number on the wire and the type of its values, a scalar or the name of a message. */
export interface Field<
  T extends string = string,
  C extends 'one' | 'many' | 'packed' = 'one' | 'many' | 'packed',
> {
  readonly id: number
  readonly type: T
  /** `packed` fields are repeated, and written as one block; both ways of writing are read for either. */
  readonly cardinality: C
  /** Fields of one name in a message exclude each other; what is read last stays. */
  readonly oneOf?: string
}

/** A field with at most one value. */
export function one<const T extends string>(id: number, type: T): Field<T, 'one'> {
  return { id, type, cardinality: 'one' }
}

/** A field with at most one value, which excludes the other fields of its group. */
export function choice<const T extends string>(oneOf: string, id: number, type: T): Field<T, 'one'> {
  return { id, type, cardinality: 'one', oneOf }
}

/** A list. */
export function many<const T extends string>(id: number, type: T): Field<T, 'many'> {
  return { id, type, cardinality: 'many' }
}

/** A list of numbers, written as one block. */
export function packed<const T extends NumericScalar>(id: number, type: T): Field<T, 'packed'> {
  return { id, type, cardinality: 'packed' }
}

/** Messages by name, each with its fields by name. */
export type Schema = Readonly<Record<string, Readonly<Record<string, Field>>>>

type ValueOf<M, T extends string> = T extends Scalar ? ScalarValues[T] : T extends keyof M ? M[T] : never
type ListOf<M, T extends string> = T extends Scalar ? RepeatedValues[T] : readonly ValueOf<M, T>[]

type SingularNames<F> = { [K in keyof F]: F[K] extends Field<string, 'one'> ? K : never }[keyof F]
type TypeOf<F> = F extends Field<infer T> ? T : never

/**
 * A message of the fields `F` as a plain object: a field with at most one value is absent where the file has none, a list is always
 * there. `M` has the types of the messages in it by their names, so that editors show those names.
 */
export type MessageOf<F, M> = {
  readonly [K in SingularNames<F>]?: ValueOf<M, TypeOf<F[K]>>
} & {
  readonly [K in Exclude<keyof F, SingularNames<F>>]: ListOf<M, TypeOf<F[K]>>
} & {
  /** Fields that this version does not know, as they are in the file: tag and value. The writer writes them back. */
  readonly unknownFields?: readonly Uint8Array[]
}
