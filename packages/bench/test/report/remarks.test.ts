import { describe, expect, it } from 'vitest'
import { htmlReport } from '../../src/report/html/page.js'
import { markdownReport } from '../../src/report/markdown.js'
import { remarksOf } from '../../src/report/remarks.js'
import { terminalReport } from '../../src/report/terminal.js'
import type { ModelResult, ResultFile } from '../../src/result/schema.js'
import { paletteFor } from '../../src/text/index.js'
import { sampleResults } from './sample-results.js'

type Warning = ModelResult['warnings'][number]

const waited = (share: number, unreliable = true): Warning => ({
  code: 'pressure',
  message: `Tasks waited for a processor ${share} % of the time.`,
  unreliable,
})

/** A run with these warnings, a list for each model that ran. */
function warned(...lists: readonly Warning[][]): ResultFile {
  const result = sampleResults({ models: lists.length, rounds: 2, runsPerRound: 2 })
  return {
    ...result,
    models: result.models.slice(0, lists.length).map((model, at) => {
      const warnings = lists[at] ?? []
      return { ...model, warnings, reliable: !warnings.some(({ unreliable }) => unreliable) }
    }),
  }
}

describe('remarks', () => {
  it('say a reason once, with the range of its figures', () => {
    const busy = warned([waited(68)], [waited(89)], [waited(70)], [waited(70), waited(71)])
    expect(remarksOf(busy)).toEqual([
      {
        kind: 'unreliable',
        ids: busy.models.map(({ id }) => id),
        about: 'all 4 results',
        text: 'Tasks waited for a processor 68–89 % of the time.',
      },
    ])
    for (const report of [
      terminalReport({ result: busy }, paletteFor({})),
      markdownReport({ result: busy }),
    ]) {
      expect(report).toContain('All 4 results are unreliable: the machine was busy with something else.')
      expect(report.match(/Tasks waited/g)).toHaveLength(1)
    }
    expect(terminalReport({ result: busy }, paletteFor({}))).toContain(
      'unreliable  all 4 results: Tasks waited for a processor 68–89 % of the time.',
    )
  })

  it('stand once on the page, under what holds for all', async () => {
    const page = await htmlReport({ result: warned([waited(68)], [waited(89)], [waited(70)], [waited(70)]) })
    expect(page).toContain('<p><strong>All 4 results are unreliable: the machine was busy')
    expect(page.match(/<li class="unreliable">/g)).toHaveLength(1)
    expect(page).toContain('all 4 results: Tasks waited for a processor 68–89 %')
  })

  it('name those that they are about, and put nothing together that is not the same', () => {
    const some = warned([waited(68)], [waited(30, false)], [])
    expect(remarksOf(some).map(({ kind, ids, about, text }) => [kind, ids.length, about, text])).toEqual([
      ['unreliable', 1, undefined, 'Tasks waited for a processor 68 % of the time.'],
      ['warning', 1, undefined, 'Tasks waited for a processor 30 % of the time.'],
    ])
    expect(terminalReport({ result: some }, paletteFor({}))).not.toContain('results are unreliable')
    // Numbers of anything else are no figures: they may be names.
    const pictures = (count: number): Warning => ({
      code: 'pictures-left-out',
      message: `${count}.jpg`,
      unreliable: false,
    })
    expect(remarksOf(warned([pictures(1)], [pictures(2)])).map(({ text }) => text)).toEqual([
      '1.jpg',
      '2.jpg',
    ])
  })

  it('are of another reason than a busy machine', () => {
    const hot: Warning = { code: 'throttled', message: 'It throttled (oc1_event_cnt 3×).', unreliable: true }
    const more: Warning = { ...hot, message: 'It throttled (oc1_event_cnt 12×).' }
    const text = terminalReport({ result: warned([hot, waited(60)], [more]) }, paletteFor({}))
    expect(text).toContain('All 2 results are unreliable.\n')
    expect(text).toContain('It throttled (oc1_event_cnt 3–12×).')
  })

  it('do not say of a stopped run that it is short, unless it is too short to be used', () => {
    const short = (unreliable: boolean): Warning => ({
      code: 'too-short',
      message: 'It ran 9 times.',
      unreliable,
    })
    const stopped = { ...warned([short(false)], [short(true)]), complete: false }
    expect(remarksOf(stopped)).toMatchObject([{ kind: 'unreliable', ids: [stopped.models[1]?.id] }])
    expect(remarksOf({ ...stopped, complete: true })).toHaveLength(2)
  })
})
