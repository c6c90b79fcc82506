import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onePassed, prepared } from '../../scripts/testing/outcome.js'
import { type Part, runParts } from '../../scripts/testing/part.js'
import { summaryText } from '../../scripts/testing/summary.js'

const part = (name: string, after: readonly Part[], run: Part['run']): Part => ({ name, after, run })

describe('the parts of a test run', () => {
  beforeEach(() => {
    vi.spyOn(console, 'log').mockReturnValue()
    vi.spyOn(console, 'error').mockReturnValue()
  })
  afterEach(() => vi.restoreAllMocks())

  it('go on after a failure, but for those that need what failed', async () => {
    const build = part('build', [], async () => {
      throw new Error('the compiler is on strike')
    })
    const ran: string[] = []
    const needy = part('needy', [build], async () => {
      ran.push('needy')
      return onePassed
    })
    const other = part('other', [], async () => {
      ran.push('other')
      return { passed: 2, failed: 0, skipped: [{ what: 'a test', why: 'no GPU here' }] }
    })
    const reports = await runParts([build, needy, other])
    expect(ran).toEqual(['other'])
    const lines = summaryText(reports).split('\n')
    expect(lines).toContainEqual(expect.stringMatching(/^needy .* not run, for "build" failed$/))
    expect(lines).toContain('  a test: no GPU here')
    expect(lines.at(-1)).toBe('2 passed, 2 failed')
  })

  it('are not counted when they only prepare', async () => {
    expect(
      summaryText(await runParts([part('build', [], async () => prepared)]))
        .split('\n')
        .at(-1),
    ).toBe('0 passed, 0 failed')
  })
})
