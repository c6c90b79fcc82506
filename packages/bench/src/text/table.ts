/** A column of a table for eyes. */
export interface Column {
  readonly title: string
  /** Numbers go to the right. Default: `left`. */
  readonly align?: 'left' | 'right'
}

/**
 * Lays out a table: a line of titles, and one for each row, all indented by two spaces. What is longest and least predictable belongs into
 * the last column, which is not filled up.
 *
 * @param rows - cells of printable text, as many as there are columns.
 * @param markTitles - marks up the line of titles.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  markTitles: (text: string) => string,
): readonly string[] {
  const widths = columns.map(({ title }, at) =>
    rows.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), title.length),
  )
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ align }, at) => {
      const [cell = '', width = 0] = [cells[at], widths[at]]
      return align === 'right' ? cell.padStart(width) : cell.padEnd(width)
    })
    return `  ${padded.join('  ')}`.trimEnd()
  }
  return [markTitles(line(columns.map(({ title }) => title))), ...rows.map(line)]
}
