import { type Layout, LayoutWriter } from '../layout.js'

/** Signature, size of the file, `WEBP`. */
const HEADER = 12
/** What stands in a frame of an animation before the chunks of its picture. */
const FRAME = 16

/** Chunks of a WebP: RFC 9649. */
export function webpLayout(bytes: Buffer): Layout {
  const layout = new LayoutWriter('little')
  layout.field('size of the file', 4, 4)
  addChunks(layout, bytes, HEADER, bytes.length)
  return layout
}

/** Puts the file's size right, which decoders hold against what there is. */
export function mendWebp(bytes: Buffer): void {
  if (bytes.length >= HEADER) bytes.writeUInt32LE(bytes.length - 8, 4)
}

function addChunks(layout: LayoutWriter, bytes: Buffer, begin: number, end: number): void {
  for (let at = begin; at + 8 <= end; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    // Chunks begin at even places.
    const next = at + 8 + length + (length % 2)
    layout.field(`length of ${name}`, at + 4, 4)
    if (next > end) return
    layout.part(name, at, next)
    describeChunk(layout, name, at + 8)
    if (name === 'ANMF') addChunks(layout, bytes, at + 8 + FRAME, at + 8 + length)
    at = next
  }
}

function describeChunk(layout: LayoutWriter, name: string, at: number): void {
  if (name === 'VP8X') {
    layout.field('flags', at, 1)
    layout.row(['width of the canvas', 'height of the canvas'], at + 4, 3)
  } else if (name === 'VP8 ') {
    layout.row(['frame tag', 'size of the first partition'], at, 1)
    layout.field('start code', at + 3, 3)
    layout.row(['width', 'height'], at + 6, 2)
    layout.row(['colour space', 'segmentation', 'filter', 'partitions'], at + 10, 1)
  } else if (name === 'VP8L') {
    layout.field('signature', at, 1)
    layout.field('width, height and version', at + 1, 4)
    layout.row(['transform', 'colour cache'], at + 5, 1)
  } else if (name === 'ALPH') {
    layout.row(['filter of alpha', 'alpha'], at, 1)
  } else if (name === 'ANIM') {
    layout.field('loops', at + 4, 2)
  } else if (name === 'ANMF') {
    layout.row(['x', 'y', 'width of the frame', 'height of the frame', 'duration'], at, 3)
    layout.field('flags of the frame', at + 15, 1)
  }
}
