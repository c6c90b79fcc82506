import { compareResults, compareUnpairedRounds, comparisonText, readResults } from '@edge/bench'
import { paletteFor } from '@edge/bench/text'
import { EXIT } from './exit-code.js'
import { failureText, toFailure } from './failure.js'
import { decimal, type Flags } from './flags.js'

const DEFAULT_PER_CENT = 5

/**
 * `edge-trt bench compare`.
 *
 * @returns the exit code: 1 for a regression, and where there is nothing to compare; 0 where figures are unreliable, however they differ.
 * @throws UsageError for a threshold out of range.
 */
export async function benchCompareCommand(before: string, after: string, flags: Flags): Promise<number> {
  const threshold = (decimal(flags, 'threshold', 0, 1000) ?? DEFAULT_PER_CENT) / 100
  const files = []
  for (const path of [before, after]) {
    try {
      files.push(await readResults(path))
    } catch (error) {
      const failure = toFailure(path, error)
      process.stderr.write(failureText(failure, error))
      if (flags.json === true) writeDocument({ before, after, errors: [failure] })
      return EXIT.failed
    }
  }
  const [first, second] = files
  if (first === undefined || second === undefined) return EXIT.failed
  const comparison = compareResults(first, second, {
    threshold,
    // Two runs: what happened in a round of the one has nothing to do with the same round of the other.
    compareRounds: (one, other) => compareUnpairedRounds(other, one),
  })
  if (flags.json === true) writeDocument({ before, after, ...comparison, errors: [] })
  else process.stdout.write(comparisonText(comparison, paletteFor(process.stdout)))
  // What compared nothing has not found that nothing became slower.
  return comparison.regression || comparison.pairs.length === 0 ? EXIT.failed : EXIT.ok
}

function writeDocument(document: object): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
