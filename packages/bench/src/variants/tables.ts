import {
  byteUnit,
  intervalFigure,
  PER_CENT,
  plainFigure,
  significant,
  timeUnit,
  type Unit,
} from '../report/figures.js'
import {
  type Cell,
  type ReportColumn,
  type ReportRow,
  type ReportTable,
  textCell,
} from '../report/report-table.js'
import { fallDb, shareToDb } from './error-growth.js'
import type { LayerError } from './layer-errors.js'
import type { VariantResult, VariantsResult } from './result.js'

/** A column of a table with a row for each model. */
interface VariantColumn extends ReportColumn {
  readonly cell: (model: VariantResult) => Cell | undefined
}

/** Size, time and memory of all models. */
export function figuresTable({ models, first, settings }: VariantsResult): ReportTable {
  const time = timeUnit(models.flatMap(({ latencyMs }) => latencyMs?.median ?? []))
  const firstReliable = models.find(({ id }) => id === first)?.reliable !== false
  const marksOf = (model: VariantResult): readonly string[] => [
    ...failureMarks(model),
    ...(model.reliable ? [] : ['unreliable']),
  ]
  return table(models, marksOf, {
    id: 'variants',
    title: 'Size, time and memory',
    columns: [
      bytesColumn('size', models, ({ sizeBytes }) => sizeBytes),
      bytesColumn('gzipped', models, ({ gzipBytes }) => gzipBytes),
      {
        title: 'median',
        unit: time.name,
        kind: 'number',
        keepsInterval: true,
        cell: ({ latencyMs }) => {
          if (latencyMs === undefined) return undefined
          const { p50, median } = latencyMs
          return p50 === undefined
            ? plainFigure(median, time)
            : intervalFigure({ ...p50, value: median }, time)
        },
      },
      {
        title: 'times as long',
        kind: 'number',
        keepsInterval: true,
        cell: ({ toFirst }) => toFirst?.latency && intervalFigure(toFirst.latency.ratio),
      },
      {
        title: 'verdict',
        kind: 'text',
        cell: ({ toFirst, reliable }) =>
          toFirst?.latency &&
          textCell(
            reliable && firstReliable ? toFirst.latency.verdict : `${toFirst.latency.verdict}, unreliable`,
          ),
      },
      bytesColumn('peak memory', models, ({ peakRssBytes }) => peakRssBytes),
      column('zero weights', PER_CENT, ({ weights }) => weights?.zeros, 2),
    ],
    notes: [
      `Times of one inference on ${settings.threads} thread${settings.threads === 1 ? '' : 's'}, without decoding; models by turns in ${settings.rounds} rounds. Compared with ${first}; equal: the whole interval is within ±2 %.`,
    ],
  })
}

/** How alike models answer, and how often they are right; undefined where none answered. */
export function answersTable({ models, first, pictures }: VariantsResult): ReportTable | undefined {
  if (!models.some(({ agreement, top1 }) => agreement !== undefined || top1 !== undefined)) return undefined
  const share = (title: string, pick: (model: VariantResult) => VariantResult['top1']): VariantColumn => ({
    title,
    unit: '%',
    kind: 'number',
    keepsInterval: true,
    cell: (model) => {
      const found = pick(model)
      return found && intervalFigure(found.interval, PER_CENT)
    },
  })
  const number = (title: string, pick: (model: VariantResult) => number | undefined): VariantColumn => ({
    title,
    kind: 'number',
    cell: (model) => {
      const value = pick(model)
      return value === undefined ? undefined : { text: scientific(value), sort: value }
    },
  })
  return table(models, failureMarks, {
    id: 'answers',
    title: 'Answers',
    columns: [
      share('same class', ({ agreement }) => agreement?.sameClass),
      number('mean |p − q|', ({ agreement }) => agreement?.meanAbsoluteDifference),
      {
        ...number('divergence', ({ agreement }) => agreement?.divergenceBits),
        unit: 'bits',
      },
      share('top-1', ({ top1 }) => top1),
      share('top-5', ({ top5 }) => top5),
      number('McNemar p', ({ mcnemar }) => mcnemar?.pValue),
    ],
    notes: [
      `${pictures.count - pictures.failed.length} pictures${judgedText(models)}, with 95 % Wilson score intervals of shares. Same class, |p − q| (mean over all classes) and Jensen–Shannon divergence (0: the same, 1: nothing in common): compared with ${first}.`,
    ],
  })
}

/** Of how many pictures the class is known, which top-1 and top-5 are of. */
function judgedText(models: readonly VariantResult[]): string {
  const of = Math.max(0, ...models.map(({ top1 }) => top1?.of ?? 0))
  return of === 0 ? '' : ` (top-1, top-5: the ${of} whose class is known)`
}

/**
 * Where a variant's error grows; undefined where its layers were not compared.
 *
 * @param most - how many layers at most: those at which the error grows most, in the order in which they run.
 */
export function layersTable(
  { id, layers: errors }: VariantResult,
  { first }: VariantsResult,
  most: number,
): ReportTable | undefined {
  if (errors === undefined || errors.layers.length === 0) return undefined
  const { layers, pictures } = errors
  const shown = new Set(
    layers
      .map((layer, place) => ({ place, fall: layer.nonFinite > 0 ? Number.MAX_VALUE : fallDb(layer) }))
      .sort((one, other) => other.fall - one.fall || one.place - other.place)
      .slice(0, most)
      .map(({ place }) => place),
  )
  const left = layers.length - shown.size
  return {
    id: `layers-${id}`,
    title: `Layers of ${id} beside those of ${first}`,
    sortable: false,
    columns: [
      { title: '#', kind: 'number' },
      { title: 'SNR before', unit: 'dB', kind: 'number' },
      { title: 'SNR', unit: 'dB', kind: 'number' },
      { title: 'cosine', kind: 'number' },
      { title: 'operator', kind: 'text' },
      { title: 'layer', kind: 'text' },
    ],
    rows: layers.flatMap((layer, place): ReportRow[] => (shown.has(place) ? [layerRow(layer, place)] : [])),
    notes: [
      `Over ${pictures} picture${pictures === 1 ? '' : 's'}. SNR: signal-to-noise ratio of the layer’s result; before: of the worst of what goes into it.`,
      ...(left > 0
        ? [`The ${shown.size} layers at which the error grows most; ${left} others are left out.`]
        : []),
    ],
  }
}

function layerRow(layer: LayerError, place: number): ReportRow {
  const { noiseBefore, noiseShare, cosine, nonFinite, operator, name } = layer
  return {
    cells: [
      { text: String(place + 1), sort: place },
      ratioCell(noiseBefore),
      ratioCell(noiseShare),
      cosine === null ? undefined : { text: cosine.toFixed(5), sort: cosine },
      textCell(operator),
      textCell(name),
    ],
    ...(nonFinite > 0 && { remark: `${nonFinite} NaN or infinite`, tone: 'bad' as const }),
  }
}

function ratioCell(noiseShare: number): Cell {
  const ratio = shareToDb(noiseShare)
  if (Number.isFinite(ratio)) return { text: ratio.toFixed(1), sort: ratio }
  return textCell(noiseShare === 0 ? 'equal' : 'lost')
}

function failureMarks({ error, latencyMs }: VariantResult): readonly string[] {
  if (error === undefined) return []
  return [latencyMs === undefined ? 'failed' : 'broke off']
}

/** With three digits, and an exponent where the number is far from 1. */
function scientific(value: number): string {
  const size = Math.abs(value)
  return size > 0 && size < 1e-3 ? value.toExponential(1) : significant(value, 3)
}

function bytesColumn(
  title: string,
  models: readonly VariantResult[],
  pick: (model: VariantResult) => number | undefined,
): VariantColumn {
  const unit = byteUnit(models.flatMap((model) => pick(model) ?? []))
  return column(title, unit, pick)
}

function column(
  title: string,
  unit: Unit,
  pick: (model: VariantResult) => number | undefined,
  digits?: number,
): VariantColumn {
  return {
    title,
    unit: unit.name,
    kind: 'number',
    cell: (model) => {
      const value = pick(model)
      return value === undefined ? undefined : plainFigure(value, unit, digits)
    },
  }
}

/**
 * A table with a row for each model. Columns in which nothing would stand are left out.
 *
 * @param marksOf - what has to be known of a model before its figures here are used.
 */
function table(
  models: readonly VariantResult[],
  marksOf: (model: VariantResult) => readonly string[],
  {
    columns,
    ...rest
  }: Omit<ReportTable, 'columns' | 'rows'> & { readonly columns: readonly VariantColumn[] },
): ReportTable {
  const used = columns.filter(({ cell }) => models.some((model) => cell(model) !== undefined))
  return {
    ...rest,
    columns: [{ title: 'model', kind: 'text' }, ...used.map(({ cell: _, ...shown }) => shown)],
    rows: models.map((model): ReportRow => {
      const marks = marksOf(model)
      return {
        cells: [textCell(model.id), ...used.map(({ cell }) => cell(model))],
        ...(marks.length > 0 && { remark: marks.join(', '), tone: 'bad' as const }),
      }
    }),
  }
}
