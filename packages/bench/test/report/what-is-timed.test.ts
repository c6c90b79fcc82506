import { describe, expect, it } from 'vitest'
import { modelsCsv } from '../../src/report/csv.js'
import { htmlReport } from '../../src/report/html/page.js'
import { junitReport } from '../../src/report/junit.js'
import { markdownReport } from '../../src/report/markdown.js'
import { latencyTable } from '../../src/report/tables/latency.js'
import { terminalReport } from '../../src/report/terminal.js'
import type { ResultFile } from '../../src/result/schema.js'
import { paletteFor } from '../../src/text/index.js'
import { sampleResults } from './sample-results.js'

describe('what is timed', () => {
  const sample = sampleResults({ models: 2, rounds: 1 })
  const result = (endToEnd?: boolean): ResultFile => ({
    ...sample,
    settings: { ...sample.settings, ...(endToEnd !== undefined && { endToEnd }) },
  })

  it.each([
    [true, 'Latency from picture to classes', 'End to end: decoding and preprocessing the picture count.'],
    [false, 'Latency of one inference', 'decoding and preprocessing do not count'],
  ])('is said in every report, where end to end is %s', async (endToEnd, title, note) => {
    const input = { result: result(endToEnd) }
    for (const report of [
      terminalReport(input, paletteFor({})),
      markdownReport(input),
      await htmlReport(input),
    ]) {
      expect(report).toContain(title)
      expect(report).toContain(note)
    }
    const [titles = '', row = ''] = modelsCsv(input.result).split('\r\n')
    expect(row.split(',')[titles.split(',').indexOf('endToEnd')]).toBe(String(endToEnd))
    expect(junitReport(input.result)).toContain('name="what is timed"')
  })

  it('is not guessed at of results that do not tell', () => {
    const [note] = latencyTable(result()).notes
    expect(note).toMatch(/^In parentheses/)
    expect(modelsCsv(result())).toMatch(/,single-stream,,/)
  })

  it.each([
    [['offline', 'offline'], [1, 1], true, 'Throughput from picture to classes'],
    [['offline', 'offline'], [1, 1], false, 'Throughput of inference'],
    [['single-stream', 'offline'], [1, 1], true, 'Latency and throughput from picture to classes'],
    [['single-stream', 'server'], [4, 4], false, 'Latency of a batch of 4'],
    [['single-stream', 'server'], [1, 4], false, 'Latency of inference'],
  ] as const)('of %j with batches of %j is in the heading', (scenarios, batches, endToEnd, title) => {
    const { models, settings } = result(endToEnd)
    const [first] = models
    if (first === undefined) throw new Error('the sample has models')
    const changed = scenarios.map((scenario, index) => ({ ...first, scenario, batch: batches[index] ?? 1 }))
    expect(latencyTable({ ...sample, settings, models: changed }).title).toBe(title)
  })

  it('is a query of multi-stream', () => {
    const { models } = sample
    const queries = {
      ...sample,
      models: models.map((one) => ({ ...one, scenario: 'multi-stream' as const })),
    }
    expect(latencyTable(queries).notes[0]).toContain('a query of 8 pictures')
  })
})
