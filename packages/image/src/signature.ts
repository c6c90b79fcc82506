import { EdgeError } from '@edge/errors'

/** The formats of pictures that are decoded. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif'

/** How many bytes from a file's beginning {@link checkSignature} looks at: an AVIF's box of brands may be that long. */
export const SIGNATURE_BYTES = 64

const FORMATS = 'JPEG, PNG, WebP, AVIF, TIFF or GIF'

const DECODED: readonly (readonly [format: PictureFormat, offset: number, signature: string])[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
]

// Only so that the message can name the format. Looked at first: what cameras write raw begins as TIFF does.
const KNOWN: readonly (readonly [format: string, offset: number, signature: string])[] = [
  ['a raw picture of a camera', 8, 'CR\x02\0'],
  ['BMP', 0, 'BM'],
  ['BigTIFF', 0, 'II+\0'],
  ['BigTIFF', 0, 'MM\0+'],
  ['HEIF', 4, 'ftyp'],
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG XL', 4, 'JXL '],
  ['JPEG 2000', 4, 'jP  '],
  ['SVG', 0, '<svg'],
  ['SVG or other XML', 0, '<?xml'],
  ['PDF', 0, '%PDF'],
]

/**
 * Tells a picture's format from its first bytes.
 *
 * This happens before libvips sees the bytes, so that input that nobody vouches for reaches six decoders, not the dozen that
 * libvips carries; among the others are those that read further files.
 *
 * @param header - the first {@link SIGNATURE_BYTES} bytes, or all of a shorter file.
 * @param name - what to call the picture in messages.
 * @throws EdgeError `IMAGE_UNSUPPORTED` for a picture of another format, `IMAGE_INVALID` for anything else.
 */
export function checkSignature(header: Uint8Array, name: string): PictureFormat {
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength)
    .subarray(0, SIGNATURE_BYTES)
    .toString('latin1')
  const isAt = ([, offset, signature]: readonly [string, number, string]) =>
    text.startsWith(signature, offset)
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp'
  if (isAvif(text)) return 'avif'
  const known = KNOWN.find(isAt)
  if (known !== undefined) {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the picture ${name} is of a format that is not decoded here`,
      expected: FORMATS,
      found: known[0],
      remedy: 'Convert it to JPEG or PNG.',
    })
  }
  const decoded = DECODED.find(isAt)
  if (decoded !== undefined) return decoded[0]
  throw new EdgeError('IMAGE_INVALID', {
    summary: header.length === 0 ? `the picture ${name} is empty` : `${name} is not a picture`,
    expected: `a file of ${FORMATS}`,
    found: header.length === 0 ? '0 bytes' : `a file that begins with ${describe(header)}`,
    remedy: 'Check the path, or copy the picture again.',
  })
}

/** ISO 14496-12's first box: its length, `ftyp`, the major brand, a version, and the brands that the file is compatible with. */
function isAvif(text: string): boolean {
  if (!text.startsWith('ftyp', 4)) return false
  const length = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + text.charCodeAt(index), 0)
  for (let at = 8; at + 4 <= Math.min(length, text.length); at += 4) {
    if (at !== 12 && ['avif', 'avis'].includes(text.slice(at, at + 4))) return true
  }
  return false
}

function describe(header: Uint8Array): string {
  const bytes = [...header.subarray(0, 8)]
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return JSON.stringify(String.fromCharCode(...bytes))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
