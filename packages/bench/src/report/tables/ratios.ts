import type { ModelResult, RatioResult, ResultFile } from '../../result/schema.js'
import { intervalFigure, perCentText, significant } from '../figures.js'
import type { Cell, ReportTable, Tone } from '../report-table.js'

const VERDICT_TONES: Readonly<Record<RatioResult['verdict'], Tone | undefined>> = {
  faster: 'good',
  slower: 'bad',
  equal: undefined,
  undecided: 'quiet',
}

/** How many times as long each model took as another one; undefined where nothing was compared. */
export function ratiosTable({ ratios, models, settings }: ResultFile): ReportTable | undefined {
  if (ratios.length === 0) return undefined
  const paired = ratios.some(({ mcnemar }) => mcnemar !== undefined)
  const doubtful = unreliableIds(models)
  return {
    id: 'ratios',
    title: 'Ratios of latency',
    columns: [
      { title: 'model', kind: 'text' },
      { title: 'compared with', kind: 'text' },
      { title: 'times as long', kind: 'number', keepsInterval: true },
      { title: 'rounds', kind: 'number', detail: true },
      { title: 'verdict', kind: 'text' },
      ...(paired
        ? ([
            { title: 'right alone', kind: 'number', detail: true },
            { title: 'other right alone', kind: 'number', detail: true },
            { title: 'McNemar p', kind: 'number', detail: true },
          ] as const)
        : []),
    ],
    rows: ratios.map((one) => ({
      cells: [
        { text: one.id },
        { text: one.to },
        intervalFigure(one.ratio),
        count(one.rounds),
        verdictCell(one, doubtful.has(one.id) || doubtful.has(one.to), settings.confidence),
        ...(paired ? pairedCells(one) : []),
      ],
    })),
    notes: [
      ...intervalNotes(ratios, settings),
      ...(models.some(({ scenario }) => scenario === 'offline')
        ? ['Of offline, of the time of a round by its inferences: twice as long is half as many a second.']
        : []),
    ],
    ...(paired && {
      detailNotes: [
        'Right alone: pictures that only one of the two has right. McNemar: how probable so unequal counts are by chance.',
      ],
    }),
  }
}

function intervalNotes(
  ratios: readonly RatioResult[],
  { confidence, order }: ResultFile['settings'],
): string[] {
  const asked = perCentText(confidence)
  const short = ratios.filter(({ ratio }) => ratio.confidence < confidence)
  const all = short.length === ratios.length
  const undecided = ratios.some(
    ({ verdict, ratio }) => verdict === 'undecided' && ratio.confidence >= confidence,
  )
  return [
    `Ratios of medians, with ${all ? '' : `${asked} `}intervals bootstrapped over rounds. Equal: the whole interval is within ±2 %.`,
    ...(undecided
      ? ['Undecided: the interval has room for more than one verdict; more rounds would tell.']
      : []),
    ...(short.length === 0
      ? []
      : [
          `Too few rounds: ${roundsText(short)} too few for intervals of ${asked}${
            order === 'interleaved' ? `, which take ${fewestRounds(confidence)} at least` : ''
          }. What is shown is of less confidence, and decides nothing.`,
        ]),
  ]
}

function roundsText(ratios: readonly RatioResult[]): string {
  const counts = [...new Set(ratios.map(({ rounds }) => rounds))].sort((one, other) => one - other)
  return `${counts.join(', ')} ${counts.length === 1 && counts[0] === 1 ? 'is' : 'are'}`
}

/** All n rounds lie on one side of the true median in 2 of 2^n cases: fewer have no interval of so much confidence. */
function fewestRounds(confidence: number): number {
  return Math.ceil(1 - Math.log2(1 - confidence))
}

/** Ids of those whose figures are not to be believed. */
export function unreliableIds(models: readonly ModelResult[]): ReadonlySet<string> {
  return new Set(models.filter(({ reliable }) => !reliable).map(({ id }) => id))
}

function verdictCell({ verdict, ratio }: RatioResult, doubtful: boolean, confidence: number): Cell {
  const tone = doubtful ? 'quiet' : VERDICT_TONES[verdict]
  const parts = [
    verdict,
    ...(ratio.confidence < confidence ? ['too few rounds'] : []),
    ...(doubtful ? ['unreliable'] : []),
  ]
  return { text: parts.join(', '), ...(tone !== undefined && { tone }) }
}

function pairedCells({ mcnemar }: RatioResult): (Cell | undefined)[] {
  if (mcnemar === undefined) return [undefined, undefined, undefined]
  const { onlyThis, onlyOther, pValue } = mcnemar
  return [count(onlyThis), count(onlyOther), { text: pText(pValue), sort: pValue }]
}

function pText(pValue: number): string {
  return pValue < 0.0001 ? '< 0.0001' : significant(pValue, 2)
}

function count(value: number): Cell {
  return { text: String(value), sort: value }
}
