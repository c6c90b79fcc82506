import { constants, crc32, deflateSync, inflateSync } from 'node:zlib'
import { type Layout, LayoutWriter } from '../layout.js'

const SIGNATURE = 8
/** Length, type and checksum. */
const AROUND = 12

/** Chunks of a PNG: its specification's section 5. */
export function pngLayout(bytes: Buffer): Layout {
  const layout = new LayoutWriter('big')
  for (const { name, at, end } of chunks(bytes)) {
    layout.part(name, at, end)
    layout.field(`length of ${name}`, at, 4)
    layout.field(`type of ${name}`, at + 4, 4)
    if (name === 'IHDR') {
      layout.row(['width', 'height'], at + 8, 4)
      layout.row(['bit depth', 'colour type', 'compression', 'filter', 'interlacing'], at + 16, 1)
    } else if (name === 'IDAT') layout.row(['zlib method', 'zlib flags', 'deflate'], at + 8, 1)
    else layout.field(`first byte of ${name}`, at + 8, 1)
  }
  return layout
}

/** Puts right the checksums of all chunks that are whole: without, a decoder looks no further into one that was changed. */
export function mendPng(bytes: Buffer): void {
  for (const { at, end } of chunks(bytes))
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end - 4)), end - 4)
}

/**
 * Packs the rows anew after a change.
 *
 * @param change - of the filtered rows, behind each one's filter.
 */
export function repackPng(bytes: Buffer, change: (rows: Buffer) => Buffer): Buffer {
  const all = [...chunks(bytes)]
  const packed = all
    .filter(({ name }) => name === 'IDAT')
    .map(({ at, end }) => bytes.subarray(at + 8, end - 4))
  const rows = change(inflateSync(Buffer.concat(packed), { finishFlush: constants.Z_SYNC_FLUSH }))
  const first = all.findIndex(({ name }) => name === 'IDAT')
  return Buffer.concat([
    bytes.subarray(0, SIGNATURE),
    ...all.flatMap(({ name, at, end }, index) => {
      if (name !== 'IDAT') return [bytes.subarray(at, end)]
      return index === first ? [pngChunk('IDAT', deflateSync(rows))] : []
    }),
  ])
}

/** A chunk with its length and its checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(AROUND + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return chunk
}

function* chunks(bytes: Buffer): Generator<{ name: string; at: number; end: number }> {
  for (let at = SIGNATURE; at + AROUND <= bytes.length; ) {
    const end = at + AROUND + bytes.readUInt32BE(at)
    if (end > bytes.length) return
    yield { name: bytes.toString('latin1', at + 4, at + 8), at, end }
    at = end
  }
}
