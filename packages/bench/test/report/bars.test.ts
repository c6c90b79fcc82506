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
    ratios: result.ratios.map((one) => ({
      ...one,
      ratio: { value: 1.02, low: 1.01, high: 1.03, confidence },
    })),
  }
}

const bar = (what: object) => barSchema.parse({ case: slower, ...what })

describe('bars', () => {
  it.each([
    [{ most: 1.03 }, true],
    [{ most: 1.029 }, false],
    [{ most: 1.02, by: 'value' }, true],
    [{ most: 1.019, by: 'value' }, false],
    [{ least: 1.01 }, true],
    [{ least: 1.011 }, false],
    [{ least: 1.02, by: 'value' }, true],
    [{ least: 1.021, by: 'value' }, false],
  ])('%j of 1.02 (1.01–1.03): %s', (what, met) => {
    expect(judgeBars([bar(what)], measured())).toMatchObject([{ met, ratio: { id: slower } }])
  })

  it('are not met by an interval of too few rounds, or by nothing', () => {
    const few = measured(0.75)
    expect(judgeBars([bar({ most: 2 }), bar({ most: 2, by: 'value' })], few).map(({ met }) => met)).toEqual([
      false,
      true,
    ])
    expect(judgeBars([bar({ case: missing, least: 0.1 })], measured())).toMatchObject([
      { met: false, ratio: undefined },
    ])
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
    expect(failures(junit)).toBe(failures(plain) + 2)
    expect(junit).toContain('1.020 (1.010–1.030), expected at most 1.01, by the value')
    expect(junit).toContain('not measured, expected at least 2')
  })
})
