import { describe, expect, it } from 'vitest'
import { byteSize, grouped, magnitude } from '../src/text/quantities.js'

const english = (places: number) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })

describe('numbers for eyes', () => {
  it.each([0, 7, 999, 1000, 65_536, 999_999, 4_631_000, 12_345_678_901])('%d as in English', (count) => {
    expect(grouped(count)).toBe(english(0).format(count))
  })

  it.each([
    [0, '0 B', '0'],
    [396, '396 B', '396'],
    [1000, '1.0 kB', '1.0 k'],
    [999_949, '999.9 kB', '999.9 k'],
    [999_950, '1.0 MB', '1.0 M'],
    [5_251_528, '5.3 MB', '5.3 M'],
    [12_345_600_000_000_000, '12,345.6 TB', '12,345.6 T'],
  ])('%d in a unit', (value, size, count) => {
    expect([byteSize(value), magnitude(value)]).toEqual([size, count])
  })
})
