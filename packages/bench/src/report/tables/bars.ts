import type { ResultFile } from '../../result/schema.js'
import type { Bar } from '../../suite/schema.js'
import { type JudgedBar, judgeBars } from '../bars.js'
import { intervalFigure } from '../figures.js'
import { type Cell, type ReportTable, textCell } from '../report-table.js'

/** What the suite asks of ratios, and whether it is so; undefined where it asks nothing. */
export function barsTable(bars: readonly Bar[], result: ResultFile): ReportTable | undefined {
  if (bars.length === 0) return undefined
  return {
    id: 'bars',
    title: 'Bars',
    columns: [
      { title: 'model', kind: 'text' },
      { title: 'compared with', kind: 'text' },
      { title: 'times as long', kind: 'number', keepsInterval: true },
      { title: 'bar', kind: 'text' },
      { title: 'verdict', kind: 'text' },
    ],
    rows: judgeBars(bars, result).map((judged) => ({
      cells: [
        { text: judged.bar.case },
        judged.ratio && { text: judged.ratio.to },
        judged.ratio && intervalFigure(judged.ratio.ratio),
        textCell(barText(judged.bar)),
        verdictCell(judged),
      ],
    })),
    notes: [],
  }
}

/** What a bar asks, in words: `at most 1.02`. */
export function barText({ most, least, by }: Bar): string {
  const limit = most === undefined ? `at least ${least}` : `at most ${most}`
  return by === 'value' ? `${limit}, by the value` : limit
}

function verdictCell({ ratio, met }: JudgedBar): Cell {
  if (ratio === undefined) return textCell('not measured', 'bad')
  return met ? textCell('met', 'good') : textCell('missed', 'bad')
}
