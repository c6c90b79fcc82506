import { readFileBounded, toFilePath } from '@edge/model'
import { checkSignature, SIGNATURE_BYTES } from './signature.js'

/** A picture: the path of a JPEG or PNG file, a `file:` URL, or the file's bytes (left alone until the call has ended). */
export type ImageSource = string | URL | Uint8Array

/** The bytes of a picture whose format was checked. */
export interface EncodedPicture {
  readonly bytes: Uint8Array
  /** What to call it in messages. */
  readonly name: string
}

/** The largest picture file that is read. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024

/**
 * What to call a picture in messages and tables.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export function sourceName(source: ImageSource): string {
  return source instanceof Uint8Array ? `(${source.length} bytes in memory)` : String(source)
}

/**
 * Reads a picture's bytes and checks that they may be one.
 *
 * A file is read here and not by libvips: libvips keeps what it decoded under the file's name, and would return an old frame of a
 * camera that writes each one over the last.
 *
 * @throws EdgeError `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `IMAGE_INVALID`, `IMAGE_UNSUPPORTED`.
 */
export async function readPicture(source: ImageSource): Promise<EncodedPicture> {
  if (source instanceof Uint8Array) {
    const name = sourceName(source)
    checkSignature(source.subarray(0, SIGNATURE_BYTES), name)
    return { bytes: source, name }
  }
  const path = toFilePath(source, 'picture', 'a path, a file: URL or a Uint8Array with the bytes of the file')
  const bytes = await readFileBounded(path, {
    what: 'picture',
    maxBytes: MAX_FILE_BYTES,
    tooLarge: 'IMAGE_UNSUPPORTED',
    remedy: 'Make it smaller first.',
    header: { bytes: SIGNATURE_BYTES, check: (header) => checkSignature(header, path) },
  })
  return { bytes, name: path }
}
