import type { ModelResult, ResultFile } from '../../result/schema.js'
import { median } from '../../statistics/quantile.js'
import type { Counterpart, Published } from '../../suite/schema.js'
import { byteUnit, PER_CENT, plainFigure, significant } from '../figures.js'
import { marksOf } from '../remarks.js'
import { type Cell, type ReportRow, type ReportTable, textCell } from '../report-table.js'
import { shortName } from './pictures.js'

/** Published tables, and under each of their rows what was measured here, where the suite says what stands beside what. */
export function publishedTables(published: readonly Published[], result: ResultFile): readonly ReportTable[] {
  return published.map((table, index) => publishedTable(table, index, result))
}

function publishedTable(published: Published, index: number, result: ResultFile): ReportTable {
  const { title, source, columns, rows } = published
  const relative = columns.some((_, column) => isTime(published.ours?.[column]))
  const [first] = rows
  const measured = new Map(
    rows.map((row) => [row.model, result.models.filter((one) => isOf(one, row.model))]),
  )
  const matched = [...measured.values()].some((models) => models.length > 0)
  // Without one, a row of ours would say nothing but that there is none.
  const comparable = published.ours?.some((counterpart) => counterpart !== null) === true
  return {
    id: `published-${index + 1}`,
    title: `Ours beside the published: ${title}`,
    sortable: false,
    columns: [
      { title: 'model', kind: 'text' },
      { title: 'whose', kind: 'text' },
      ...columns.map((name) => ({ title: name, kind: 'number', keepsInterval: true }) as const),
    ],
    rows: rows.flatMap((row): ReportRow[] => [
      {
        cells: [
          textCell(row.model),
          textCell('published'),
          ...columns.map((_, column) =>
            publishedCell(
              row.cells[column],
              isTime(published.ours?.[column]) ? first?.cells[column] : undefined,
            ),
          ),
        ],
        tone: 'quiet',
      },
      ...(comparable ? (measured.get(row.model) ?? []) : []).map((model) => ({
        cells: [
          textCell(row.model),
          textCell(whose(model)),
          ...columns.map((_, column) => {
            const base = measured.get(first?.model ?? '')?.find((one) => setting(one) === setting(model))
            return ourCell(published.ours?.[column], model, base, result)
          }),
        ],
      })),
    ]),
    notes: [
      ...(source === undefined ? [] : [`Published: ${source}.`]),
      ...(relative && first !== undefined
        ? [
            `In parentheses: times in relation to ${first.model} in the same column. Compare those, and the shape: the published times are another machine’s.`,
          ]
        : []),
      ...(matched ? [] : ['None of its models was measured in this run.']),
      ...(matched && !comparable ? ['Nothing of ours can stand beside these figures.'] : []),
    ],
  }
}

/** The suite's own name of a model, or a result that was made from it. */
function isOf({ model, id }: ModelResult, name: string): boolean {
  return model === name || id === name || id.startsWith(`${name}/`)
}

function setting({ backend, threads, batch, precision, scenario }: ModelResult): string {
  return JSON.stringify([backend, threads, batch, precision, scenario])
}

function whose(model: ModelResult): string {
  const { backend, threads, batch, precision, scenario } = model
  const parts = [backend, `${threads} thread${threads === 1 ? '' : 's'}`]
  if (batch > 1) parts.push(`batch ${batch}`)
  if (precision !== undefined) parts.push(precision)
  if (scenario !== 'single-stream') parts.push(scenario)
  parts.push(...marksOf(model))
  return `ours: ${parts.join(', ')}`
}

function isTime(counterpart: Counterpart | null | undefined): boolean {
  return counterpart?.quantity.endsWith('-ms') === true
}

type PublishedCell = Published['rows'][number]['cells'][number] | undefined

function publishedCell(cell: PublishedCell, base: PublishedCell): Cell | undefined {
  if (cell === null || cell === undefined) return undefined
  if (typeof cell === 'string') return textCell(cell)
  const relation = typeof base === 'number' && base > 0 ? significant(cell / base, 2) : undefined
  return { text: String(cell), sort: cell, ...(relation !== undefined && { interval: relation }) }
}

function ourCell(
  counterpart: Counterpart | null | undefined,
  model: ModelResult,
  base: ModelResult | undefined,
  result: ResultFile,
): Cell | undefined {
  if (counterpart === null || counterpart === undefined) return undefined
  const { quantity, image } = counterpart
  switch (quantity) {
    case 'size-bytes': {
      const { sizeBytes } = model
      if (sizeBytes === undefined) return undefined
      const unit = byteUnit([sizeBytes])
      return { text: `${plainFigure(sizeBytes, unit).text} ${unit.name}`, sort: sizeBytes }
    }
    case 'top1': {
      const share = model.accuracy?.top1
      if (share === undefined || share.of === 0) return undefined
      return { text: `${plainFigure(share.interval.value, PER_CENT).text} %`, sort: share.interval.value }
    }
    case 'score':
      return scoreCell(model, image)
    default: {
      const value = timeOf(quantity, model, image, result)
      if (value === undefined) return undefined
      const baseValue = base && timeOf(quantity, base, image, result)
      return {
        ...plainFigure(value),
        ...(baseValue !== undefined && baseValue > 0 && { interval: significant(value / baseValue, 2) }),
      }
    }
  }
}

function scoreCell({ accuracy }: ModelResult, image: string | undefined): Cell | undefined {
  const picture = accuracy?.pictures.find((one) => image !== undefined && isCalled(one.image, image))
  if (picture === undefined) return undefined
  const name = picture.label ?? `class ${picture.class}`
  const wrong = picture.correct === false
  return {
    text: `${significant(picture.score, 4)} ${name}${wrong ? ', wrong' : ''}`,
    sort: picture.score,
    ...(wrong && { tone: 'bad' as const }),
  }
}

function timeOf(
  quantity: Counterpart['quantity'],
  { samplesMs, samplesOf }: ModelResult,
  image: string | undefined,
  { images }: ResultFile,
): number | undefined {
  const index = image === undefined ? undefined : images.findIndex((path) => isCalled(path, image))
  const samples = index === undefined ? samplesMs : samplesMs.filter((_, at) => samplesOf[at] === index)
  if (samples.length === 0) return undefined
  if (quantity === 'max-ms') return samples.reduce((most, ms) => Math.max(most, ms), 0)
  if (quantity === 'mean-ms') return samples.reduce((sum, ms) => sum + ms, 0) / samples.length
  return median(samples)
}

/** Whether a path's file has that name, whatever its ending, letters' case, and what words are parted by. */
function isCalled(path: string, name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[\s_-]+/g, ' ')
  return plain(shortName(path).replace(/\.[^.]*$/, '')) === plain(name)
}
