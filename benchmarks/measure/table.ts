import { figureText, type Interval, intervalFigure, median } from '@edge/bench'
import { table as layOut } from '@edge/bench/text'
import { type PairedRounds, ratioOf } from './turns.js'

/** One comparison: ours, what it is compared with, and their ratio. Microseconds an operation. */
export interface Row {
  readonly name: string
  readonly oursUs: number
  readonly referenceUs: number
  readonly rounds: number
  readonly ratio: Interval
  /** What ours takes longer, in microseconds: stated where a ratio says nothing, since the reference takes next to no time. */
  readonly differenceUs?: Interval
  /** What the upper end of the interval should stay within. */
  readonly bar?: number
}

/** A row of what each operation took in each round, in microseconds. */
export function rowOf(name: string, rounds: PairedRounds): Row {
  return {
    name,
    oursUs: median(rounds.ours),
    referenceUs: median(rounds.reference),
    rounds: rounds.ours.length,
    ratio: ratioOf(rounds),
  }
}

/** Whether the row's bar is met; undefined where it has none. */
export function meetsBar({ ratio, differenceUs, bar }: Row): boolean | undefined {
  return bar === undefined ? undefined : (differenceUs ?? ratio).high <= bar
}

/** Rows for eyes. */
export function table(rows: readonly Row[]): string {
  const columns = [
    { title: 'measured' },
    { title: 'ours', align: 'right' },
    { title: 'reference', align: 'right' },
    { title: 'ratio (95 % interval)' },
    { title: 'bar' },
  ] as const
  const cells = rows.map((row) => {
    const { name, oursUs, referenceUs, ratio, differenceUs } = row
    const compared =
      differenceUs === undefined
        ? figureText(intervalFigure(ratio))
        : `+${figureText(intervalFigure(differenceUs))} µs`
    return [name, time(oursUs), time(referenceUs), compared, verdict(row)]
  })
  return layOut(columns, cells, (titles) => titles).join('\n')
}

function verdict(row: Row): string {
  const met = meetsBar(row)
  return met === undefined ? '' : `${met ? 'within' : 'MISSES'} ${row.bar}`
}

function time(microseconds: number): string {
  return microseconds < 1000 ? `${microseconds.toFixed(2)} µs` : `${(microseconds / 1000).toFixed(3)} ms`
}
