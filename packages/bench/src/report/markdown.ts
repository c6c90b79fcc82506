import type { ResultFile } from '../result/schema.js'
import { printable } from '../text/printable.js'
import { figureText } from './figures.js'
import { remarksHeadline, remarksOf, subjectOf } from './remarks.js'
import type { ReportInput } from './report.js'
import { emptyCell, headOf, type ReportTable, withRemarks } from './report-table.js'
import { reportTables } from './report-tables.js'
import { type Fact, machineFacts, sensorFacts, settingsFacts } from './tables/run.js'

// A page that people read: more is in the other reports.
const MOST = { pictures: 50, confusions: 5 }

/** What a run found as GitHub Flavored Markdown: remarks, tables, ours beside the published, machine and settings. */
export function markdownReport(input: ReportInput): string {
  const { result } = input
  return [
    `# Benchmark ${escapeMarkdown(result.settings.suite)}`,
    introduction(result),
    ...remarkLines(result),
    ...reportTables(input, MOST).map(markdownTable),
    `## Machine\n\n${factsTable([...machineFacts(result), ...sensorFacts(result)])}`,
    `## Settings\n\n${factsTable(settingsFacts(result))}`,
  ]
    .join('\n\n')
    .concat('\n')
}

function introduction({ machine, begun, complete }: ResultFile): string {
  const where = [machine.board, machine.processor, machine.gpu].filter((one) => one !== undefined).join(', ')
  const text = `${escapeMarkdown(begun)} on ${escapeMarkdown(where)}.`
  return complete ? text : `${text} **This run is not complete: it goes on, or was stopped.**`
}

function remarkLines(result: ResultFile): string[] {
  const remarks = remarksOf(result)
  if (remarks.length === 0) return []
  const lines = remarks.map(
    (remark) => `- **${remark.kind}** ${escapeMarkdown(subjectOf(remark))}: ${escapeMarkdown(remark.text)}`,
  )
  const headline = remarksHeadline(result)
  return [`## Remarks\n\n${headline === undefined ? '' : `**${headline}**\n\n`}${lines.join('\n')}`]
}

/** A table with its title and notes. */
export function markdownTable(table: ReportTable): string {
  const { title, columns, rows, notes, detailNotes = [] } = withRemarks(table)
  const lines = [
    row(columns.map((column) => escapeMarkdown(headOf(column)))),
    row(columns.map(({ kind }) => (kind === 'number' ? '---:' : '---'))),
    ...rows.map(({ cells }) =>
      row(columns.map((column, index) => escapeMarkdown(figureText(cells[index] ?? emptyCell(column))))),
    ),
  ]
  const parts = [
    `## ${escapeMarkdown(title)}`,
    lines.join('\n'),
    ...[...notes, ...detailNotes].map(escapeMarkdown),
  ]
  return parts.join('\n\n')
}

function factsTable(facts: readonly Fact[]): string {
  return [
    row(['', '']),
    row(['---', '---']),
    ...facts.map(([name, value]) => row([escapeMarkdown(name), escapeMarkdown(value)])),
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

// What begins or ends something in a line of GitHub Flavored Markdown, its tables, mathematics, mentions and links among it. An
// underscore within a word begins nothing.
const SPECIAL =
  /[\\`*[\]<>|~$#!&@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=\b(?:https?|ftp)):|(?<=\bwww)\./giu

/** Text that is shown as it is, on one line. */
export function escapeMarkdown(text: string): string {
  const plain = printable(text).replace(SPECIAL, (special) => ENTITIES[special] ?? `\\${special}`)
  // What would make a list, a line or a heading of it.
  return plain.replace(/^(\s*)([-+=])/, '$1\\$2').replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
}

// Not by a backslash: GitHub takes mentions and bare links for what they are all the same.
const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '@': '&#64;',
  ':': '&#58;',
  '.': '&#46;',
}
