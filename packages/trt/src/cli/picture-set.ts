import { stat } from 'node:fs/promises'
import { EdgeError } from '@edge/errors'
import { picturesIn } from './picture-files.js'
import { systemError } from './system-error.js'

const FORMATS = 'AVIF, GIF, JPEG, PNG, TIFF, WebP'

/**
 * Pictures that were named, and those of directories that were.
 *
 * @throws EdgeError `FILE_NOT_FOUND` where one that is named is not there, or there are none; `FILE_UNREADABLE`.
 */
export async function namedPictures(named: readonly string[]): Promise<string[]> {
  const images: string[] = []
  for (const name of named) {
    const there = await stat(name).catch((error: unknown) => {
      throw systemError(`picture or directory of pictures (${FORMATS})`, name, error)
    })
    if (!there.isDirectory()) images.push(name)
    else
      for await (const path of picturesIn(name, { recursive: false, unreadable: () => {} })) images.push(path)
  }
  if (named.length > 0 && images.length === 0) {
    throw new EdgeError('FILE_NOT_FOUND', {
      summary: `there are no pictures in ${named.join(', ')}`,
      expected: `files of these formats, not in directories within: ${FORMATS}`,
    })
  }
  return images
}
