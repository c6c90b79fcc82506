import { UsageError } from './failure.js'

/** What the command line's parser makes of flags: by name in camel case, as they were typed. */
export type Flags = Readonly<Record<string, unknown>>

/**
 * A flag's text; undefined where it was not given.
 *
 * @throws UsageError where it is empty.
 */
export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`${dashed(name)} wants a value`)
}

/**
 * All texts of a flag that can be repeated.
 *
 * @throws UsageError where one is empty.
 */
export function texts(flags: Flags, name: string): readonly string[] {
  const values = flags[name]
  if (!Array.isArray(values)) return []
  return values.map((value: unknown) => {
    if (typeof value === 'string' && value !== '') return value
    throw new UsageError(`${dashed(name)} wants a value`)
  })
}

/** @throws UsageError where it is no whole number within the range. */
export function wholeNumber(flags: Flags, name: string, least: number, most: number): number | undefined {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const number = /^[+-]?\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(
    `${dashed(name)} wants a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`,
  )
}

/** @throws UsageError where it is no number within the range. */
export function decimal(flags: Flags, name: string, least: number, most: number): number | undefined {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(
    `${dashed(name)} wants a number from ${least} to ${most}, not ${JSON.stringify(value)}`,
  )
}

/** @throws UsageError where it is none of the choices. */
export function choice<const T extends string>(
  flags: Flags,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const chosen = choices.find((known) => known === value)
  if (chosen !== undefined) return chosen
  throw new UsageError(`${dashed(name)} wants ${choices.join(' or ')}, not ${JSON.stringify(value)}`)
}

/** @throws UsageError where more than one of them is given. */
export function oneOf<const T extends string>(flags: Flags, names: readonly T[]): T | undefined {
  const given = names.filter((name) => flags[name] === true)
  if (given.length > 1) throw new UsageError(`${given.map(dashed).join(' and ')} exclude each other`)
  return given[0]
}

/** The flag of a name: `--label-offset` of `labelOffset`. */
export function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
