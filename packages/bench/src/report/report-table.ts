import type { Figure } from './figures.js'

/**
 * A table of a report, of text that any medium can show: the terminal, Markdown and the page lay out the same ones. Text is as it was
 * given, names of files and models among it: each medium escapes it in its own way.
 */
export interface ReportTable {
  /** Of the page's elements: letters and hyphens. */
  readonly id: string
  readonly title: string
  readonly columns: readonly ReportColumn[]
  readonly rows: readonly ReportRow[]
  /** What has to be known to read it. */
  readonly notes: readonly string[]
  /** What has to be known to read columns that are details. */
  readonly detailNotes?: readonly string[]
  /** Whether its rows may be put into another order. Default: true. */
  readonly sortable?: boolean
}

export interface ReportColumn {
  readonly title: string
  /** Of its figures; shown in the head. */
  readonly unit?: string
  readonly kind: 'text' | 'number'
  /** Left out where room is short, as on a terminal. */
  readonly detail?: boolean
  /** Whether intervals stand in the table where room is short, too. Default: false. */
  readonly keepsInterval?: boolean
}

export interface ReportRow {
  /** As many as there are columns; undefined: there is no such figure. */
  readonly cells: readonly (Cell | undefined)[]
  /** What has to be known of the row before its figures are used, in a few words. */
  readonly remark?: string
  /** Never said by colour alone: the remark or a cell says it in words, too. */
  readonly tone?: Tone
}

export type Tone = 'good' | 'bad' | 'quiet'

export interface Cell extends Omit<Figure, 'sort'> {
  /** What rows are sorted by; default: the text. */
  readonly sort?: number
  readonly tone?: Tone
}

/** A cell of text. */
export function textCell(text: string, tone?: Tone): Cell {
  return tone === undefined ? { text } : { text, tone }
}

/** A table with a last column for its rows' remarks, where there are any: for media that have no better place for them. */
export function withRemarks(table: ReportTable): ReportTable {
  if (table.rows.every(({ remark }) => remark === undefined)) return table
  return {
    ...table,
    columns: [...table.columns, { title: 'remarks', kind: 'text' }],
    rows: table.rows.map((row) => ({
      ...row,
      cells: [...row.cells, row.remark === undefined ? undefined : textCell(row.remark, row.tone)],
    })),
  }
}

/** The head of a column: `median, ms`. */
export function headOf({ title, unit }: ReportColumn): string {
  return unit === undefined ? title : `${title}, ${unit}`
}

/** What stands where there is no figure, or no text. */
export function emptyCell({ kind }: ReportColumn): Cell {
  return { text: kind === 'number' ? '–' : '' }
}
