import { EdgeError } from '@edge/errors'
import type { Document, LineCounter } from 'yaml'
import type { z } from 'zod'

// More than a person mends at a time.
const MOST_TOLD = 12

/** A suite's text, as it was parsed. */
export interface SuiteText {
  /** What to call it in messages. */
  readonly name: string
  readonly document: Document
  readonly lines: LineCounter
}

/** The error for text that is not YAML. */
export function notYaml({ name, document }: SuiteText): EdgeError {
  // Each is followed by the lines that it is about.
  const told = document.errors.map(({ message }) => (message.split('\n')[0] ?? 'an error').replace(/:$/, ''))
  return new EdgeError('SUITE_INVALID', { summary: `the suite ${name} is not YAML`, found: listed(told) })
}

/** The error for a suite that its schema does not allow, with all of what is wrong and where. */
export function outsideSchema(text: SuiteText, issues: readonly z.core.$ZodIssue[]): EdgeError {
  const faults = issues.flatMap((issue) => faultsOf(issue)).map(({ path, what }) => placed(text, path, what))
  return new EdgeError('SUITE_INVALID', {
    summary: `the suite ${text.name} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`,
    found: listed(faults),
    remedy: 'benchmarks/suites/suite.schema.json says what there is.',
  })
}

interface Fault {
  readonly path: readonly PropertyKey[]
  readonly what: string
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const { path } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], what: 'there is no such field' }))
    case 'invalid_type':
      return [{ path, what: wrongType(issue.message, [issue.expected]) }]
    case 'invalid_union': {
      const [first] = issue.errors[0] ?? []
      const types = issue.errors.flatMap(([one]) =>
        one?.code === 'invalid_type' && one.path.length === 0 ? [one.expected] : [],
      )
      if (types.length === issue.errors.length && first !== undefined)
        return [{ path, what: wrongType(first.message, types) }]
      // Of the kinds that it may be, it is one, and is wrong as such.
      const rest = issue.errors.flat().filter((one) => one.code !== 'invalid_type' || one.path.length > 0)
      return rest.slice(0, 1).flatMap((one) => faultsOf({ ...one, path: [...path, ...one.path] }))
    }
    case 'invalid_format':
      return [{ path, what: `a name begins with a letter or a digit, and has no more than those and . _ -` }]
    case 'too_small': {
      const least = `${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`
      return [{ path, what: `${issue.origin === 'array' ? 'a list of ' : ''}${least} belongs here` }]
    }
    default:
      return [{ path, what: issue.message.replace(/^(?:Invalid \w+|Too big): /, '') }]
  }
}

/** Words of its own for what is not there, and for nothing at all. */
function wrongType(message: string, expected: readonly string[]): string {
  const found = /received (.*)$/.exec(message)?.[1] ?? 'something else'
  if (found === 'undefined') return MISSING
  const wanted = expected.map((type) => TYPES.get(type) ?? type).join(' or ')
  return `${TYPES.get(found) ?? found} where ${wanted} belongs`
}

const MISSING = 'is missing'
const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map'],
  ['null', 'nothing'],
])

function placed({ document, lines }: SuiteText, path: readonly PropertyKey[], what: string): string {
  if (path.length === 0) return what
  if (what === MISSING) return `${path.join('.')} ${what}`
  const line = lineOf(document, lines, path)
  return `${path.join('.')}${line === undefined ? '' : ` in line ${line}`}: ${what}`
}

/** Of the innermost of its places that is there at all: a missing field has that of what it is missing in. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue
    const start: unknown = node.range[0]
    if (typeof start === 'number') return lines.linePos(start).line
  }
  return undefined
}

function listed(faults: readonly string[]): string {
  const more = faults.length - MOST_TOLD
  return [...faults.slice(0, MOST_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}
