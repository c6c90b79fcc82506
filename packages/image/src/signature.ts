import { EdgeError } from '@edge/errors'

/** The formats of pictures that are decoded. */
export type PictureFormat = 'jpeg' | 'png'

/** How many bytes from a file's beginning {@link checkSignature} looks at. */
export const SIGNATURE_BYTES = 16

const DECODED: readonly (readonly [format: PictureFormat, signature: readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
]

// Only so that the message can name the format.
const KNOWN: readonly (readonly [format: string, offset: number, signature: string])[] = [
  ['GIF', 0, 'GIF8'],
  ['WebP', 8, 'WEBP'],
  ['BMP', 0, 'BM'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['AVIF or HEIF', 4, 'ftyp'],
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
 * This happens before libvips sees the bytes, so that input that nobody vouches for reaches two decoders, not the dozen that
 * libvips carries.
 *
 * @param header - the first {@link SIGNATURE_BYTES} bytes, or all of a shorter file.
 * @param name - what to call the picture in messages.
 * @throws EdgeError `IMAGE_UNSUPPORTED` for a picture of another format, `IMAGE_INVALID` for anything else.
 */
export function checkSignature(header: Uint8Array, name: string): PictureFormat {
  for (const [format, signature] of DECODED) {
    if (signature.every((byte, index) => header[index] === byte)) return format
  }
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1')
  const known = KNOWN.find(([, offset, signature]) => text.startsWith(signature, offset))
  if (known !== undefined) {
    throw new EdgeError('IMAGE_UNSUPPORTED', {
      summary: `the picture ${name} is of a format that is not decoded here`,
      expected: 'JPEG or PNG',
      found: known[0],
      remedy: 'Convert it to JPEG or PNG.',
    })
  }
  throw new EdgeError('IMAGE_INVALID', {
    summary: header.length === 0 ? `the picture ${name} is empty` : `${name} is not a picture`,
    expected: 'a JPEG or PNG file',
    found: header.length === 0 ? '0 bytes' : `a file that begins with ${describe(header)}`,
    remedy: 'Check the path, or copy the picture again.',
  })
}

function describe(header: Uint8Array): string {
  const bytes = [...header.subarray(0, 8)]
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return JSON.stringify(String.fromCharCode(...bytes))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
