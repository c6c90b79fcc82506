import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { FieldDefinition, FlatSchema } from '../../src/flatbuffer/schema.js'
import { TFLITE_SCHEMA } from '../../src/tflite/schema/schema.js'
import { python, reference } from './real-models.js'

interface Facts {
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly tables: Readonly<
    Record<string, Readonly<Record<string, { id: number; type: string; default: unknown }>>>
  >
}

/** Fields that generated code has no accessors for: deprecated ones, and one that its authors' generator takes for a length. */
const WITHOUT_ACCESSOR = new Set([
  'ResizeBilinearOptions.newHeight',
  'ResizeBilinearOptions.newWidth',
  'SignatureDef.deprecatedTag',
])

const schema: FlatSchema = TFLITE_SCHEMA

/** A type of ours as the generated code has it: enums by what they are stored as, scalars in NumPy's words. */
function generatedType(type: string): string {
  const element = /^\[(.+)\]$/.exec(type)?.[1]
  if (element !== undefined) return `[${generatedType(element)}]`
  if (schema.unions[type] !== undefined) return 'union'
  const words: Record<string, string> = {
    bool: 'Bool',
    byte: 'Int8',
    ubyte: 'Uint8',
    short: 'Int16',
    ushort: 'Uint16',
    int: 'Int32',
    uint: 'Uint32',
    long: 'Int64',
    ulong: 'Uint64',
    float: 'Float32',
  }
  return words[schema.enums[type]?.base ?? type] ?? type
}

function defaultOf([, type, more]: FieldDefinition): unknown {
  if (typeof more === 'number' || typeof more === 'boolean') return more
  if (generatedType(type) === 'Bool') return false
  return /^(Int|Uint|Float)/.test(generatedType(type)) ? 0 : null
}

describe.skipIf(python === undefined)(
  'our schema, beside LiteRT’s (skipped before `pnpm run setup`, which brings its Python)',
  () => {
    const facts: Facts = JSON.parse(
      python === undefined ? '{}' : execFileSync(python, [reference('tflite_schema.py')]).toString(),
    )

    it('has the same enums and unions', () => {
      const ours = Object.fromEntries([
        ...Object.entries(schema.enums).map(([name, { values }]) => [name, values] as const),
        ...Object.entries(schema.unions).map(([name, members]) => [name, ['NONE', ...members]] as const),
      ])
      const theirs = Object.entries(facts.enums).map(([name, values]) => [name, Object.keys(values)] as const)
      expect(ours).toEqual(Object.fromEntries(theirs))
      for (const values of Object.values(facts.enums)) {
        expect(Object.values(values)).toEqual(Object.keys(values).map((_, at) => at))
      }
    })

    it('has the same tables, with the same fields', () => {
      const ours = Object.fromEntries(
        Object.entries(schema.tables).map(([table, fields]) => [
          table,
          Object.fromEntries(
            Object.entries(fields)
              .filter(([field]) => !WITHOUT_ACCESSOR.has(`${table}.${field}`))
              .flatMap(([field, definition]) => {
                const [id, type] = definition
                const own = { id, type: generatedType(type), default: defaultOf(definition) }
                const tag = { id: id - 1, type: 'Uint8', default: 0 }
                return own.type === 'union'
                  ? [[field, own] as const, [`${field}Type`, tag] as const]
                  : [[field, own] as const]
              }),
          ),
        ]),
      )
      const theirs = Object.fromEntries(
        Object.entries(facts.tables).map(([table, fields]) => [
          table,
          Object.fromEntries(
            Object.entries(fields).map(([field, value]) => [
              `${field[0]?.toLowerCase()}${field.slice(1)}`,
              value,
            ]),
          ),
        ]),
      )
      expect(ours).toEqual(theirs)
    })
  },
)
