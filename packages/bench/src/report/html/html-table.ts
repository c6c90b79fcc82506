import { type Cell, emptyCell, type ReportColumn, type ReportTable, textCell } from '../report-table.js'
import { escapeHtml, escapeSentence } from './escape.js'

/** A table as a section of its own: its title, whatever is drawn of it, rows, and notes. The page's program makes heads into buttons. */
export function htmlSection(
  { id, title, columns, rows, notes, detailNotes = [], sortable }: ReportTable,
  drawing = '',
): string {
  const head = columns.map(headCell).join('')
  const body = rows.map(({ cells, remark, tone }) => {
    const [first, ...others] = columns.map((column, index) => ({
      column,
      cell: cells[index] ?? emptyCell(column),
    }))
    const inside = [
      rowHead(first?.cell ?? textCell(''), remark),
      ...others.map(({ column, cell }) => bodyCell(column, cell)),
    ]
    return `<tr${tone === undefined ? '' : ` class="${tone}"`}>${inside.join('')}</tr>`
  })
  const heading = `${id}-title`
  return `<section id="${id}" aria-labelledby="${heading}">
<h2 id="${heading}">${escapeHtml(title)}</h2>
${drawing}<div class="scroll" role="group" aria-labelledby="${heading}" tabindex="0">
<table${sortable === false ? '' : ' class="sortable"'}>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>
${[...notes, ...detailNotes].map((note) => `<p class="note">${escapeSentence(note)}</p>`).join('\n')}
</section>`
}

function headCell({ title, unit, kind }: ReportColumn): string {
  const inside = `${escapeHtml(title)}${unit === undefined ? '' : `, <span class="unit">${escapeHtml(unit)}</span>`}`
  return `<th scope="col" class="${kind}">${inside}</th>`
}

function rowHead({ text }: Cell, remark: string | undefined): string {
  const mark = remark === undefined ? '' : ` <span class="remark">${escapeHtml(remark)}</span>`
  return `<th scope="row">${escapeHtml(text)}${mark}</th>`
}

function bodyCell({ kind }: ReportColumn, { text, interval, sort, tone }: Cell): string {
  const range = interval === undefined ? '' : ` <span class="interval">(${escapeHtml(interval)})</span>`
  const classes = tone === undefined ? kind : `${kind} ${tone}`
  return `<td class="${classes}"${sort === undefined ? '' : ` data-sort="${sort}"`}>${escapeHtml(text)}${range}</td>`
}
