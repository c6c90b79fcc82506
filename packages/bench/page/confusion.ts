import type { ConfusionMatrix } from '../src/report/html/page-data.js'

/** Draws matrices as tables, of one model at a time: what is in a cell can be read and heard, and not only seen as a colour. */
export function showConfusion(place: HTMLElement, matrices: readonly ConfusionMatrix[]): void {
  const label = document.createElement('label')
  const select = document.createElement('select')
  for (const [index, { id }] of matrices.entries()) select.add(new Option(id, String(index)))
  label.append('Confusion matrix of ', select)
  const scroll = document.createElement('div')
  scroll.className = 'scroll'
  scroll.tabIndex = 0
  scroll.setAttribute('role', 'group')
  scroll.ariaLabel = 'Confusion matrix'
  const show = () => {
    const matrix = matrices[Number(select.value)]
    if (matrix !== undefined) scroll.replaceChildren(matrixTable(matrix))
  }
  select.addEventListener('change', show)
  show()
  place.append(label, scroll)
  place.hidden = false
}

function matrixTable({ classes, counts }: ConfusionMatrix): HTMLTableElement {
  const table = document.createElement('table')
  table.className = 'matrix'
  const caption = table.createCaption()
  caption.textContent = 'Rows: what a picture is of. Columns: what it was taken for.'
  const head = table.createTHead().insertRow()
  head.append(document.createElement('td'), ...classes.map((name) => headCell(name, 'col')))
  const times = new Map(counts.map(([expected, returned, count]) => [`${expected} ${returned}`, count]))
  const most = Math.max(1, ...counts.map(([, , count]) => count))
  const body = table.createTBody()
  for (const [row, name] of classes.entries()) {
    const line = body.insertRow()
    line.append(headCell(name, 'row'))
    for (const column of classes.keys()) {
      const count = times.get(`${row} ${column}`) ?? 0
      const cell = line.insertCell()
      cell.textContent = count === 0 ? '' : String(count)
      if (count === 0) continue
      cell.className = row === column ? 'right' : 'wrong'
      cell.style.setProperty('--share', String(0.2 + (0.8 * count) / most))
    }
  }
  return table
}

function headCell(text: string, scope: 'row' | 'col'): HTMLTableCellElement {
  const cell = document.createElement('th')
  cell.scope = scope
  const inside = document.createElement('span')
  inside.textContent = text
  cell.append(inside)
  return cell
}
