import { EdgeError } from '@edge/errors'
import { Builder } from 'flatbuffers'
import type { FieldPlan, ScalarPlan, ScalarsPlan, SchemaPlan, TablePlan, UnionPlan } from './plan.js'
import { SCALAR_BYTES } from './plan.js'
import { addScalar, isInRange, rangeOf, writeScalar } from './scalars.js'
import { vectorElements } from './vectors.js'

/** How a FlatBuffer is written. */
export interface WriteOptions {
  /** What to call the file in messages: "the TFLite model". */
  readonly source: string
  /** What the file will have at the most, in bytes, so that memory need not grow; a guess will do. */
  readonly expectedBytes?: number
}

/**
 * Writes objects of the form that {@link readFlatBuffer} returns.
 *
 * What is one object in several places is one part of the file. Fields that have their default are left out, as all writers do.
 *
 * @param root - the root table; fields that are missing or undefined are left out.
 * @returns the file, as a view that may be part of a larger ArrayBuffer.
 * @throws EdgeError `INVALID_ARGUMENT` for a value that its field cannot hold, with the field's path.
 */
export function writeFlatBuffer(root: object, plan: SchemaPlan, options: WriteOptions): Uint8Array {
  return new Writer(options).root(root, plan)
}

class Writer {
  readonly #builder: Builder
  readonly #source: string
  readonly #tables = new Map<TablePlan, Map<object, number>>()
  readonly #vectors = new Map<number, Map<object, number>>()
  readonly #lists = new Map<TablePlan | 'string', Map<object, number>>()
  readonly #strings = new Map<string, number>()
  readonly #path: (string | number)[] = []

  constructor({ source, expectedBytes = 1024 }: WriteOptions) {
    this.#source = source
    // The builder fills its memory from the end: with a size of a multiple of 16 the file begins aligned as its vectors are.
    this.#builder = new Builder(Math.ceil(expectedBytes / 16) * 16)
  }

  root(value: object, { identifier, root }: SchemaPlan): Uint8Array {
    this.#builder.finish(this.#table(value, root), identifier)
    return this.#builder.asUint8Array()
  }

  #table(value: unknown, plan: TablePlan): number {
    if (!isObject(value)) return this.#fail(`an object for the table ${plan.name}`, value)
    let known = this.#tables.get(plan)
    if (known === undefined) {
      known = new Map()
      this.#tables.set(plan, known)
    }
    const before = known.get(value)
    if (before !== undefined) return before
    const fields = new Map(Object.entries(value))
    // A table's parts come before the table.
    const parts: (() => void)[] = []
    for (const field of plan.fields) {
      this.#path.push(field.name)
      const part = this.#field(field, fields.get(field.name))
      if (part !== undefined) parts.push(part)
      this.#path.pop()
      fields.delete(field.name)
    }
    const [stray] = fields.keys()
    if (stray !== undefined) this.#fail(`only the fields of the table ${plan.name}`, stray)
    this.#builder.startObject(plan.slots.length)
    for (const part of parts) part()
    const offset = this.#builder.endObject()
    known.set(value, offset)
    return offset
  }

  /** Writes what a field refers to, and returns what puts the field into its table. */
  #field(field: FieldPlan, value: unknown): (() => void) | undefined {
    if (field.kind === 'scalar') return this.#scalar(field, value)
    if (value === undefined) return undefined
    if (field.kind === 'union') return this.#union(field, value)
    const offset = this.#reference(field, value)
    return () => this.#builder.addFieldOffset(field.id, offset, 0)
  }

  #scalar({ id, scalar, fallback }: ScalarPlan, value: unknown): (() => void) | undefined {
    if (value === undefined || Object.is(value, fallback)) return undefined
    if (!isInRange(value, scalar)) return this.#fail(rangeOf(scalar), value)
    return () => addScalar(this.#builder, id, scalar, value)
  }

  #union({ id, members }: UnionPlan, value: unknown): () => void {
    const type = isObject(value) && 'type' in value ? value.type : undefined
    const index = members.findIndex(({ name }) => name === type)
    const member = members[index]
    if (!isObject(value) || member === undefined) {
      return this.#fail('an object with the name of a member as its type', type)
    }
    const content = 'value' in value ? value.value : undefined
    const offset = content === undefined ? 0 : this.#table(content, member)
    return () => {
      this.#builder.addFieldInt8(id - 1, index + 1, 0)
      this.#builder.addFieldOffset(id, offset, 0)
    }
  }

  #reference(field: Exclude<FieldPlan, ScalarPlan | UnionPlan>, value: unknown): number {
    switch (field.kind) {
      case 'string':
        return this.#string(value)
      case 'strings':
        return this.#offsets(value, 'string', (entry) => this.#string(entry))
      case 'scalars':
        return this.#scalars(value, field)
      case 'table':
        return this.#table(value, field.table)
      case 'tables':
        return this.#offsets(value, field.table, (entry) => this.#table(entry, field.table))
    }
  }

  #string(value: unknown): number {
    if (typeof value !== 'string') return this.#fail('a string', value)
    let offset = this.#strings.get(value)
    if (offset === undefined) {
      offset = this.#builder.createString(value)
      this.#strings.set(value, offset)
    }
    return offset
  }

  #offsets(value: unknown, of: TablePlan | 'string', write: (entry: unknown) => number): number {
    if (!Array.isArray(value)) return this.#fail('an array', value)
    let known = this.#lists.get(of)
    if (known === undefined) {
      known = new Map()
      this.#lists.set(of, known)
    }
    const before = known.get(value)
    if (before !== undefined) return before
    const offsets = value.map((entry: unknown, index) => {
      this.#path.push(index)
      const offset = write(entry)
      this.#path.pop()
      return offset
    })
    this.#builder.startVector(4, offsets.length, 4)
    for (const offset of offsets.reverse()) this.#builder.addOffset(offset)
    const offset = this.#builder.endVector()
    known.set(value, offset)
    return offset
  }

  #scalars(value: unknown, field: ScalarsPlan): number {
    if (!isObject(value)) return this.#fail(`a vector of ${field.scalar}`, value)
    let known = this.#vectors.get(field.align)
    if (known === undefined) {
      known = new Map()
      this.#vectors.set(field.align, known)
    }
    let offset = known.get(value)
    if (offset === undefined) {
      offset = this.#newScalars(value, field)
      known.set(value, offset)
    }
    return offset
  }

  #newScalars(value: object, { scalar, align }: ScalarsPlan): number {
    if (scalar === 'ubyte') {
      if (!(value instanceof Uint8Array)) return this.#fail('a Uint8Array', value)
      // Pads so that the first element is aligned after as many bytes have been put before what is there.
      this.#builder.prep(align, value.length)
      return this.#builder.createByteVector(value)
    }
    const elements = vectorElements(value, scalar)
    if (elements === undefined) return this.#fail(`a vector of ${scalar}`, value)
    const size = SCALAR_BYTES[scalar]
    this.#builder.startVector(size, elements.length, Math.max(size, align))
    for (let index = elements.length - 1; index >= 0; index -= 1) {
      writeScalar(this.#builder, scalar, elements[index] ?? 0)
    }
    return this.#builder.endVector()
  }

  #fail(expected: string, found: unknown): never {
    const shown =
      typeof found === 'object' && found !== null ? `an object (${found.constructor?.name})` : found
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `${this.#source} cannot be written with this value of ${this.#path.join('.') || 'its root'}`,
      expected,
      found: String(shown),
    })
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
