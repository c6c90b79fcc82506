/**
 * Checks that turn a parsed JSON value into a typed one, or say which field is wrong.
 *
 * A check gets the value and the field's path (`input.mean[1]`) and returns the value with its type, so that a schema is an
 * expression and its TypeScript type follows from it.
 */
export type Check<T> = (value: unknown, path: string) => T

/** What a schema says of the value it accepts. */
export type Checked<C> = C extends Check<infer T> ? T : never

/** One field that breaks its schema. Whoever reads the document turns it into an error that names the file. */
export class FieldError extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${path}: expected ${expected}, found ${found}`)
  }
}

/** A short rendering of a value for messages. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** A string of `min` to `max` UTF-16 units, without control characters: it may be printed on a terminal. */
export function text(min: number, max: number): Check<string> {
  return (value, path) => {
    if (typeof value === 'string' && value.length >= min && value.length <= max && !hasControl(value))
      return value
    throw new FieldError(
      path,
      `text of ${min} to ${max} characters, none of them a control character`,
      show(value),
    )
  }
}

/** A whole number within bounds, both included. */
export function integer(min: number, max: number): Check<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw new FieldError(path, `a whole number from ${min} to ${max}`, show(value))
  }
}

/** A number that passes `accept`, described by `expected`. */
export function number(expected: string, accept: (value: number) => boolean): Check<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isFinite(value) && accept(value)) return value
    throw new FieldError(path, expected, show(value))
  }
}

/** True or false. */
export const boolean: Check<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value
  throw new FieldError(path, 'true or false', show(value))
}

/** One of a few strings. */
export function oneOf<const T extends string>(...choices: readonly T[]): Check<T> {
  return (value, path) => {
    const chosen = choices.find((choice) => choice === value)
    if (chosen !== undefined) return chosen
    throw new FieldError(path, choices.map((choice) => JSON.stringify(choice)).join(' or '), show(value))
  }
}

/** A list of `min` to `max` entries that all pass one check. */
export function listOf<T>(check: Check<T>, min: number, max: number): Check<readonly T[]> {
  return (value, path) => {
    if (Array.isArray(value) && value.length >= min && value.length <= max) {
      return value.map((entry: unknown, index) => check(entry, `${path}[${index}]`))
    }
    throw new FieldError(
      path,
      min === max ? `a list of ${min}` : `a list of ${min} to ${max} entries`,
      show(value),
    )
  }
}

type Fields = Readonly<Record<string, Check<unknown>>>
type ObjectOf<R extends Fields, O extends Fields> = {
  readonly [K in keyof R]: Checked<R[K]>
} & { readonly [K in keyof O]?: Checked<O[K]> }

/** An object with these fields and no others. */
export function object<R extends Fields, O extends Fields>(required: R, optional: O): Check<ObjectOf<R, O>> {
  const names = [...Object.keys(required), ...Object.keys(optional)]
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldError(path === '' ? 'the document' : path, 'an object', show(value))
    }
    // A field that is undefined is one that was left out: JSON has none, options often do.
    const entries = new Map<string, unknown>(Object.entries(value).filter(([, field]) => field !== undefined))
    for (const name of entries.keys()) {
      if (!names.includes(name)) {
        throw new FieldError(
          fieldPath(path, name),
          `none but the fields ${names.join(', ')}`,
          'an unknown field',
        )
      }
    }
    const checked: Record<string, unknown> = {}
    for (const [name, check] of Object.entries(required))
      checked[name] = check(entries.get(name), fieldPath(path, name))
    for (const [name, check] of Object.entries(optional)) {
      if (entries.has(name)) checked[name] = check(entries.get(name), fieldPath(path, name))
    }
    // Every field was put there by the check of its name, which TypeScript cannot follow through Object.entries.
    return checked as ObjectOf<R, O>
  }
}

/** A check followed by conditions on the whole, such as between two fields. */
export function refine<T>(check: Check<T>, condition: (value: T, path: string) => void): Check<T> {
  return (value, path) => {
    const checked = check(value, path)
    condition(checked, path)
    return checked
  }
}

/** The path of a field inside the object at `path`. */
export function fieldPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
