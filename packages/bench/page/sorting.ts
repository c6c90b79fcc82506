import { announce } from './announce.js'

type Direction = 'ascending' | 'descending'

/** Makes the heads of a table into buttons that sort its rows; numbers begin with the least, where there is none the row comes last. */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0]
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  if (body === undefined || body.rows.length < 2) return
  for (const [column, head] of heads.entries()) {
    const name = head.textContent ?? ''
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const direction: Direction = head.ariaSort === 'ascending' ? 'descending' : 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.ariaSort = direction
      body.append(...sorted([...body.rows], column, direction))
      announce(`Sorted by ${name}, ${direction}`)
    })
  }
}

function sorted(rows: HTMLTableRowElement[], column: number, direction: Direction): HTMLTableRowElement[] {
  const sign = direction === 'ascending' ? 1 : -1
  const keyed = rows.map((row) => ({ row, key: keyOf(row.cells[column]) }))
  return keyed
    .sort(({ key: one }, { key: other }) => {
      if (one === undefined || other === undefined)
        return Number(one === undefined) - Number(other === undefined)
      if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
      return sign * String(one).localeCompare(String(other), 'en', { numeric: true })
    })
    .map(({ row }) => row)
}

function keyOf(cell: HTMLTableCellElement | undefined): number | string | undefined {
  if (cell?.dataset.sort !== undefined) return Number(cell.dataset.sort)
  const text = cell?.textContent?.trim() ?? ''
  return text === '' || text === '–' ? undefined : text
}
