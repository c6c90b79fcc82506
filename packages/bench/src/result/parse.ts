import { EdgeError } from '@edge/errors'
import { checkConsistency } from './consistency.js'
import { RESULT_SCHEMA, type ResultFile, resultFileSchema } from './schema.js'

/**
 * Checks the text of a file of results.
 *
 * @param name - what to call it in messages.
 * @throws EdgeError `RESULTS_INVALID`.
 */
export function parseResults(text: string, name: string): ResultFile {
  const value = toValue(text, name)
  checkVersion(value, name)
  const parsed = resultFileSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue === undefined ? '' : placeOf(issue.path)
    throw damaged(name, {
      summary: `the results ${name} say something that results do not say${place === '' ? '' : ` at ${place}`}`,
      found: issue?.message ?? 'an error',
    })
  }
  checkConsistency(parsed.data, (place, expected, found) => {
    throw damaged(name, { summary: `the results ${name} contradict themselves at ${place}`, expected, found })
  })
  return parsed.data
}

function toValue(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw damaged(name, {
      summary: `the results ${name} are not JSON`,
      found: text === '' ? 'an empty file' : cause instanceof Error ? shortened(cause.message) : 'an error',
      cause,
    })
  }
}

/** Apart from the rest of the schema: what another version has otherwise is no damage. */
function checkVersion(value: unknown, name: string): void {
  const schema: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'schema') : undefined
  if (schema === RESULT_SCHEMA) return
  const isOurs = typeof schema === 'string' && /^edge-bench\/\d+$/.test(schema)
  throw new EdgeError('RESULTS_INVALID', {
    summary: isOurs
      ? `the results ${name} are of another version of the format`
      : `${name} is not a file of benchmark results`,
    expected: `"schema": "${RESULT_SCHEMA}"`,
    found: wordOf(schema),
    remedy: isOurs
      ? 'Read it with the version of edge-trt that wrote it, or measure again.'
      : 'Check the path: results are what `edge-trt bench --json FILE` writes.',
  })
}

function wordOf(schema: unknown): string {
  if (schema === undefined) return 'no schema'
  // It may be nested more deeply than it could be written.
  return typeof schema === 'object' ? 'a list, an object or null' : shortened(JSON.stringify(schema))
}

function damaged(
  name: string,
  parts: { summary: string; expected?: string; found: string; cause?: unknown },
): EdgeError {
  return new EdgeError('RESULTS_INVALID', {
    ...parts,
    remedy: `Measure again; nothing in ${name} was changed.`,
  })
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, part) => {
    if (typeof part === 'number') return `${place}[${part}]`
    return place === '' ? String(part) : `${place}.${String(part)}`
  }, '')
}

/** V8 quotes what it could not read, which may be anything. */
function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
