import { describe, expect, it } from 'vitest'
import { judgeBars } from '../../src/report/bars.js'
import { junitReport } from '../../src/report/junit.js'
import { markdownReport } from '../../src/report/markdown.js'
import { terminalReport } from '../../src/report/terminal.js'
import type { ResultFile } from '../../src/result/schema.js'
import { barSchema } from '../../src/suite/schema.js'
import { paletteFor } from '../../src/text/index.js'
import { sampleResults } from './sample-results.js'

const [slower, missing] = ['inception_v4/tflite/t1', 'broken/tflite/t1']

/** A run in which one model took 1.02 times as long as the other, give or take 0.01. */
function measured(confidence = 0.95): ResultFile {
  const result = sampleResults({ models: 3, rounds: 10 })
  return {
    ...result,
    models: result.models.map((one) => ({ ...one, reliable: true })),
    ratios: result.ratios.map((one) => ({
      ...one,
      ratio: { value: 1.02, low: 1.01, high: 1.03, confidence },
    })),
  }
}

const bar = (what: object) => barSchema.parse({ case: slower, ...what })

describe('bars', () => {
  it.each([
    [{ most: 1.03 }, 'met'],
    [{ most: 1.029 }, 'undecided'],
    [{ most: 1.01 }, 'undecided'],
    [{ most: 1.009 }, 'missed'],
    [{ most: 1.02, by: 'value' }, 'met'],
    [{ most: 1.019, by: 'value' }, 'missed'],
    [{ least: 1.01 }, 'met'],
    [{ least: 1.011 }, 'undecided'],
    [{ least: 1.03 }, 'undecided'],
    [{ least: 1.031 }, 'missed'],
    [{ least: 1.02, by: 'value' }, 'met'],
    [{ least: 1.021, by: 'value' }, 'missed'],
  ])('%j of 1.02 (1.01–1.03): %s', (what, verdict) => {
    expect(judgeBars([bar(what)], measured())).toMatchObject([
      { verdict, unreliable: false, fails: verdict === 'missed', ratio: { id: slower } },
    ])
  })

  it('are decided neither way by an interval of too few rounds', () => {
    const bars = [bar({ most: 2 }), bar({ most: 1 }), bar({ most: 2, by: 'value' })]
    expect(judgeBars(bars, measured(0.75)).map(({ verdict }) => verdict)).toEqual([
      'undecided',
      'undecided',
      'met',
    ])
  })

  it('fail where nothing was measured', () => {
    expect(judgeBars([bar({ case: missing, least: 0.1 })], measured())).toMatchObject([
      { verdict: 'not measured', fails: true, ratio: undefined },
    ])
  })

  it.each([slower, 'mobilenet_v1/tflite/t1'])('fail nothing by figures that are unreliable: of %s', (id) => {
    const result = measured()
    const busy = { ...result, models: result.models.map((one) => ({ ...one, reliable: one.id !== id })) }
    const bars = [bar({ most: 2 }), bar({ most: 1 })]
    expect(judgeBars(bars, busy)).toMatchObject([
      { verdict: 'met', unreliable: true, fails: false },
      { verdict: 'missed', unreliable: true, fails: false },
    ])
    const terminal = terminalReport({ result: busy, bars }, paletteFor({}))
    expect(terminal).toMatch(/at most 2 +met, unreliable\n/)
    expect(terminal).toMatch(/at most 1 +missed, unreliable\n/)
    const junit = junitReport(busy, bars)
    expect(junit).not.toContain('type="bar"')
    expect(junit).toContain(
      '<skipped message="1.020 (1.010–1.030), expected at most 1: missed, unreliable"/>',
    )
    expect(junit).toContain('<skipped message="1.020 (1.010–1.030), expected at most 2: met, unreliable"/>')
  })

  it('say one thing', () => {
    for (const what of [{}, { most: 1, least: 1 }]) {
      expect(() => bar(what)).toThrow('either `most` or `least`')
    }
  })

  it('stand in reports', () => {
    const bars = [bar({ most: 1.03 }), bar({ most: 1.01, by: 'value' }), bar({ case: missing, least: 2 })]
    const input = { result: measured(), bars }
    const terminal = terminalReport(input, paletteFor({}))
    expect(terminal).toMatch(/inception_v4\/tflite\/t1 .* 1\.020 \(1\.010–1\.030\) +at most 1\.03 +met\n/)
    expect(terminal).toMatch(/at most 1\.01, by the value +missed\n/)
    expect(terminal).toMatch(/broken\/tflite\/t1 +– +at least 2 +not measured\n/)
    expect(markdownReport(input)).toContain('## Bars')
    expect(terminalReport({ result: measured() }, paletteFor({}))).not.toContain('Bars')
    const [plain, junit] = [junitReport(measured()), junitReport(input.result, bars)]
    const failures = (xml: string) => Number(/failures="(\d+)"/.exec(xml)?.[1])
    expect(terminalReport({ ...input, bars: [bar({ most: 1.02 })] }, paletteFor({}))).toMatch(
      /at most 1\.02 +undecided\n/,
    )
    expect(failures(junit)).toBe(failures(plain) + 2)
    expect(junit).toContain('1.020 (1.010–1.030), expected at most 1.01, by the value')
    expect(junit).toContain('not measured, expected at least 2')
  })
})
