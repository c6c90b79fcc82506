import { describe, expect, it } from 'vitest'
import { terminalReport } from '../../src/report/terminal.js'
import type { ResultFile } from '../../src/result/schema.js'
import { paletteFor } from '../../src/text/index.js'
import { sampleResults } from './sample-results.js'

/** A run whose ratios are of so many rounds, and of what confidence these give. */
function ofRounds(rounds: number, confidence: number, order: 'interleaved' | 'sequence' = 'interleaved') {
  const result = sampleResults({ models: 3, rounds: 10 })
  const of: ResultFile = {
    ...result,
    settings: { ...result.settings, order },
    ratios: result.ratios.map((one) => ({
      ...one,
      rounds,
      verdict: 'undecided',
      ratio: { value: 0.97, low: 0.83, high: 0.99, confidence },
    })),
  }
  const text = terminalReport({ result: of }, paletteFor({}))
  return /Ratios of latency[\s\S]*?\n\n/.exec(text)?.[0] ?? ''
}

describe('ratios', () => {
  it('of too few rounds claim no interval of 95 %, and say how many rounds that takes', () => {
    const few = ofRounds(3, 0.75)
    expect(few).toMatch(/0\.97 \(0\.83–0\.99\) +undecided, too few rounds/)
    expect(few).toContain('Ratios of medians, with intervals bootstrapped over rounds.')
    expect(few).toContain('Too few rounds: 3 are too few for intervals of 95 %, which take 6 at least.')
    expect(few).not.toContain('more rounds would tell')
    // Of two that ran one after the other, fewer may do.
    expect(ofRounds(3, 0.9, 'sequence')).toContain('3 are too few for intervals of 95 %. What')
  })

  it('that are undecided say what that means', () => {
    const enough = ofRounds(10, 0.95)
    expect(enough).toMatch(/\) +undecided(, unreliable)?\n/)
    expect(enough).toContain('with 95 % intervals')
    expect(enough).toContain('more rounds would tell')
    expect(enough).not.toMatch(/too few/i)
  })
})
