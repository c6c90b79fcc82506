import type { Expectation } from './expectations.js'
import type { FirstClass } from './first-classes.js'

/** Whether the class is right, or undefined where there is nothing to compare with. */
export function isRight({ classes }: Expectation, found: FirstClass | undefined): boolean | undefined {
  if (classes.length === 0) return undefined
  return found !== undefined && classes.includes(found.index)
}

function cell(found: FirstClass | undefined): string {
  if (found === undefined) return 'nothing'
  return `${String(found.index).padStart(3)} ${found.label} ${found.score.toFixed(2)}`
}

function verdict(right: boolean | undefined): string {
  if (right === undefined) return ' '
  return right ? '✓' : '✗'
}

/** The photographs, what both models see first, and whether they are right. */
export function tableText(
  expectations: readonly Expectation[],
  float32: ReadonlyMap<string, FirstClass>,
  int8: ReadonlyMap<string, FirstClass>,
): string {
  const rows = expectations.map((expectation) => {
    const [first, second] = [float32.get(expectation.file), int8.get(expectation.file)]
    return [
      expectation.file,
      expectation.shown,
      `${verdict(isRight(expectation, first))} ${cell(first)}`,
      `${verdict(isRight(expectation, second))} ${cell(second)}`,
    ]
  })
  const all = [['photograph', 'shows', '  float32', '  int8'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}
