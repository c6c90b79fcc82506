import { stat } from 'node:fs/promises'
import { EdgeError } from '@edge/errors'
import { picturesIn } from './picture-files.js'

/**
 * Pictures that were named, and those of directories that were.
 *
 * @throws EdgeError `FILE_NOT_FOUND` where there are none.
 */
export async function namedPictures(named: readonly string[]): Promise<string[]> {
  const images: string[] = []
  for (const name of named) {
    if ((await stat(name).catch(() => undefined))?.isDirectory() !== true) images.push(name)
    else
      for await (const path of picturesIn(name, { recursive: false, unreadable: () => {} })) images.push(path)
  }
  if (named.length > 0 && images.length === 0) {
    throw new EdgeError('FILE_NOT_FOUND', { summary: `there are no pictures in ${named.join(', ')}` })
  }
  return images
}
