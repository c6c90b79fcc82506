import { type Layout, LayoutWriter } from '../layout.js'

// How far behind its header the boxes within a box begin: ISO 14496-12, and ISO 23008-12 for those of pictures.
const WITHIN: ReadonlyMap<string, number> = new Map([
  ['meta', 4],
  ['iinf', 6],
  ['iref', 4],
  ['iprp', 0],
  ['ipco', 0],
  ['dinf', 0],
])

/** Of longer boxes, such as colour profiles, only what they begin with says something about the rest. */
const DESCRIBED = 64

/** Boxes of an AVIF. Those that hold numbers have all of their bytes as fields: what they mean depends on their versions. */
export function avifLayout(bytes: Buffer): Layout {
  const layout = new LayoutWriter('big')
  addBoxes(layout, bytes, 0, bytes.length)
  return layout
}

function addBoxes(layout: LayoutWriter, bytes: Buffer, begin: number, end: number): void {
  for (let at = begin; at + 8 <= end; ) {
    const length = bytes.readUInt32BE(at)
    const name = bytes.toString('latin1', at + 4, at + 8)
    layout.field(`length of ${name}`, at, 4)
    if (length < 8 || at + length > end) return
    layout.part(name, at, at + length)
    const within = WITHIN.get(name)
    if (within !== undefined) addBoxes(layout, bytes, at + 8 + within, at + length)
    else if (name === 'ispe') layout.row(['width', 'height'], at + 12, 4)
    else if (name !== 'mdat') {
      const described = Math.min(length, DESCRIBED)
      for (let byte = 8; byte < described; byte += 1) layout.field(`byte ${byte} of ${name}`, at + byte, 1)
      for (let word = 8; word + 4 <= described; word += 2)
        layout.field(`word ${word} of ${name}`, at + word, 4)
    }
    at += length
  }
}
