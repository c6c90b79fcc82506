import type { FieldDefinition, FlatSchema, ScalarName } from './schema.js'

/** A value of any scalar. */
export type ScalarValue = number | bigint | boolean

/** What reader and writer do for one field, with all names of the schema looked up. */
export type FieldPlan =
  | ScalarPlan
  | { readonly kind: 'string'; readonly name: string; readonly id: number }
  | { readonly kind: 'strings'; readonly name: string; readonly id: number }
  | ScalarsPlan
  | {
      readonly kind: 'table' | 'tables'
      readonly name: string
      readonly id: number
      readonly table: TablePlan
    }
  | UnionPlan

/** A scalar or an enum. */
export interface ScalarPlan {
  readonly kind: 'scalar'
  readonly name: string
  readonly id: number
  readonly scalar: ScalarName
  /** The value where the file says nothing. */
  readonly fallback: ScalarValue
}

/** A vector of scalars. */
export interface ScalarsPlan {
  readonly kind: 'scalars'
  readonly name: string
  readonly id: number
  readonly scalar: ScalarName
  /** In bytes. */
  readonly align: number
}

/** A union, its tag being the field with the id before. */
export interface UnionPlan {
  readonly kind: 'union'
  readonly name: string
  readonly id: number
  readonly members: readonly TablePlan[]
}

/** A table with its fields in the order of their ids. */
export interface TablePlan {
  readonly name: string
  readonly fields: FieldPlan[]
  /** What is at each id: a field, or the tag of the union that follows. Ids that are missing are unknown. */
  readonly slots: (FieldPlan | 'tag' | undefined)[]
  /** A table that leaves everything out: scalars have their defaults. */
  readonly template: Record<string, unknown>
}

/** Size of each scalar in bytes. */
export const SCALAR_BYTES: Readonly<Record<ScalarName, number>> = {
  bool: 1,
  byte: 1,
  ubyte: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  float: 4,
  long: 8,
  ulong: 8,
}

/** A schema whose names are looked up. */
export interface SchemaPlan {
  readonly identifier: string
  readonly root: TablePlan
  readonly tables: ReadonlyMap<string, TablePlan>
}

/**
 * Looks up all names of a schema, once.
 *
 * @throws Error where the schema names a type that it does not define: a mistake of ours, not of a file.
 */
export function planSchema(schema: FlatSchema): SchemaPlan {
  const tables = new Map<string, TablePlan>()
  for (const name of Object.keys(schema.tables)) {
    tables.set(name, { name, fields: [], slots: [], template: {} })
  }
  const tableNamed = (name: string): TablePlan => {
    const plan = tables.get(name)
    if (plan === undefined) throw new Error(`the schema defines no table ${name}`)
    return plan
  }
  for (const [name, definition] of Object.entries(schema.tables)) {
    const plan = tableNamed(name)
    for (const [field, facts] of Object.entries(definition)) {
      const planned = planField(schema, field, facts, tableNamed)
      plan.fields.push(planned)
      plan.slots[planned.id] = planned
      if (planned.kind === 'union') plan.slots[planned.id - 1] = 'tag'
    }
    plan.fields.sort((a, b) => a.id - b.id)
    for (const field of plan.fields) {
      plan.template[field.name] = field.kind === 'scalar' ? field.fallback : undefined
    }
  }
  return { identifier: schema.identifier, root: tableNamed(schema.root), tables }
}

function planField(
  schema: FlatSchema,
  name: string,
  [id, type, more]: FieldDefinition,
  tableNamed: (name: string) => TablePlan,
): FieldPlan {
  const element = /^\[(.+)\]$/.exec(type)?.[1]
  if (element !== undefined) {
    if (element === 'string') return { kind: 'strings', name, id }
    const scalar = scalarOf(schema, element)
    if (scalar === undefined) return { kind: 'tables', name, id, table: tableNamed(element) }
    return { kind: 'scalars', name, id, scalar, align: typeof more === 'object' ? more.align : 1 }
  }
  if (type === 'string') return { kind: 'string', name, id }
  const scalar = scalarOf(schema, type)
  if (scalar !== undefined) return { kind: 'scalar', name, id, scalar, fallback: fallbackOf(scalar, more) }
  const members = schema.unions[type]
  if (members !== undefined) return { kind: 'union', name, id, members: members.map(tableNamed) }
  return { kind: 'table', name, id, table: tableNamed(type) }
}

function scalarOf(schema: FlatSchema, type: string): ScalarName | undefined {
  if (isScalarName(type)) return type
  return schema.enums[type]?.base
}

function isScalarName(type: string): type is ScalarName {
  return Object.hasOwn(SCALAR_BYTES, type)
}

function fallbackOf(scalar: ScalarName, more: FieldDefinition[2]): ScalarValue {
  const stated = typeof more === 'object' ? undefined : more
  if (scalar === 'bool') return stated === true
  if (scalar === 'long' || scalar === 'ulong') return BigInt(stated ?? 0)
  return Number(stated ?? 0)
}
