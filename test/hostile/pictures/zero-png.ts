import { constants, deflateRawSync } from 'node:zlib'
import { pngChunk } from './formats/png.js'

/** How many samples a pixel has, by PNG's colour type. */
const SAMPLES = { grey: 1, rgb: 3 } as const
const COLOUR_TYPE = { grey: 0, rgb: 2 } as const

// zlib's checksum is two sums modulo this: of bytes that are all zero, 1 and how many there are. RFC 1950.
const ADLER = 65521
const PIECE = 2 ** 20

/**
 * A black PNG of any size with all of its pixels, written in a moment: a megabyte of zeros is packed once, and that repeated.
 *
 * @param depth - bits of a sample.
 */
export function zeroPng(width: number, height: number, colour: 'grey' | 'rgb', depth: 1 | 8): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = COLOUR_TYPE[colour]
  // Each row is preceded by its filter: none.
  const bytes = height * (1 + Math.ceil((width * SAMPLES[colour] * depth) / 8))
  const piece = deflateRawSync(Buffer.alloc(PIECE), { finishFlush: constants.Z_FULL_FLUSH })
  const checksum = Buffer.alloc(4)
  checksum.writeUInt16BE(bytes % ADLER)
  checksum.writeUInt16BE(1, 2)
  const packed = [
    Buffer.of(0x78, 0x9c),
    ...Array<Buffer>(Math.floor(bytes / PIECE)).fill(piece),
    deflateRawSync(Buffer.alloc(bytes % PIECE)),
    checksum,
  ]
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', Buffer.concat(packed)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}
