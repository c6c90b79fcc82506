import { describe, expect, it } from 'vitest'
import {
  byteUnit,
  figureText,
  intervalFigure,
  PER_CENT,
  perCentText,
  plainFigure,
  significant,
  timeUnit,
} from '../../src/report/figures.js'

describe('figures', () => {
  it.each([
    [0, 3, '0'],
    [1234.5, 3, '1235'],
    [12.345, 3, '12.3'],
    [0.012345, 3, '0.0123'],
    [0.000000123, 3, '0.000000'],
    [-1.5, 2, '-1.5'],
  ])('%d with %d digits is %s', (value, digits, text) => {
    expect(significant(value, digits)).toBe(text)
  })

  it.each([
    // As many digits as the interval has: two of its half where they begin with 1 or 2, else one.
    [12.345, 12.1, 12.6, '12.35 (12.10–12.60)'],
    [12.345, 11.9, 12.8, '12.3 (11.9–12.8)'],
    [1845.2, 1800, 1890, '1845 (1800–1890)'],
    [0.5, 0.1, 0.9, '0.5 (0.1–0.9)'],
    // No narrower than six digits of the value.
    [12.3456789, 12.3456788, 12.345679, '12.3457 (12.3457–12.3457)'],
    [3, 3, 3, '3.000 (3.000–3.000)'],
    [0, 0, 0, '0 (0–0)'],
  ])('%d between %d and %d', (value, low, high, text) => {
    expect(figureText(intervalFigure({ value, low, high, confidence: 0.95 }))).toBe(text)
  })

  it('are in a unit', () => {
    const interval = { value: 0.763, low: 0.736, high: 0.789, confidence: 0.95 }
    expect(figureText(intervalFigure(interval, PER_CENT))).toBe('76.3 (73.6–78.9)')
    expect(plainFigure(4_276_352, byteUnit([4_276_352, 1])).text).toBe('4.276')
    expect(perCentText(0.95)).toBe('95 %')
    expect(perCentText(0.975)).toBe('97.5 %')
  })

  it.each([
    [[0.01, 0.9], 'µs'],
    [[0.01, 12], 'ms'],
    [[4, 9_000], 'ms'],
    [[12_000, 15_000], 's'],
    [[], 'ms'],
    [[0], 'ms'],
  ])('%j are shown in %s', (times, unit) => {
    expect(timeUnit(times).name).toBe(unit)
  })

  it.each([
    [[1000, 999_999], 'kB'],
    [[1000, 42_000_000], 'MB'],
    [[200_000_000_000], 'GB'],
  ])('%j bytes are shown in %s', (sizes, unit) => {
    expect(byteUnit(sizes).name).toBe(unit)
  })
})
