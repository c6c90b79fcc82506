import type { Ratio } from './ratio.js'

/** One comparison: ours, what it is compared with, and their ratio. Microseconds an operation. */
export interface Row {
  readonly name: string
  readonly oursUs: number
  readonly referenceUs: number
  readonly ratio: Ratio
  /** What ours takes longer, in microseconds: stated where a ratio says nothing, since the reference takes next to no time. */
  readonly differenceUs?: Ratio
  /** What the upper end of the interval should stay within. */
  readonly bar?: number
}

/** Whether the row's bar is met; undefined where it has none. */
export function meetsBar({ ratio, differenceUs, bar }: Row): boolean | undefined {
  return bar === undefined ? undefined : (differenceUs ?? ratio).high <= bar
}

/** Rows for eyes. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length))
  const head = `${'measured'.padEnd(width)}       ours  reference  ratio (95 % interval)`
  const lines = rows.map((row) => {
    const { name, oursUs, referenceUs, ratio, differenceUs } = row
    const compared = differenceUs === undefined ? interval(ratio) : `+${interval(differenceUs)} µs`
    return `${name.padEnd(width)} ${time(oursUs)} ${time(referenceUs)}  ${compared}${verdict(row)}`
  })
  return [head, ...lines].join('\n')
}

function interval({ median, low, high }: Ratio): string {
  return `${median.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
}

function verdict(row: Row): string {
  const met = meetsBar(row)
  return met === undefined ? '' : `  ${met ? 'within' : 'MISSES'} ${row.bar}`
}

function time(microseconds: number): string {
  const text =
    microseconds < 1000 ? `${microseconds.toFixed(2)} µs` : `${(microseconds / 1000).toFixed(3)} ms`
  return text.padStart(10)
}
