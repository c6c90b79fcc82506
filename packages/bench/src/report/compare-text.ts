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
      `Ratios of medians, bootstrapped over rounds. Equal: the whole interval is within ±2 %. Regression: slower by more than ${perCentText(threshold)}, of figures that are reliable.`,
    ],
  }
}

// What verdicts are asked for.
const CONFIDENCE = 0.95

function hasTooFewRounds({ ratio }: ComparedPair): boolean {
  return ratio.confidence < CONFIDENCE
}

function verdictText(pair: ComparedPair): string {
  const { verdict, regression, unreliable } = pair
  const parts: string[] = [verdict]
  if (hasTooFewRounds(pair)) parts.push('too few rounds')
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

function conclusion(comparison: Comparison, palette: Palette): string {
  const { pairs, regression, threshold } = comparison
  const verdicts = (['faster', 'slower', 'equal', 'undecided'] as const).map((verdict) =>
    countText(
      verdict,
      pairs.filter((pair) => pair.verdict === verdict),
    ),
  )
  const text = `${verdicts.join(', ')}.`
  const again = pairs.some(({ unreliable }) => unreliable.length > 0)
    ? ' Unreliable figures show nothing: measure again when nothing else runs.'
    : ''
  if (regression) return `${text} ${palette.red('There is a regression.')}${again}`
  if (pairs.length === 0) return text
  if (again !== '') return `${text} ${palette.bold('No regression is shown.')}${again}`
  // What is undecided may yet be one.
  return pairs.some(
    (pair) => pair.verdict === 'undecided' && (pair.ratio.high > 1 + threshold || hasTooFewRounds(pair)),
  )
    ? `${text} ${palette.bold('No regression is shown.')} More rounds would tell of what is undecided.`
    : `${text} ${palette.green('No regression.')}`
}

/** `2 slower (both unreliable)` */
function countText(verdict: ComparedPair['verdict'], pairs: readonly ComparedPair[]): string {
  const doubtful = pairs.filter(({ unreliable }) => unreliable.length > 0).length
  const text = `${pairs.length} ${verdict}`
  if (doubtful === 0) return text
  if (doubtful < pairs.length) return `${text} (${doubtful} unreliable)`
  return `${text} (${{ 1: '', 2: 'both ' }[doubtful] ?? 'all '}unreliable)`
}
