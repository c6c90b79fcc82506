import { describe, expect, it } from 'vitest'
import { figureText } from '../../src/report/figures.js'
import { remarksOf } from '../../src/report/remarks.js'
import { headOf, type ReportTable } from '../../src/report/report-table.js'
import { confusionsTable } from '../../src/report/tables/confusions.js'
import { latencyTable } from '../../src/report/tables/latency.js'
import { picturesTable } from '../../src/report/tables/pictures.js'
import { publishedTables } from '../../src/report/tables/published.js'
import { ratiosTable } from '../../src/report/tables/ratios.js'
import type { ModelResult, ResultFile } from '../../src/result/schema.js'
import { sampleResults } from './sample-results.js'

const texts = ({ rows }: ReportTable): string[][] =>
  rows.map(({ cells }) => cells.map((cell) => (cell === undefined ? '' : figureText(cell))))

function withModels(
  result: ResultFile,
  change: (model: ModelResult, at: number) => Partial<ModelResult>,
): ResultFile {
  return { ...result, models: result.models.map((model, at) => ({ ...model, ...change(model, at) })) }
}

describe('the table of latency', () => {
  it('leaves out columns that none has, and says what failed', () => {
    const few = latencyTable(sampleResults({ models: 2, rounds: 2, runsPerRound: 10 }))
    expect(few.columns.map(headOf)).toEqual([
      'model',
      'median, ms',
      'mean, ms',
      'std. dev., ms',
      'min, ms',
      'max, ms',
      'samples',
    ])
    expect(few.rows.map(({ remark }) => remark)).toEqual([undefined, undefined, 'failed', 'skipped'])
  })

  it('is in one unit for all', () => {
    const result = sampleResults({ models: 2, rounds: 2, runsPerRound: 10 })
    const fast = withModels(result, ({ latencyMs }) => ({
      latencyMs: latencyMs && {
        ...latencyMs,
        median: 0.25,
        p50: { value: 0.25, low: 0.24, high: 0.26, confidence: 0.95 },
      },
    }))
    const table = latencyTable(fast)
    expect(table.columns[1]).toMatchObject({ title: 'median', unit: 'µs' })
    expect(texts(table)[0]?.[1]).toBe('250 (240–260)')
  })
})

describe('offline', () => {
  const result = withModels(sampleResults({ models: 2, rounds: 10 }), (_, at) => ({
    scenario: 'offline',
    ...(at < 2 && {
      throughput: { value: 65.2 - at, low: 64.8 - at, high: 65.6 - at, confidence: 0.95 },
    }),
    latencyMs: undefined,
  }))

  it('has inferences a second, and no latency', () => {
    const table = latencyTable(result)
    expect(table.columns.map(headOf)).toEqual(['model', 'throughput, 1/s'])
    expect(texts(table).map(([, perSecond]) => perSecond)).toEqual([
      '65.2 (64.8–65.6)',
      '64.2 (63.8–64.6)',
      '',
      '',
    ])
  })

  it('says what its ratios are of', () => {
    expect(ratiosTable(result)?.notes.join()).toContain('half as many a second')
    expect(ratiosTable(sampleResults({ models: 2 }))?.notes.join()).not.toContain('half as many')
  })
})

describe('remarks', () => {
  it('are said once of all that they are about, the gravest first', () => {
    const result = withModels(sampleResults({ models: 3, rounds: 1 }), ({ skipped }, at) => ({
      reliable: false,
      warnings:
        skipped === undefined && at < 2
          ? [{ code: 'NOISY', message: 'others were busy', unreliable: true }]
          : [],
    }))
    expect(remarksOf(result).map(({ kind, ids, text }) => [kind, ids.length, text])).toEqual([
      ['failed', 1, expect.stringContaining('truncated')],
      ['unreliable', 2, 'others were busy'],
      // Whoever reads it has to know that nothing is known.
      ['unreliable', 3, 'no reason is recorded'],
      ['skipped', 1, 'there is no GPU'],
    ])
  })
})

describe('the table of pictures', () => {
  it('has a row for each model where pictures are few, and a row for each picture where they are many', () => {
    const few = picturesTable(sampleResults({ models: 2, rounds: 1, pictures: 4 }), 100)
    expect(few?.columns.map(({ title }) => title)).toEqual([
      'model',
      'macaw_0.jpg',
      'ice_bear_1.jpg',
      'sports_car_2.jpg',
      'sea_lion_3.jpg',
    ])
    expect(few?.rows.map(({ cells }) => cells[0]?.text)).toEqual([
      'known to be',
      'mobilenet_v1/tflite/t1',
      'mobilenet_v2/tflite/t1',
    ])
    const many = picturesTable(sampleResults({ models: 2, rounds: 1, pictures: 12 }), 100)
    expect(many?.columns.map(({ title }) => title)).toEqual([
      'picture',
      'known to be',
      'mobilenet_v1/tflite/t1',
      'mobilenet_v2/tflite/t1',
    ])
    expect(many?.rows.length).toBe(12)
  })

  it('keeps what is wrong where it cannot keep all, and says so', () => {
    const result = sampleResults({ models: 2, rounds: 1, pictures: 200 })
    const wrong = new Set(
      result.models.flatMap(({ accuracy }) =>
        (accuracy?.pictures ?? []).flatMap(({ image, correct }) => (correct === false ? [image] : [])),
      ),
    )
    const table = picturesTable(result, wrong.size + 5)
    expect(table?.rows.length).toBe(wrong.size + 5)
    const shown = new Set(table?.rows.map(({ cells }) => `photographs/${cells[0]?.text}`))
    expect([...wrong].filter((image) => !shown.has(image))).toEqual([])
    expect(table?.notes.at(-1)).toMatch(new RegExp(`^${wrong.size + 5} of 200 pictures`))
  })
})

describe('classes taken for others', () => {
  it('are the most frequent of each model, and the others are counted', () => {
    const result = withModels(sampleResults({ models: 1, rounds: 1, pictures: 20 }), ({ accuracy }) => ({
      accuracy: accuracy && {
        ...accuracy,
        confusion: [
          [0, 0, 9],
          [1, 0, 2],
          [2, 0, 5],
          [999, 1, 1],
        ],
      },
    }))
    const table = confusionsTable(result, 2)
    expect(table && texts(table).map((row) => row.slice(1))).toEqual([
      [expect.any(String), 'macaw', '5'],
      [expect.any(String), 'macaw', '2'],
    ])
    expect(table?.notes[0]).toMatch(/^1 less frequent/)
  })
})

describe('ours beside the published', () => {
  const result = sampleResults({ models: 2, rounds: 4, runsPerRound: 40, pictures: 3 })
  const [first, second] = result.models
  const table = publishedTables(
    [
      {
        title: 'R',
        source: 'somewhere',
        columns: ['macaw', 'score', 'bytes', 'accuracy', 'slowest', 'said'],
        ours: [
          { quantity: 'mean-ms', image: 'Macaw 0' },
          { quantity: 'score', image: 'macaw-0' },
          { quantity: 'size-bytes' },
          { quantity: 'top1' },
          { quantity: 'max-ms' },
          null,
        ],
        rows: [
          { model: 'mobilenet_v1', cells: [100, 0.5586, 4_300_000, null, 120, 'fast'] },
          { model: 'mobilenet_v2', cells: [75, 0] },
          { model: 'nonesuch', cells: [1] },
        ],
      },
    ],
    result,
  )[0]
  if (table === undefined || first === undefined || second === undefined) throw new Error('nothing is there')

  it('has what was measured under what was published, of the same picture', () => {
    const rows = texts(table)
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['mobilenet_v1', 'published'],
      ['mobilenet_v1', 'ours: tflite, 1 thread'],
      ['mobilenet_v2', 'published'],
      ['mobilenet_v2', 'ours: tflite, 1 thread'],
      ['nonesuch', 'published'],
    ])
    expect(rows[0]?.slice(2)).toEqual(['100 (1.0)', '0.5586', '4300000', '', '120 (1.0)', 'fast'])
    expect(rows[2]?.slice(2)).toEqual(['75 (0.75)', '0', '', '', '', ''])
    const own = second.samplesMs.filter((_, at) => second.samplesOf[at] === 0)
    const mean = own.reduce((sum, ms) => sum + ms, 0) / own.length
    expect(Number.parseFloat(rows[3]?.[2] ?? '')).toBeCloseTo(mean, 2)
    expect(rows[3]?.[2]).toMatch(/ \(0\.7[5-9]\)$/)
    expect(rows[3]?.[3]).toMatch(/^0\.\d{4} \w/)
    expect(rows[3]?.[4]).toBe('3.578 MB')
    expect(rows[3]?.[5]).toMatch(/ %$/)
    expect(rows[3]?.[7]).toBe('')
  })

  it.each([undefined, [null]])('has no rows of ours where nothing of ours stands beside: %s', (ours) => {
    const [alone] = publishedTables(
      [
        {
          title: 'R',
          columns: ['score'],
          ...(ours && { ours }),
          rows: [{ model: 'mobilenet_v1', cells: [0.9] }],
        },
      ],
      result,
    )
    expect(alone?.rows.map(({ cells }) => cells[1]?.text)).toEqual(['published'])
    expect(alone?.notes).toEqual(['Nothing of ours can stand beside these figures.'])
  })

  it('says what to compare, and where there is nothing', () => {
    expect(table.notes.join(' ')).toContain('in relation to mobilenet_v1')
    expect(table.sortable).toBe(false)
    const nothing = publishedTables(
      [{ title: 'R', columns: ['ms'], rows: [{ model: 'other', cells: [1] }] }],
      result,
    )[0]
    expect(nothing?.notes).toEqual(['None of its models was measured in this run.'])
  })
})
