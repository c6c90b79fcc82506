import { type Layout, LayoutWriter } from '../layout.js'

const [EXTENSION, IMAGE] = [0x21, 0x2c]
const GRAPHIC_CONTROL = 0xf9
const HEADER = 13

/** Blocks of a GIF: GIF89a's section 12 and on. */
export function gifLayout(bytes: Buffer): Layout {
  const layout = new LayoutWriter('little')
  layout.row(['width of the screen', 'height of the screen'], 6, 2)
  layout.row(['flags of the screen', 'background'], 10, 1)
  const colours = coloursOf(bytes[10] ?? 0)
  if (colours > 0) layout.part('colours', HEADER, HEADER + colours)
  let at = HEADER + colours
  while (at + 2 < bytes.length) {
    const begin = at
    if (bytes[at] === EXTENSION) {
      const label = bytes[at + 1] ?? 0
      layout.field('kind of the extension', at + 1, 1)
      if (label === GRAPHIC_CONTROL)
        layout.row(['length', 'disposal', 'delay', 'delay', 'transparent'], at + 2, 1)
      at = addData(layout, bytes, at + 2)
      layout.part(`extension ${label.toString(16)}`, begin, at)
    } else if (bytes[at] === IMAGE && at + 11 < bytes.length) {
      layout.row(['x', 'y', 'width', 'height'], at + 1, 2)
      layout.row(['flags of the picture'], at + 9, 1)
      at += 10 + coloursOf(bytes[at + 9] ?? 0)
      layout.field('code size', at, 1)
      at = addData(layout, bytes, at + 1)
      layout.part('picture', begin, at)
    } else return layout
  }
  return layout
}

/** Bytes of the table that a block's flags announce. */
function coloursOf(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Goes through blocks of data up to the empty one. */
function addData(layout: LayoutWriter, bytes: Buffer, from: number): number {
  let at = from
  for (;;) {
    const length = bytes[at] ?? 0
    if (at >= bytes.length) return bytes.length
    layout.field('length of data', at, 1)
    at += 1 + length
    if (length === 0) return Math.min(at, bytes.length)
  }
}
