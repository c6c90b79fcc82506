import { closingLine, total } from './outcome.js'
import type { PartReport } from './part.js'

function resultOf({ outcome, lacked }: PartReport): string {
  if (lacked !== undefined) return `not run, for "${lacked}" failed`
  if (outcome.passed + outcome.failed === 0) return 'ok'
  const skipped = outcome.skipped.length > 0 ? `, ${outcome.skipped.length} skipped` : ''
  return `${closingLine(outcome)}${skipped}`
}

/** The end of a test run: a line for each part, what was skipped and why, and the closing line. */
export function summaryText(reports: readonly PartReport[]): string {
  const all = total(reports.map((report) => report.outcome))
  const width = Math.max(...reports.map((report) => report.name.length))
  const seconds = reports.reduce((sum, report) => sum + report.seconds, 0)
  return [
    '',
    ...reports.map(
      (report) =>
        `${report.name.padEnd(width)} ${report.seconds.toFixed(1).padStart(7)} s  ${resultOf(report)}`,
    ),
    `${'all'.padEnd(width)} ${seconds.toFixed(1).padStart(7)} s`,
    ...(all.skipped.length > 0 ? ['', 'Skipped:'] : []),
    ...all.skipped.map(({ what, why }) => `  ${what}: ${why}`),
    '',
    closingLine(all),
  ].join('\n')
}
