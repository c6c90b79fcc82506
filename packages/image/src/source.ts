import { EdgeError } from '@edge/errors'
import { openFile, toFilePath } from '@edge/model'
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

/** What to call a picture in messages and tables. */
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
  const path = toFilePath(source, 'picture')
  return { bytes: await readFile(path), name: path }
}

async function readFile(path: string): Promise<Uint8Array> {
  const { handle, bytes } = await openFile(path, 'picture')
  try {
    // An explicit position leaves the file's own where it is, at the beginning.
    const { bytesRead, buffer } = await handle.read(new Uint8Array(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0)
    checkSignature(buffer.subarray(0, bytesRead), path)
    if (bytes > MAX_FILE_BYTES) {
      throw new EdgeError('IMAGE_UNSUPPORTED', {
        summary: `the picture ${path} is too large a file`,
        expected: `at most ${MAX_FILE_BYTES} bytes`,
        found: String(bytes),
        remedy: 'Make it smaller first.',
      })
    }
    return await handle.readFile()
  } catch (error) {
    if (error instanceof EdgeError) throw error
    throw new EdgeError('FILE_UNREADABLE', {
      summary: `the picture ${path} cannot be read`,
      found: error instanceof Error ? error.message : String(error),
      remedy: 'Check the disk, or copy the picture again.',
      cause: error,
    })
  } finally {
    await handle.close()
  }
}
