import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paletteFor } from '../src/cli/palette.js'
import { printable } from '../src/cli/printable.js'
import { Progress } from '../src/cli/progress.js'
import { byteSize, grouped, magnitude } from '../src/cli/quantities.js'
import { table } from '../src/cli/table.js'

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

describe('Progress', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function progress(isTTY: boolean) {
    const written: string[] = []
    const stream = { isTTY, write: (text: string) => written.push(text) }
    let done = 0
    return { written, line: new Progress(stream, () => `${done++} done`) }
  }

  it('writes nothing within the first second', () => {
    const { written, line } = progress(true)
    vi.advanceTimersByTime(999)
    line.clear()
    line.stop()
    vi.advanceTimersByTime(5000)
    expect(written).toEqual([])
  })

  it('keeps its line up to date, makes room for others, and leaves nothing behind', () => {
    const { written, line } = progress(true)
    vi.advanceTimersByTime(1250)
    expect(written).toEqual(['\r\u001b[2K0 done', '\r\u001b[2K1 done'])
    line.clear()
    line.clear()
    expect(written.slice(2)).toEqual(['\r\u001b[2K'])
    vi.advanceTimersByTime(250)
    line.stop()
    expect(written.slice(3)).toEqual(['\r\u001b[2K2 done', '\r\u001b[2K'])
    vi.advanceTimersByTime(5000)
    expect(written).toHaveLength(5)
  })

  it('writes nothing to a file or a pipe', () => {
    const { written, line } = progress(false)
    vi.advanceTimersByTime(5000)
    line.stop()
    expect(written).toEqual([])
  })
})
