import { basename } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded } from '@edge/model'

// Five times what a line for each of the pictures that ImageNet is trained on takes.
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Classes of pictures from a file with a line for each: its name, with or without directories, a tab, the index.
 *
 * @returns of each picture its class; undefined for one that the file does not name.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `LABELS_INVALID`, also where it names none of the pictures: it is another data set's.
 */
export async function expectedClasses(
  path: string,
  images: readonly string[],
): Promise<(number | undefined)[]> {
  const classes = new Map<string, number>()
  const content = await readFileBounded(path, {
    what: 'file of classes',
    maxBytes: MOST_BYTES,
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
        remedy:
          'What is wanted is a file of pictures, with the class of each; a file with the names of the model’s classes, one a line, is another.',
      })
    }
    classes.set(name, Number(value))
  }
  const expected = images.map((image) => classes.get(image) ?? classes.get(basename(image)))
  if (expected.some((known) => known !== undefined)) return expected
  throw new EdgeError('LABELS_INVALID', {
    summary: `${path} says the class of none of the pictures`,
    expected: `a line for each, such as ${JSON.stringify(`${images[0] ?? 'a.jpg'}\t0`)}`,
    remedy: 'Names in the file are paths as they are given, or names without directories.',
  })
}
