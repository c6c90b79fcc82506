import { dirname, resolve } from 'node:path'
import { EdgeError } from '@edge/errors'
import { readFileBounded } from '@edge/model'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { casesOf } from './cases.js'
import { notYaml, outsideSchema } from './faults.js'
import { type Suite, suiteSchema } from './schema.js'

const MOST_BYTES = 1024 * 1024
// Each is a process that is open all the time, where they take turns.
const MOST_CASES = 1000

/** A suite, and where it was found: its paths are relative to that. */
export interface SuiteFile {
  readonly suite: Suite
  readonly path: string
  readonly directory: string
}

/**
 * Reads a suite.
 *
 * @param path - a YAML or JSON file.
 * @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `SUITE_INVALID` with the line.
 */
export async function readSuite(path: string): Promise<SuiteFile> {
  const content = await readFileBounded(path, {
    what: 'suite',
    maxBytes: MOST_BYTES,
    tooLarge: 'SUITE_INVALID',
  })
  const absolute = resolve(path)
  return { suite: parseSuite(content.toString('utf8'), path), path: absolute, directory: dirname(absolute) }
}

/**
 * Checks the text of a suite.
 *
 * @param name - what to call it in messages.
 * @throws EdgeError `SUITE_INVALID` with all that its schema does not allow.
 */
export function parseSuite(text: string, name: string): Suite {
  // No aliases beyond the few that a person writes: a small file must not become a large document.
  const lines = new LineCounter()
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines })
  const parsedText = { name, document, lines }
  if (document.errors.length > 0) throw notYaml(parsedText)
  if (document.contents === null) {
    throw new EdgeError('SUITE_INVALID', {
      summary: `the suite ${name} is empty`,
      expected: 'a name, a title and models, at least',
    })
  }
  const parsed = suiteSchema.safeParse(toValue(document, name))
  if (!parsed.success) throw outsideSchema(parsedText, parsed.error.issues)
  checkIdentifiers(parsed.data, name)
  return parsed.data
}

/** The JSON Schema of suites, for editors. */
export function suiteJsonSchema(): object {
  return z.toJSONSchema(suiteSchema, { io: 'input' })
}

function toValue(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 })
  } catch (cause) {
    throw new EdgeError('SUITE_INVALID', {
      summary: `the suite ${name} refers to itself too often`,
      expected: 'at most 50 aliases',
      cause,
    })
  }
}

function checkIdentifiers(suite: Suite, name: string): void {
  const { models, baseline, bars } = suite
  const seen = new Set<string>()
  for (const { id } of models) {
    if (seen.has(id)) {
      throw new EdgeError('SUITE_INVALID', {
        summary: `the suite ${name} has two models ${id}`,
        expected: 'ids that differ',
      })
    }
    seen.add(id)
  }
  // One without models takes them from the command line.
  if (models.length === 0) return
  checkAmount(suite, name)
  const cases = casesOf(suite).map(({ id }) => id)
  const twice = cases.find((id, index) => cases.indexOf(id) !== index)
  if (twice !== undefined) {
    throw new EdgeError('SUITE_INVALID', {
      summary: `the suite ${name} has the case ${twice} more than once`,
      expected: 'backends, threads, batches, precisions and scenarios that are each named once',
    })
  }
  if (baseline !== undefined && !seen.has(baseline) && !cases.includes(baseline)) {
    throw new EdgeError('SUITE_INVALID', {
      summary: `the baseline of the suite ${name} is none of its models or cases`,
      expected: [...seen, ...cases].join(', '),
      found: baseline,
    })
  }
  const unknown = bars.find((bar) => !cases.includes(bar.case))
  if (unknown !== undefined) {
    throw new EdgeError('SUITE_INVALID', {
      summary: `a bar of the suite ${name} is of none of its cases`,
      expected: cases.join(', '),
      found: unknown.case,
    })
  }
}

/** Before any of them is made: a few short lists make millions. */
function checkAmount(
  { models, backends, threads, batches, precisions, scenarios }: Suite,
  name: string,
): void {
  const each = batches.length * (precisions?.length ?? 1) * scenarios.length
  const count = models.reduce(
    (sum, model) => sum + each * (model.backends ?? backends).length * (model.threads ?? threads).length,
    0,
  )
  if (count <= MOST_CASES) return
  throw new EdgeError('SUITE_INVALID', {
    summary: `the suite ${name} has too many cases`,
    expected: `at most ${MOST_CASES} combinations of models, backends, threads, batches, precisions and scenarios`,
    found: String(count),
  })
}
