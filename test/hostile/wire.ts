/** Mutations of a file as bytes: single ones, and FlatBuffers' own offsets, vtables and lengths. */
import type { Random } from './random.js'

/** Changes one to three bytes or bits anywhere. */
export function mutateBytes(bytes: Uint8Array, random: Random): string {
  const places: number[] = []
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(bytes.length)
    bytes[at] = random.chance(0.5) ? (bytes[at] ?? 0) ^ (1 << random.below(8)) : random.below(256)
    places.push(at)
  }
  return `bytes: ${places.join(', ')}`
}

/** A table of a file, with the places of its fields. */
interface Table {
  readonly at: number
  readonly vtable: number
  readonly fields: readonly number[]
}

/** Changes an offset, a vtable, the length of a vector, or cuts the file off. */
export function mutateWire(bytes: Uint8Array, random: Random): { bytes: Uint8Array; what: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tables = tablesIn(view)
  if (tables.length === 0 || random.chance(0.08)) {
    const length = random.below(bytes.length)
    return { bytes: bytes.slice(0, length), what: `wire: cut off at ${length}` }
  }
  const table = random.pick(tables)
  return { bytes, what: `wire: ${changeTable(view, table, tables, random)}` }
}

function changeTable(
  view: DataView,
  { at, vtable, fields }: Table,
  tables: readonly Table[],
  random: Random,
): string {
  const place = fields.length === 0 ? at : random.pick(fields)
  const kind = place + 4 > view.byteLength ? 0 : random.below(6)
  switch (kind) {
    case 0: {
      const size = random.pick([0, 2, 3, 4, 6, 0xffff, view.getUint16(vtable, true) + 2])
      view.setUint16(vtable, size, true)
      return `size of the vtable at ${vtable} is ${size}`
    }
    case 1: {
      const entry = vtable + 4 + 2 * random.below(Math.max(1, (view.getUint16(vtable, true) - 4) / 2))
      const offset = random.pick([0, 1, 2, 3, 4, 8, 0xffff, random.below(64)])
      if (entry + 2 <= view.byteLength) view.setUint16(entry, offset, true)
      return `entry ${entry} of the vtable at ${vtable} is ${offset}`
    }
    case 2: {
      const target = random.pick(tables).vtable
      view.setInt32(
        at,
        random.chance(0.7) ? at - target : random.pick([0, -4, 2 ** 31 - 1, -(2 ** 31)]),
        true,
      )
      return `the table at ${at} has the vtable at ${target}`
    }
    case 3: {
      const offset = random.pick([
        0,
        1,
        4,
        0x7fffffff,
        0xffffffff,
        view.byteLength,
        view.getUint32(place, true) + 4,
      ])
      view.setUint32(place, offset >>> 0, true)
      return `the field at ${place} is ${offset}`
    }
    case 4: {
      // Elsewhere in the file: what another table is taken for, or a cycle in what should be a tree.
      const target = random.pick(tables).at
      view.setUint32(place, (target - place) >>> 0, true)
      return `the field at ${place} leads to the table at ${target}`
    }
    default: {
      const target = place + view.getUint32(place, true)
      const length = random.pick([0, 1, 2, 1000, 0x10000, 0x3fffffff, 0x7fffffff, 0xffffffff])
      if (target + 4 <= view.byteLength) view.setUint32(target, length, true)
      return `the vector at ${target} has length ${length}`
    }
  }
}

/** Tables are told by their vtables: a table begins with how far before it its vtable lies, a vtable with both sizes. */
function tablesIn(view: DataView): readonly Table[] {
  const tables: Table[] = []
  for (let at = 8; at + 4 <= view.byteLength; at += 4) {
    const vtable = at - view.getInt32(at, true)
    if (vtable < 8 || vtable === at || vtable + 4 > view.byteLength) continue
    const [size, tableSize] = [view.getUint16(vtable, true), view.getUint16(vtable + 2, true)]
    if (size < 4 || size % 2 !== 0 || vtable + size > view.byteLength) continue
    if (tableSize < 4 || at + tableSize > view.byteLength) continue
    const offsets = Array.from({ length: (size - 4) / 2 }, (_, i) => view.getUint16(vtable + 4 + 2 * i, true))
    if (offsets.some((offset) => offset >= tableSize)) continue
    tables.push({ at, vtable, fields: offsets.filter((offset) => offset >= 4).map((offset) => at + offset) })
  }
  return tables
}
