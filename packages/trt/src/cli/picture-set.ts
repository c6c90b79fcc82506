import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded } from '@edge/model'
import { picturesIn } from './picture-files.js'

// Five times what a line for each of the pictures that ImageNet is trained on takes.
const MOST_LABELS_BYTES = 256 * 1024 * 1024

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

/**
 * Classes of pictures from a file with a line for each: its name, with or without directories, a tab, the index.
 *
 * @returns of each picture its class; undefined for one that the file does not name.
 * @throws EdgeError `LABELS_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function expectedClasses(
  path: string,
  images: readonly string[],
): Promise<(number | undefined)[]> {
  const classes = new Map<string, number>()
  const content = await readFileBounded(path, {
    what: 'file of classes',
    maxBytes: MOST_LABELS_BYTES,
    tooLarge: 'LABELS_INVALID',
  })
  for (const [index, row] of content.toString('utf8').split(/\r?\n/).entries()) {
    if (row === '' || row.startsWith('#')) continue
    const [name = '', value = ''] = row.split('\t')
    if (name === '' || !/^\d{1,7}$/.test(value)) {
      throw new EdgeError('LABELS_INVALID', {
        summary: `line ${index + 1} of ${path} does not say a picture's class`,
        expected: 'a name, a tab, and the index of a class',
        found: row.slice(0, 100),
      })
    }
    classes.set(name, Number(value))
  }
  return images.map((image) => classes.get(image) ?? classes.get(basename(image)))
}
