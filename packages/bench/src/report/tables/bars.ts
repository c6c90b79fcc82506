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
    notes: [BAR_NOTE],
  }
}

const BAR_NOTE =
  'Undecided: the interval reaches across the bar, or is of too few rounds. Only what is missed for certain and by reliable figures, or not measured, makes the exit code 1.'

/** What a bar asks, in words: `at most 1.02`. */
export function barText({ most, least, by }: Bar): string {
  const limit = most === undefined ? `at least ${least}` : `at most ${most}`
  return by === 'value' ? `${limit}, by the value` : limit
}

/** What became of a bar, in words: `missed, unreliable`. */
export function barVerdictText({ verdict, unreliable }: JudgedBar): string {
  return unreliable ? `${verdict}, unreliable` : verdict
}

function verdictCell(judged: JudgedBar): Cell {
  const text = barVerdictText(judged)
  if (judged.fails) return textCell(text, 'bad')
  return textCell(text, judged.verdict === 'met' && !judged.unreliable ? 'good' : 'quiet')
}
