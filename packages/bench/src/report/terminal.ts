import { table as layOut, type Palette, printable } from '../text/index.js'
import { figureText } from './figures.js'
import { type Remark, remarksHeadline, remarksOf, subjectOf } from './remarks.js'
import type { ReportInput } from './report.js'
import { type Cell, emptyCell, headOf, type ReportTable, withRemarks } from './report-table.js'
import { accuracyTable } from './tables/accuracy.js'
import { barsTable } from './tables/bars.js'
import { latencyTable } from './tables/latency.js'
import { picturesTable } from './tables/pictures.js'
import { publishedTables } from './tables/published.js'
import { ratiosTable } from './tables/ratios.js'

// More pictures than fit beside each other are for the other reports.
const MOST_PICTURES = 8

/** What a run found, for eyes on a terminal: tables, and under them whatever has to be known before their figures are used. */
export function terminalReport({ result, published = [], bars = [] }: ReportInput, palette: Palette): string {
  const tables = [
    latencyTable(result),
    ratiosTable(result),
    barsTable(bars, result),
    accuracyTable(result),
    result.images.length <= MOST_PICTURES ? picturesTable(result, MOST_PICTURES) : undefined,
    ...publishedTables(published, result),
  ].filter((one) => one !== undefined)
  const remarks = remarksOf(result)
  const headline = remarksHeadline(result)
  const lines = [
    ...(result.complete ? [] : [palette.red('This run is not complete: it goes on, or was stopped.'), '']),
    ...tables.flatMap((one) => [...terminalTable(one, palette), '']),
    ...(remarks.length === 0
      ? []
      : [
          palette.bold('Remarks'),
          ...(headline === undefined ? [] : [`  ${palette.red(headline)}`]),
          ...remarks.map((one) => remarkLine(one, palette)),
          '',
        ]),
  ]
  return lines.join('\n')
}

/** A table as lines; without the columns that are details, and without most intervals. */
export function terminalTable(table: ReportTable, palette: Palette): string[] {
  const { title, columns, rows, notes } = withRemarks(table)
  const shown = columns.flatMap((column, index) => (column.detail === true ? [] : [{ column, index }]))
  return [
    palette.bold(printable(title)),
    ...layOut(
      shown.map(({ column }) => ({
        title: printable(headOf(column)),
        align: column.kind === 'number' ? 'right' : 'left',
      })),
      rows.map(({ cells }) =>
        shown.map(({ column, index }) =>
          cellText(cells[index] ?? emptyCell(column), column.keepsInterval === true),
        ),
      ),
      palette.dim,
    ),
    ...notes.map((note) => palette.dim(`  ${printable(note)}`)),
  ]
}

function cellText(cell: Cell, withInterval: boolean): string {
  return printable(withInterval ? figureText(cell) : cell.text)
}

function remarkLine(remark: Remark, palette: Palette): string {
  const { kind, text } = remark
  const mark = kind === 'failed' || kind === 'unreliable' ? palette.red : palette.bold
  return `  ${mark(kind)}  ${printable(subjectOf(remark))}: ${printable(text)}`
}
