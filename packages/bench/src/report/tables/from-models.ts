import type { ModelResult } from '../../result/schema.js'
import { marksOf, toneOf } from '../remarks.js'
import type { Cell, ReportColumn, ReportRow } from '../report-table.js'

/** A column, and what of a result stands in it. */
export interface ModelColumn extends ReportColumn {
  readonly cell: (model: ModelResult) => Cell | undefined
}

/** Columns and rows of a table with a row for each result. Columns in which nothing would stand are left out. */
export function fromModels(
  models: readonly ModelResult[],
  figures: readonly ModelColumn[],
): { columns: readonly ReportColumn[]; rows: readonly ReportRow[] } {
  const name: ModelColumn = { title: 'model', kind: 'text', cell: ({ id }) => ({ text: id }) }
  const used = [name, ...figures].filter(({ cell }) => models.some((one) => cell(one) !== undefined))
  return {
    columns: used.map(({ cell: _, ...column }) => column),
    rows: models.map((model) => {
      const marks = marksOf(model)
      const tone = toneOf(model)
      return {
        cells: used.map(({ cell }) => cell(model)),
        ...(marks.length > 0 && { remark: marks.join(', ') }),
        ...(tone !== undefined && { tone }),
      }
    }),
  }
}
