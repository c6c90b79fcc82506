import { type Layout, LayoutWriter } from '../layout.js'

const [SHORT, LONG] = [3, 4]
const [STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES, EXIF] = [273, 279, 324, 325, 34665]
const LISTS: readonly number[] = [STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES]

/**
 * Directories of a TIFF: TIFF 6.0, section 2.
 *
 * @param begin - where it begins, and what its offsets count from: EXIF data are a TIFF within another file.
 */
export function tiffLayout(bytes: Buffer, begin = 0): Layout {
  return new Walk(bytes, begin).layout()
}

class Walk {
  readonly #bytes: Buffer
  readonly #begin: number
  readonly #layout: LayoutWriter
  readonly #read: { readonly u16: (at: number) => number; readonly u32: (at: number) => number }
  /** Where it says where a directory is. */
  readonly #pointers: number[]

  constructor(bytes: Buffer, begin: number) {
    const isLittle = bytes[begin] === 0x49
    this.#bytes = bytes
    this.#begin = begin
    this.#layout = new LayoutWriter(isLittle ? 'little' : 'big')
    this.#read = {
      u16: (at) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
      u32: (at) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    }
    this.#pointers = [begin + 4]
  }

  layout(): Layout {
    this.#layout.field('version', this.#begin + 2, 2)
    const seen = new Set<number>()
    for (let pointer = this.#pointers.pop(); pointer !== undefined; pointer = this.#pointers.pop()) {
      if (pointer + 4 > this.#bytes.length) continue
      this.#layout.field('offset of a directory', pointer, 4)
      const offset = this.#read.u32(pointer)
      if (offset === 0 || seen.has(offset)) continue
      seen.add(offset)
      this.#directory(this.#begin + offset)
    }
    return this.#layout
  }

  #directory(at: number): void {
    if (at + 2 > this.#bytes.length) return
    const end = at + 2 + 12 * this.#read.u16(at)
    if (end > this.#bytes.length) return
    this.#layout.field('number of entries', at, 2)
    const lists = new Map<number, readonly number[]>()
    for (let entry = at + 2; entry < end; entry += 12) {
      const tag = this.#entry(entry)
      if (LISTS.includes(tag)) lists.set(tag, this.#list(entry, tag))
    }
    this.#pixels(lists.get(STRIP_OFFSETS), lists.get(STRIP_BYTES))
    this.#pixels(lists.get(TILE_OFFSETS), lists.get(TILE_BYTES))
    this.#pointers.push(end)
  }

  #entry(at: number): number {
    const { u16, u32 } = this.#read
    const tag = u16(at)
    this.#layout.part(`entry ${tag}`, at, at + 12)
    this.#layout.row([`tag ${tag}`, `type of ${tag}`], at, 2)
    this.#layout.row([`count of ${tag}`, `value of ${tag}`], at + 4, 4)
    if (u16(at + 2) === SHORT && u32(at + 4) === 1) this.#layout.field(`value of ${tag}`, at + 8, 2)
    if (tag === EXIF) this.#pointers.push(at + 8)
    return tag
  }

  /** The values of an entry: if there are several, it has their place. */
  #list(entry: number, tag: number): readonly number[] {
    const { u16, u32 } = this.#read
    const [size, length] = [u16(entry + 2) === LONG ? 4 : 2, u32(entry + 4)] as const
    const at = length * size <= 4 ? entry + 8 : this.#begin + u32(entry + 8)
    if (at + length * size > this.#bytes.length) return []
    return Array.from({ length }, (_, index) => {
      this.#layout.field(`item ${index} of ${tag}`, at + index * size, size)
      return (size === 4 ? u32 : u16)(at + index * size)
    })
  }

  #pixels(offsets: readonly number[] = [], lengths: readonly number[] = []): void {
    for (const [index, offset] of offsets.entries()) {
      const begin = this.#begin + offset
      const end = begin + (lengths[index] ?? 0)
      if (end <= this.#bytes.length) this.#layout.part('pixels', begin, end)
    }
  }
}
