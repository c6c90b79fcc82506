import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Progress } from '../src/cli/progress.js'
import { buildBar } from '../src/cli/progress-bar.js'

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

describe('the bar of a build', () => {
  it('says how far it is, for how long, and at what', () => {
    const phases = ['Building engine\u001b[31m', 'Tactic Selection']
    expect(buildBar({ fraction: 0.5, phases, elapsedMs: 72_000 })).toBe(
      '[##########----------] building the engine · 1 min 12 s · Building engine\\u001b[31m',
    )
    expect(buildBar({ fraction: 0, phases: [], elapsedMs: 0 })).toBe(
      '[--------------------] building the engine · 0 s',
    )
  })
})
