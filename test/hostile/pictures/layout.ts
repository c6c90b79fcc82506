/** Where in a picture's file things are that a decoder goes by. */

/** A number of a header. */
export interface Field {
  readonly name: string
  readonly at: number
  readonly bytes: 1 | 2 | 3 | 4
  readonly order: 'big' | 'little'
}

/** A chunk, a segment, a box, a block: what can be left out, doubled or moved as a whole. */
export interface Part {
  readonly name: string
  readonly begin: number
  readonly end: number
}

export interface Layout {
  readonly parts: readonly Part[]
  readonly fields: readonly Field[]
}

/** Takes down a layout while a file is gone through. */
export class LayoutWriter implements Layout {
  readonly parts: Part[] = []
  readonly fields: Field[] = []
  readonly #order: Field['order']

  /** @param order - of fields for which none is said. */
  constructor(order: Field['order']) {
    this.#order = order
  }

  part(name: string, begin: number, end: number): void {
    this.parts.push({ name, begin, end })
  }

  field(name: string, at: number, bytes: Field['bytes'], order = this.#order): void {
    this.fields.push({ name, at, bytes, order })
  }

  /** Fields of one size after one another. */
  row(names: readonly string[], at: number, bytes: Field['bytes']): void {
    for (const [index, name] of names.entries()) this.field(name, at + index * bytes, bytes)
  }

  /** A layout that lies within. */
  add({ parts, fields }: Layout): void {
    this.parts.push(...parts)
    this.fields.push(...fields)
  }
}

export function readField(bytes: Uint8Array, { at, bytes: size, order }: Field): number {
  let value = 0
  for (let index = 0; index < size; index += 1) {
    value = value * 256 + (bytes[at + (order === 'big' ? index : size - 1 - index)] ?? 0)
  }
  return value
}

export function writeField(bytes: Uint8Array, { at, bytes: size, order }: Field, value: number): void {
  let rest = value
  for (let index = 0; index < size; index += 1) {
    bytes[at + (order === 'big' ? size - 1 - index : index)] = rest % 256
    rest = Math.floor(rest / 256)
  }
}
