/**
 * FlatBuffers schemas as data, and the TypeScript types that follow from them.
 *
 * A schema states each name, id, type and default once. The reader and the writer walk it; {@link TableOf} derives the type of what
 * they take and give. Types are spelled as in FlatBuffers' own language: `int`, `string`, `[float]`, or the name of an enum, a table
 * or a union.
 */
export interface FlatSchema {
  /** The table that a file begins with. */
  readonly root: string
  /** The four characters at byte 4 of a file. */
  readonly identifier: string
  readonly enums: Readonly<Record<string, EnumDefinition>>
  /** Members of each union in the order of their tags; tag 0 is "none" everywhere. */
  readonly unions: Readonly<Record<string, readonly string[]>>
  readonly tables: Readonly<Record<string, TableDefinition>>
}

/** Names of values, the first one being 0 and each next one greater by one. */
export interface EnumDefinition {
  /** The scalar that it is stored as. */
  readonly base: 'byte' | 'ubyte' | 'int' | 'uint'
  readonly values: readonly string[]
}

/** The fields of a table by name. */
export type TableDefinition = Readonly<Record<string, FieldDefinition>>

/**
 * Id and type of a field; then the default of a scalar where it is not zero, or the alignment of a vector where it is more than its
 * elements'. The tag of a union has the id before the union's.
 */
export type FieldDefinition = readonly [id: number, type: string, more?: number | boolean | Alignment]

/** Where a vector's elements begin, counted from the beginning of the file. */
export interface Alignment {
  /** A power of two, in bytes. */
  readonly align: number
}

/** The TypeScript type of each scalar. */
export interface ScalarTypes {
  readonly bool: boolean
  readonly byte: number
  readonly ubyte: number
  readonly short: number
  readonly ushort: number
  readonly int: number
  readonly uint: number
  readonly float: number
  readonly long: bigint
  readonly ulong: bigint
}

/** The TypeScript type of a vector of each scalar. */
export interface VectorTypes {
  readonly bool: readonly boolean[]
  readonly byte: Int8Array
  readonly ubyte: Uint8Array
  readonly short: Int16Array
  readonly ushort: Uint16Array
  readonly int: Int32Array
  readonly uint: Uint32Array
  readonly float: Float32Array
  readonly long: BigInt64Array
  readonly ulong: BigUint64Array
}

/** Name of a scalar. */
export type ScalarName = keyof ScalarTypes

/**
 * A table as an object with all of its fields: scalars have their default where the file says nothing, everything else is undefined
 * there. An enum is its number, since files may hold numbers that nobody has a name for.
 */
export type TableOf<S extends FlatSchema, N extends keyof S['tables']> = {
  readonly [F in keyof S['tables'][N]]: FieldOf<S, S['tables'][N][F][1]>
}

/** A union as the name of its member and the member. The value is undefined where a file has a tag and nothing else. */
export type UnionOf<S extends FlatSchema, N extends keyof S['unions']> = {
  readonly [M in S['unions'][N][number]]: {
    readonly type: M
    readonly value: TableOf<S, M> | undefined
  }
}[S['unions'][N][number]]

/** The type of a field, as {@link TableOf} describes it. */
export type FieldOf<S extends FlatSchema, T extends string> = T extends ScalarName
  ? ScalarTypes[T]
  : T extends keyof S['enums']
    ? number
    : ReferenceOf<S, T> | undefined

type ReferenceOf<S extends FlatSchema, T extends string> = T extends 'string'
  ? string
  : T extends `[${infer E}]`
    ? ElementsOf<S, E>
    : T extends keyof S['unions']
      ? UnionOf<S, T>
      : T extends keyof S['tables']
        ? TableOf<S, T>
        : never

type ElementsOf<S extends FlatSchema, E extends string> = E extends ScalarName
  ? VectorTypes[E]
  : E extends keyof S['enums']
    ? VectorTypes[S['enums'][E]['base']]
    : E extends 'string'
      ? readonly string[]
      : E extends keyof S['tables']
        ? readonly TableOf<S, E>[]
        : never
