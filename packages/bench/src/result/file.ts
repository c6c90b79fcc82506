import { readFileBounded } from '@edge/model'
import { parseResults } from './parse.js'
import type { ResultFile } from './schema.js'
import { writeWhole } from './write-whole.js'

/** Thirty times what 20 models with 10,000 inferences each take, and less than the longest string. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Reads a file of results.
 *
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `RESULTS_INVALID` for one that is damaged, larger than 256 MiB, or of another
 * version of the format.
 */
export async function readResults(path: string): Promise<ResultFile> {
  const content = await readFileBounded(path, {
    what: 'file of results',
    maxBytes: MOST_BYTES,
    tooLarge: 'RESULTS_INVALID',
  })
  return parseResults(content.toString('utf8'), path)
}

/**
 * Writes a file of results in one step: whoever reads it, and whoever stops this process meanwhile, finds the earlier file or the new one.
 *
 * Meant to be called after each round: 20 models with 10,000 inferences each take a few tenths of a second.
 *
 * @throws EdgeError `FILE_UNWRITABLE`; an earlier file is then as it was.
 */
export async function writeResults(path: string, results: ResultFile): Promise<void> {
  await writeWhole(path, resultsText(results), 'file of results')
}

/** The text of a file of results, in parts: a line for each member, and for each model and ratio one of its own. */
export function* resultsText(results: ResultFile): Generator<string> {
  let separator = '{\n'
  for (const [name, value] of Object.entries(results)) {
    if (value === undefined) continue
    yield `${separator}${JSON.stringify(name)}: `
    separator = ',\n'
    if ((name === 'models' || name === 'ratios') && Array.isArray(value) && value.length > 0) {
      for (const [index, one] of value.entries()) yield `${index === 0 ? '[\n' : ',\n'}${JSON.stringify(one)}`
      yield '\n]'
    } else {
      yield JSON.stringify(value)
    }
  }
  yield '\n}\n'
}
