import { type Palette, printable } from '../text/index.js'
import type { ComparedPair, Comparison, Difference } from './compare.js'
import { intervalFigure, perCentText } from './figures.js'
import type { ReportTable, Tone } from './report-table.js'
import { terminalTable } from './terminal.js'

/** What a comparison found, for eyes on a terminal. */
export function comparisonText(comparison: Comparison, palette: Palette): string {
  const { pairs, uncompared, onlyFirst, onlySecond, differences } = comparison
  const only = (ids: readonly string[], where: string) =>
    ids.map((id) => `  only in the ${where}: ${printable(id)}`)
  const left = [
    ...uncompared.map(({ id, reason }) => `  not compared: ${printable(id)}: ${printable(reason)}`),
    ...only(onlyFirst, 'first'),
    ...only(onlySecond, 'second'),
  ]
  const lines = [
    ...differenceLines(differences, palette),
    ...(pairs.length === 0
      ? [palette.red('Nothing is in both files that could be compared.'), '']
      : [...terminalTable(comparisonTable(comparison), palette), '']),
    ...(left.length === 0 ? [] : [...left, '']),
    conclusion(comparison, palette),
    '',
  ]
  return lines.join('\n')
}

/** The pairs of a comparison, for any medium. */
export function comparisonTable({ pairs, threshold }: Comparison): ReportTable {
  return {
    id: 'comparison',
    title: 'The second file compared with the first',
    columns: [
      { title: 'model', kind: 'text' },
      { title: 'times as long', kind: 'number', keepsInterval: true },
      { title: 'verdict', kind: 'text' },
    ],
    rows: pairs.map((pair) => {
      const tone = toneOf(pair)
      return {
        cells: [{ text: pair.id }, intervalFigure(pair.ratio), { text: verdictText(pair) }],
        ...(tone !== undefined && { tone }),
      }
    }),
    notes: [
      `Ratios of medians, bootstrapped over rounds. Equal: the whole interval is within ±2 %. Regression: slower by more than ${perCentText(threshold)}.`,
    ],
  }
}

function verdictText({ verdict, regression, unreliable }: ComparedPair): string {
  const parts: string[] = [verdict]
  if (regression) parts.push('regression')
  if (unreliable.length > 0) parts.push(`unreliable in the ${unreliable.join(' and the ')}`)
  return parts.join(', ')
}

function toneOf({ verdict, regression }: ComparedPair): Tone | undefined {
  if (regression) return 'bad'
  return verdict === 'faster' ? 'good' : undefined
}

function differenceLines(differences: readonly Difference[], palette: Palette): string[] {
  if (differences.length === 0) return []
  const machine = differences.some(({ of }) => of === 'machine')
  return [
    palette.red(
      machine
        ? 'These are figures of different machines, or of one that was changed: they say little about the models.'
        : 'These figures were measured with different settings.',
    ),
    ...differences.map(
      ({ what, first, second }) => `  ${printable(what)}: ${printable(first)} → ${printable(second)}`,
    ),
    '',
  ]
}

function conclusion({ pairs, regression }: Comparison, palette: Palette): string {
  const count = (verdict: ComparedPair['verdict']) => pairs.filter((pair) => pair.verdict === verdict).length
  const verdicts = (['faster', 'slower', 'equal', 'undecided'] as const).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  )
  const text = `${verdicts.join(', ')}.`
  if (regression) return `${text} ${palette.red('There is a regression.')}`
  return pairs.length === 0 ? text : `${text} ${palette.green('No regression.')}`
}
