import { describe, expect, it } from 'vitest'
import { byteSize, csvField, grouped, magnitude, paletteFor, printable, table } from '../../src/text/index.js'

describe('paletteFor', () => {
  it('marks text up on a terminal with colours, and nowhere else', () => {
    expect(paletteFor({ isTTY: true, hasColors: () => true }).bold('cat')).toBe('\u001b[1mcat\u001b[22m')
    // What Node's hasColors() says with NO_COLOR, or TERM=dumb.
    expect(paletteFor({ isTTY: true, hasColors: () => false }).bold('cat')).toBe('cat')
    expect(paletteFor({ hasColors: () => true }).bold('cat')).toBe('cat')
    expect(paletteFor({}).bold('cat')).toBe('cat')
  })
})

describe('printable', () => {
  it.each([
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['line\nline', 'line\\u000aline'],
    // Shown as "catgpj.exe" where it is not written out.
    ['cat\u202eexe.jpg', 'cat\\u202eexe.jpg'],
    ['\u2066a\u2069\u061c\u200f', '\\u2066a\\u2069\\u061c\\u200f'],
    ['half \ud83d, none \uffff', 'half \\ud83d, none \\uffff'],
    ['a\u{e0041}b\ufeff\u2028', 'a\\u{e0041}b\\ufeff\\u2028'],
  ])('writes out what steers the terminal: %j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  it.each(['Katze – größer.jpg', '猫.png', 'قطة.jpg', '👩\u200d🚀.jpg', 'می\u200cروم.jpg'])(
    'leaves %s',
    (text) => {
      expect(printable(text)).toBe(text)
    },
  )
})

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [150_528, '150.5 kB'],
    // Not 1,000.0 kB.
    [999_960, '1.0 MB'],
    [5_251_528, '5.3 MB'],
    [2_500_000_000_000_000, '2,500.0 TB'],
  ])('%d bytes are %s', (bytes, expected) => {
    expect(byteSize(bytes)).toBe(expected)
  })

  it('have thousands apart', () => {
    expect(grouped(4_631_000)).toBe('4,631,000')
    expect(magnitude(896)).toBe('896')
    expect(magnitude(385_187_552)).toBe('385.2 M')
  })
})

describe('table', () => {
  it('aligns its columns, and ends no line with spaces', () => {
    const columns = [{ title: 'n', align: 'right' }, { title: 'name' }] as const
    expect(
      table(
        columns,
        [
          ['1', 'a'],
          ['1,000', ''],
        ],
        (titles) => `<${titles}>`,
      ),
    ).toEqual(['<      n  name>', '      1  a', '  1,000'])
  })
})

describe('csvField', () => {
  it.each([
    ['cat', 'cat'],
    ['cat, tabby', '"cat, tabby"'],
    ['a "b"', '"a ""b"""'],
    ['a\r', '"a\r"'],
    ['', ''],
  ])('%j is %s', (text, field) => {
    expect(csvField(text)).toBe(field)
  })
})
