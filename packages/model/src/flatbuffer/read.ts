import { EdgeError } from '@edge/errors'
import type { FieldPlan, ScalarPlan, SchemaPlan, TablePlan, UnionPlan } from './plan.js'
import { SCALAR_BYTES } from './plan.js'
import type { ScalarName } from './schema.js'
import { scalarVector } from './vectors.js'

/** How a FlatBuffer is read. */
export interface ReadOptions {
  /** What to call the file in messages: "the TFLite model". */
  readonly source: string
  /**
   * What to do with fields and union members that the schema does not know: `refuse` where the file is to be written again, since
   * they would be lost; `ignore` where it is only looked at.
   */
  readonly unknownFields: 'refuse' | 'ignore'
}

/** A table as it was read; {@link TableOf} is its type for those who know the schema. */
export type ReadTable = Readonly<Record<string, unknown>>

/**
 * As many tables as Google's own verifier admits, whose readers refuse a file with more. A table counts as often as something refers to
 * it, there as here.
 */
const MAX_TABLES = 1_000_000
const MAX_DEPTH = 64
/** The offset of the root table, the identifier, and the root table's own first offset. */
const MIN_BYTES = 12
/**
 * What a file's parts may come to where each counts as often as something refers to it, in bytes: what goes through a model part by part,
 * as a runtime does, takes time and memory in proportion to that. Bytes of weights do not count, which nobody goes through.
 */
const UNFOLDED = { base: 16 * 1024 * 1024, perByte: 4 } as const

/**
 * Reads a FlatBuffer into plain objects.
 *
 * Vectors of scalars are views into `bytes` where their alignment allows it, and copies otherwise; vectors of bytes are always views.
 * What several places of the file share is one object. Memory stays in proportion to the file, whatever it holds: each part is read
 * once, and all parts together may not be larger than twice the file. Parts that are shared so often that going through all references
 * would take more than a few times that are refused.
 *
 * @throws EdgeError `MODEL_INVALID` where an offset leads outside the file, or a string is not UTF-8; `MODEL_UNSUPPORTED` for
 *   unknown fields.
 */
export function readFlatBuffer(bytes: Uint8Array, plan: SchemaPlan, options: ReadOptions): ReadTable {
  return new Reader(bytes, options).root(plan)
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #text: Buffer
  readonly #view: DataView
  readonly #options: ReadOptions
  readonly #tables = new Map<TablePlan, Map<number, Known<ReadTable>>>()
  readonly #vectors = new Map<ScalarName | TablePlan | 'string', Map<number, Known<object>>>()
  readonly #strings = new Map<number, Known<string>>()
  readonly #path: (string | number)[] = []
  /** Bytes of the file that may still be visited. */
  #budget: number
  /** Bytes and tables of all parts so far, each as often as something refers to it. */
  #unfolded = 0
  #tableCount = 0

  constructor(bytes: Uint8Array, options: ReadOptions) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    // A Buffer's own views are Buffers; what is read is plain.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#options = options
    this.#budget = 2 * bytes.length
  }

  root({ identifier, root }: SchemaPlan): ReadTable {
    if (this.#bytes.length < MIN_BYTES)
      this.#fail(`at least ${MIN_BYTES} bytes`, `${this.#bytes.length} bytes`)
    const found = this.#text.toString('latin1', 4, 8)
    if (found !== identifier) this.#fail(`"${identifier}" at byte 4`, JSON.stringify(found))
    return this.#table(this.#follow(0), root)
  }

  #table(at: number, plan: TablePlan): ReadTable {
    let known = this.#tables.get(plan)
    if (known === undefined) {
      known = new Map()
      this.#tables.set(plan, known)
    }
    return this.#once(known, at, () => this.#newTable(at, plan))
  }

  /** Reads a part where it is met first, and knows afterwards what another reference to it stands for. */
  #once<T>(known: Map<number, Known<T>>, at: number, read: () => T): T {
    const before = known.get(at)
    if (before !== undefined) {
      this.#unfold(before.bytes, before.tables)
      return before.part
    }
    const bytes = this.#unfolded
    const tables = this.#tableCount
    const part = read()
    known.set(at, { part, bytes: this.#unfolded - bytes, tables: this.#tableCount - tables })
    return part
  }

  #newTable(at: number, plan: TablePlan): ReadTable {
    const { length } = this.#bytes
    this.#within(at, 4, 'a table')
    const vtable = at - this.#view.getInt32(at, true)
    if (vtable < 0 || vtable + 4 > length) this.#fail(`a vtable inside ${length} bytes`, `one at ${vtable}`)
    const slots = this.#view.getUint16(vtable, true)
    const size = this.#view.getUint16(vtable + 2, true)
    if (slots < 4 || slots % 2 !== 0) this.#fail('an even vtable size of 4 or more', String(slots))
    this.#within(vtable, slots, 'a vtable')
    if (size < 4) this.#fail('a table of 4 bytes or more', `${size} bytes`)
    this.#within(at, size, 'a table')
    this.#spend(size)
    this.#unfold(size, 1)
    if (this.#path.length > 2 * MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} levels`, 'more')
    // A copy of one template: what is left out costs nothing, and all tables of a kind have one shape.
    const table = { ...plan.template }
    const frame = { at, vtable, slots, size }
    for (let id = 0, slot = vtable + 4; slot < vtable + slots; id += 1, slot += 2) {
      if (this.#view.getUint16(slot, true) === 0) continue
      const field = plan.slots[id]
      if (field === undefined) this.#unknown(`field ${id} of the table ${plan.name}`)
      else if (field !== 'tag') table[field.name] = this.#field(field, frame)
      else this.#checkTag(id, plan, table, frame)
    }
    return table
  }

  #field(field: FieldPlan, frame: TableFrame): unknown {
    this.#path.push(field.name)
    const value = field.kind === 'scalar' ? this.#scalar(field, frame) : this.#reference(field, frame)
    this.#path.pop()
    return value
  }

  #reference(field: Exclude<FieldPlan, ScalarPlan>, frame: TableFrame): unknown {
    if (field.kind === 'union') return this.#union(field, frame)
    const target = this.#follow(this.#place(frame, field.id, 4))
    switch (field.kind) {
      case 'string':
        return this.#string(target)
      case 'strings':
        return this.#vector('string', target, () => this.#elements(target, (at) => this.#string(at)))
      case 'scalars':
        return this.#vector(field.scalar, target, () => this.#scalars(target, field.scalar))
      case 'table':
        return this.#table(target, field.table)
      case 'tables':
        return this.#vector(field.table, target, () =>
          this.#elements(target, (at) => this.#table(at, field.table)),
        )
    }
  }

  #scalar({ id, scalar }: ScalarPlan, frame: TableFrame): unknown {
    const place = this.#place(frame, id, SCALAR_BYTES[scalar])
    switch (scalar) {
      case 'bool':
        return this.#view.getUint8(place) !== 0
      case 'byte':
        return this.#view.getInt8(place)
      case 'ubyte':
        return this.#view.getUint8(place)
      case 'short':
        return this.#view.getInt16(place, true)
      case 'ushort':
        return this.#view.getUint16(place, true)
      case 'int':
        return this.#view.getInt32(place, true)
      case 'uint':
        return this.#view.getUint32(place, true)
      case 'float':
        return this.#view.getFloat32(place, true)
      case 'long':
        return this.#view.getBigInt64(place, true)
      case 'ulong':
        return this.#view.getBigUint64(place, true)
    }
  }

  /** A union that has a value; its tag says of which member. */
  #union({ id, members }: UnionPlan, frame: TableFrame): unknown {
    const tag = this.#tag(id - 1, frame)
    const member = members[tag - 1]
    if (member === undefined) {
      this.#unknown(tag === 0 ? 'a union without a tag' : `member ${tag} of a union of ${members.length}`)
      return undefined
    }
    const place = this.#place(frame, id, 4)
    return { type: member.name, value: this.#table(this.#follow(place), member) }
  }

  /** Reads the tag of a union whose value is left out. */
  #checkTag(id: number, plan: TablePlan, table: Record<string, unknown>, frame: TableFrame): void {
    const union = plan.slots[id + 1]
    if (typeof union !== 'object' || union.kind !== 'union' || this.#hasField(id + 1, frame)) return
    const tag = this.#tag(id, frame)
    const member = union.members[tag - 1]
    if (member !== undefined) table[union.name] = { type: member.name, value: undefined }
    else if (tag !== 0) this.#unknown(`member ${tag} of a union of ${union.members.length}`)
  }

  #tag(id: number, frame: TableFrame): number {
    return this.#hasField(id, frame) ? this.#view.getUint8(this.#place(frame, id, 1)) : 0
  }

  #hasField(id: number, { vtable, slots }: TableFrame): boolean {
    const slot = 4 + 2 * id
    return slot < slots && this.#view.getUint16(vtable + slot, true) !== 0
  }

  /** Where the value of a field is that its table has. */
  #place({ at, vtable, size }: TableFrame, id: number, bytes: number): number {
    const offset = this.#view.getUint16(vtable + 4 + 2 * id, true)
    if (offset < 4 || offset + bytes > size) {
      this.#fail(`${bytes} bytes inside a table of ${size}`, `offset ${offset}`)
    }
    return at + offset
  }

  #follow(place: number): number {
    this.#within(place, 4, 'an offset')
    const offset = this.#view.getUint32(place, true)
    const target = place + offset
    if (offset === 0 || target >= this.#bytes.length) {
      this.#fail(`an offset to a place inside ${this.#bytes.length} bytes`, `${offset} at byte ${place}`)
    }
    return target
  }

  #string(at: number): string {
    return this.#once(this.#strings, at, () => this.#newString(at))
  }

  #newString(at: number): string {
    const length = this.#length(at, 1, 'a string')
    const end = at + 4 + length
    this.#within(end, 1, 'the end of a string')
    if (this.#bytes[end] !== 0) this.#fail('a zero after a string', String(this.#bytes[end]))
    const text = this.#text.toString('utf8', at + 4, end)
    // Where the file really holds this character, decoding strictly gives it too.
    if (text.includes('\uFFFD')) this.#checkUtf8(at + 4, end)
    this.#unfold(length, 0)
    return text
  }

  #checkUtf8(begin: number, end: number): void {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.subarray(begin, end))
    } catch {
      this.#fail('text in UTF-8', 'other bytes')
    }
  }

  #vector(key: ScalarName | TablePlan | 'string', at: number, read: () => object): object {
    let known = this.#vectors.get(key)
    if (known === undefined) {
      known = new Map()
      this.#vectors.set(key, known)
    }
    return this.#once(known, at, read)
  }

  #scalars(at: number, scalar: ScalarName): object {
    const length = this.#length(at, SCALAR_BYTES[scalar], 'a vector')
    this.#unfold(scalar === 'ubyte' ? 0 : length * SCALAR_BYTES[scalar], 0)
    return scalarVector(this.#bytes, at + 4, length, scalar)
  }

  #elements<T>(at: number, read: (at: number) => T): T[] {
    const length = this.#length(at, 4, 'a vector')
    this.#unfold(4 * length, 0)
    const elements: T[] = []
    for (let index = 0; index < length; index += 1) {
      this.#path.push(index)
      elements.push(read(this.#follow(at + 4 + 4 * index)))
      this.#path.pop()
    }
    return elements
  }

  /** Number of elements of a vector or string that lies inside the file as a whole. */
  #length(at: number, elementBytes: number, what: string): number {
    this.#within(at, 4, what)
    const length = this.#view.getUint32(at, true)
    this.#within(at + 4, length * elementBytes, `${what} of ${length}`)
    this.#spend(4 + length * elementBytes)
    return length
  }

  #spend(bytes: number): void {
    this.#budget -= bytes
    if (this.#budget < 0) this.#fail('parts that do not overlap', 'parts larger than the file together')
  }

  /** Counts what a reference stands for. */
  #unfold(bytes: number, tables: number): void {
    this.#unfolded += bytes
    this.#tableCount += tables
    const most = UNFOLDED.base + UNFOLDED.perByte * this.#bytes.length
    if (this.#tableCount > MAX_TABLES) this.#fail(`at most ${MAX_TABLES} references to tables`, 'more')
    if (this.#unfolded > most) {
      this.#fail(`parts shared so that all references stand for at most ${most} bytes`, 'more')
    }
  }

  #within(at: number, bytes: number, what: string): void {
    if (at + bytes > this.#bytes.length) {
      this.#fail(`${what} inside ${this.#bytes.length} bytes`, `one that ends at byte ${at + bytes}`)
    }
  }

  #unknown(found: string): void {
    if (this.#options.unknownFields === 'ignore') return
    throw new EdgeError('MODEL_UNSUPPORTED', {
      summary: `${this.#options.source} has something at ${this.#where()} that this version does not know and would lose`,
      expected: 'only fields of the schema',
      found,
      remedy: 'Use a newer version of @edge/trt to edit this file.',
    })
  }

  #fail(expected: string, found: string): never {
    throw new EdgeError('MODEL_INVALID', {
      summary: `${this.#options.source} is truncated or corrupt at ${this.#where()}`,
      expected,
      found,
      remedy: 'Copy or download the file again.',
    })
  }

  #where(): string {
    if (this.#path.length === 0) return 'its beginning'
    return this.#path
      .map((part, index) => {
        if (typeof part === 'number') return `[${part}]`
        return index === 0 ? part : `.${part}`
      })
      .join('')
  }
}

/** A part that was read, and what a reference to it stands for. */
interface Known<T> {
  readonly part: T
  readonly bytes: number
  readonly tables: number
}

/** A table whose vtable is known to lie inside the file. */
interface TableFrame {
  readonly at: number
  readonly vtable: number
  /** Size of the vtable in bytes. */
  readonly slots: number
  /** Size of the table in bytes. */
  readonly size: number
}
