import type { Ratio } from '../measure/ratio.js'

/** One comparison: ours, what it is compared with, and their ratio. Microseconds an operation. */
export interface Row {
  readonly name: string
  readonly oursUs: number
  readonly referenceUs: number
  readonly ratio: Ratio
}

/** Rows for eyes. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length))
  const head = `${'measured'.padEnd(width)}       ours  reference  ratio (95 % interval)`
  const lines = rows.map(({ name, oursUs, referenceUs, ratio }) => {
    const interval = `${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)})`
    return `${name.padEnd(width)} ${time(oursUs)} ${time(referenceUs)}  ${interval}`
  })
  return [head, ...lines].join('\n')
}

function time(microseconds: number): string {
  const text =
    microseconds < 1000 ? `${microseconds.toFixed(2)} µs` : `${(microseconds / 1000).toFixed(3)} ms`
  return text.padStart(10)
}
