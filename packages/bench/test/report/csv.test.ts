import { describe, expect, it } from 'vitest'
import { modelsCsv, samplesCsv } from '../../src/report/csv.js'
import { hostileFragments, hostileTexts } from './hostile-text.js'
import { sampleResults } from './sample-results.js'

/** RFC 4180 by the letter. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let rest = text
  while (rest !== '') {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest)
    if (match === null) throw new Error(`not CSV: ${JSON.stringify(rest.slice(0, 80))}`)
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') {
      rows.push(row)
      row = []
    }
    rest = rest.slice(match[0].length)
  }
  return rows
}

function records(text: string): Record<string, string>[] {
  const [titles = [], ...rows] = parseCsv(text)
  return rows.map((row) => {
    expect(row.length).toBe(titles.length)
    return Object.fromEntries(titles.map((title, at) => [title, row[at] ?? '']))
  })
}

describe('CSV of models', () => {
  const results = sampleResults({ models: 3, runsPerRound: 60 })
  const rows = records(modelsCsv(results))

  it('has every figure in full precision', () => {
    expect(rows.map(({ id }) => id)).toEqual(results.models.map(({ id }) => id))
    for (const [at, { latencyMs, accuracy, samplesMs }] of results.models.entries()) {
      expect(Number(rows[at]?.medianMs)).toBe(latencyMs?.median ?? 0)
      expect(Number(rows[at]?.p99HighMs)).toBe(latencyMs?.p99?.high ?? 0)
      expect(Number(rows[at]?.top1)).toBe(accuracy?.top1?.interval.value ?? 0)
      expect(Number(rows[at]?.samples)).toBe(samplesMs.length)
    }
  })

  it('says what failed, what was skipped and what is unreliable', () => {
    expect(rows.find(({ id }) => id === 'broken/tflite/t1')).toMatchObject({
      errorCode: 'MODEL_INVALID',
      medianMs: '',
    })
    expect(rows.find(({ id }) => id === 'resnet18/tensorrt/t1')).toMatchObject({ skipped: 'there is no GPU' })
    const unreliable = sampleResults({ runsPerRound: 60 })
    expect(records(modelsCsv(unreliable))[2]).toMatchObject({
      reliable: 'false',
      warnings: expect.stringMatching(/^THROTTLED: /),
    })
  })

  it('has its titles where there is no model', () => {
    expect(parseCsv(modelsCsv({ ...results, models: [] }))).toEqual([Object.keys(rows[0] ?? {})])
  })

  it('gives every text back, with an apostrophe before what a spreadsheet would run', () => {
    const names = [...hostileFragments, ...hostileTexts(200, 1)]
    const [model] = results.models
    if (model === undefined) throw new Error('the sample has no model')
    const models = names.map((name, at) => ({ ...model, id: `${at}`, model: name }))
    const back = records(modelsCsv({ ...results, models })).map((row) => row.model)
    expect(back).toEqual(names.map((name) => (/^[=+\-@\t\r\n]/.test(name) ? `'${name}` : name)))
    expect(back.filter((name) => /^[=+@-]/.test(name ?? ''))).toEqual([])
  })
})

describe('CSV of samples', () => {
  it('has a row for each inference, in the order in which they ran', () => {
    const results = sampleResults({ models: 2, rounds: 2, runsPerRound: 4 })
    const rows = records([...samplesCsv(results)].join(''))
    const expected = results.models.flatMap(({ id, samplesMs, samplesAtMs, rounds, samplesOf }) =>
      samplesMs.map((ms, index) => ({
        id,
        round: String(rounds[index]),
        index: String(index),
        atMs: String(samplesAtMs[index]),
        ms: String(ms),
        image: results.images[samplesOf[index] ?? -1] ?? '',
      })),
    )
    expect(expected.length).toBe(16)
    expect(rows).toEqual(expected)
  })
})
