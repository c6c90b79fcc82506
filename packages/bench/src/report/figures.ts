import type { Interval } from '../result/schema.js'

// Of reports on every medium, the page's own program among them: nothing of Node.js here.

/** A figure as it stands in a table: the estimate, and its interval where there is one. */
export interface Figure {
  readonly text: string
  readonly interval?: string
  /** What rows are sorted by. */
  readonly sort: number
}

/** A unit that a column of figures is in. */
export interface Unit {
  readonly name: string
  /** What a figure is multiplied with to be in this unit. */
  readonly factor: number
}

const MICROSECONDS: Unit = { name: 'µs', factor: 1000 }
const MILLISECONDS: Unit = { name: 'ms', factor: 1 }
const SECONDS: Unit = { name: 's', factor: 1 / 1000 }

/** The unit for a column of times, given in milliseconds: one for all of them, so that they can be compared by eye. */
export function timeUnit(times: readonly number[]): Unit {
  const [least, most] = extent(times)
  if (most > 0 && most < 1) return MICROSECONDS
  return least >= 10_000 ? SECONDS : MILLISECONDS
}

/** The unit for a column of sizes in bytes. */
export function byteUnit(sizes: readonly number[]): Unit {
  const [, most] = extent(sizes)
  if (most < 1e6) return { name: 'kB', factor: 1e-3 }
  return most < 1e11 ? { name: 'MB', factor: 1e-6 } : { name: 'GB', factor: 1e-9 }
}

/** Least and greatest; 0 of none. Not by spreading: a call takes only so many arguments. */
export function extent(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return values.length === 0 ? [0, 0] : [least, most]
}

const MOST_DECIMALS = 6

/** A number with so many significant digits, never with an exponent. */
export function significant(value: number, digits = 3): string {
  return value.toFixed(decimalsOf(value, digits))
}

function decimalsOf(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)))
  return Math.min(Math.max(decimals, 0), MOST_DECIMALS)
}

/** A figure without an interval. */
export function plainFigure(value: number, { factor }: Unit = MILLISECONDS, digits = 4): Figure {
  return { text: significant(value * factor, digits), sort: value }
}

/**
 * An estimate and its interval, with as many digits as the interval's width leaves any meaning: one of its half, or two where that begins
 * with 1 or 2.
 */
export function intervalFigure(interval: Interval, { factor }: Unit = MILLISECONDS): Figure {
  const [value, low, high] = [interval.value * factor, interval.low * factor, interval.high * factor]
  // No more than six of the value: of something that hardly varies, the interval may be narrower than any clock.
  const most = decimalsOf(value, 6)
  const half = (high - low) / 2
  const leading = half > 0 ? half / 10 ** Math.floor(Math.log10(half)) : 0
  const decimals = half > 0 ? Math.min(decimalsOf(half, leading < 3 ? 2 : 1), most) : decimalsOf(value, 4)
  return {
    text: value.toFixed(decimals),
    interval: `${low.toFixed(decimals)}–${high.toFixed(decimals)}`,
    sort: interval.value,
  }
}

/** Per cent. */
export const PER_CENT: Unit = { name: '%', factor: 100 }

/** A figure and its interval as text: `12.3 (12.1–12.6)`. */
export function figureText({ text, interval }: Pick<Figure, 'text' | 'interval'>): string {
  return interval === undefined ? text : `${text} (${interval})`
}

/** A share as whole per cent, or with the decimals that it has: `95 %`. */
export function perCentText(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}
