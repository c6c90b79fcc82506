import { EdgeError } from './edge-error.js'

/** The names of an object's optional fields, each exactly once: TypeScript checks that none is missing or misspelt. */
export type NamesOf<T> = { readonly [K in keyof T]-?: true }

/**
 * Checks that options are an object, and that each of them is known: a misspelt option would be one that is silently ignored. An
 * option that is undefined counts as left out.
 *
 * @param options - what the caller gave.
 * @param names - the options that there are.
 * @param of - what they are options of, for messages: "Session.open".
 * @throws EdgeError `INVALID_ARGUMENT`.
 */
export function checkOptionNames(
  options: unknown,
  names: Readonly<Record<string, true>>,
  of: string,
): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `the options of ${of} are not an object`,
      expected: 'an object, or nothing',
      found: options === null ? 'null' : Array.isArray(options) ? 'a list' : typeof options,
    })
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    throw new EdgeError('INVALID_ARGUMENT', {
      summary: `${of} has no option ${JSON.stringify(name)}`,
      expected: `none but ${Object.keys(names).join(', ')}`,
      found: name,
      remedy: 'Check the spelling.',
    })
  }
}

/** Some of the options, where those of several parts come as one object. */
export function pickOptions<T extends object>(options: T, names: NamesOf<T>): Partial<T> {
  const picked: Partial<T> = {}
  for (const name in names) picked[name] = options[name]
  return picked
}

/**
 * The error for an option whose value cannot be used.
 *
 * @param name - the option's, with those that it lies in: "xnnpack.flags".
 * @param expected - what it may be, in words.
 */
export function optionOutOfRange(name: string, expected: string, found: unknown): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the option ${name} is out of range`,
    expected,
    found: typeof found === 'string' ? JSON.stringify(found) : String(found),
  })
}

/**
 * An option that counts something.
 *
 * @throws EdgeError `INVALID_ARGUMENT` for anything but a whole number from 1 to `most`.
 */
export function wholeNumberOption(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
  throw optionOutOfRange(name, `a whole number from 1 to ${most}`, value)
}
