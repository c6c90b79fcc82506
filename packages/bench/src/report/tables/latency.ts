import type { Interval, Latency, ModelResult, ResultFile } from '../../result/schema.js'
import { intervalFigure, perCentText, plainFigure, timeUnit, type Unit } from '../figures.js'
import { markNotes } from '../remarks.js'
import type { Cell, ReportTable } from '../report-table.js'
import { fromModels, type ModelColumn } from './from-models.js'

/** Latency of one inference in the steady state, or how many a second: what most readers come for. */
export function latencyTable({ models, settings }: ResultFile): ReportTable {
  const { endToEnd } = settings
  const unit = timeUnit(
    models.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs.median])),
  )
  const percentile = (name: 'p90' | 'p95' | 'p99', detail: boolean): ModelColumn => ({
    title: name,
    unit: unit.name,
    kind: 'number',
    detail,
    cell: ({ latencyMs }) => intervalCell(latencyMs?.[name], unit),
  })
  const single = (
    title: string,
    pick: (latency: Latency) => number,
    detail: boolean,
    digits?: number,
  ): ModelColumn => ({
    title,
    unit: unit.name,
    kind: 'number',
    detail,
    cell: measured((latency) => plainFigure(pick(latency), unit, digits)),
  })
  const median: ModelColumn = {
    title: 'median',
    unit: unit.name,
    kind: 'number',
    keepsInterval: true,
    cell: measured(({ p50, median }) =>
      p50 === undefined ? plainFigure(median, unit) : intervalFigure({ ...p50, value: median }, unit),
    ),
  }
  const throughput: ModelColumn = {
    title: 'throughput',
    unit: '1/s',
    kind: 'number',
    keepsInterval: true,
    cell: ({ throughput: perSecond }) => perSecond && intervalFigure(perSecond),
  }
  const samples: ModelColumn = {
    title: 'samples',
    kind: 'number',
    cell: measured((latency) => ({ text: String(latency.samples), sort: latency.samples })),
  }
  return {
    id: 'latency',
    title: titleOf(models, endToEnd),
    ...fromModels(models, [
      median,
      single('mean', ({ mean }) => mean, true),
      single('std. dev.', ({ stddev }) => stddev, true, 3),
      single('min', ({ min }) => min.ms, true),
      percentile('p90', false),
      percentile('p95', true),
      percentile('p99', false),
      single('max', ({ max }) => max.ms, false),
      throughput,
      samples,
    ]),
    notes: [
      ...(endToEnd === undefined ? [] : [whatIsTimed(endToEnd)]),
      ...(models.some(({ scenario }) => scenario === 'multi-stream') ? [QUERIES] : []),
      `In parentheses: ${perCentText(settings.confidence)} confidence intervals. Percentiles that so few samples cannot tell are left out; the maximum is one sample, and no statistic.`,
      ...markNotes(models),
    ],
  }
}

/** By what the columns have: of offline, whose samples are no latencies, how many a second. */
function titleOf(models: readonly ModelResult[], endToEnd: boolean | undefined): string {
  const offline = models.filter(({ scenario }) => scenario === 'offline').length
  const quantity =
    offline === 0 ? 'Latency' : offline === models.length ? 'Throughput' : 'Latency and throughput'
  if (endToEnd === true) return `${quantity} from picture to classes`
  const batches = new Set(models.map(({ batch }) => batch))
  const [batch = 1] = batches
  // Of several, the names of the models tell.
  const what = batches.size > 1 ? 'inference' : batch > 1 ? `a batch of ${batch}` : 'one inference'
  return `${quantity} of ${offline > 0 && what === 'one inference' ? 'inference' : what}`
}

const QUERIES = 'multi-stream: a sample is a query of 8 pictures, to the end of the last.'

function whatIsTimed(endToEnd: boolean): string {
  return endToEnd
    ? 'End to end: decoding and preprocessing the picture count.'
    : 'Inference alone: its input lay ready, decoding and preprocessing do not count.'
}

function measured(cell: (latency: Latency) => Cell): (model: ModelResult) => Cell | undefined {
  return ({ latencyMs }) => (latencyMs === undefined || latencyMs.samples === 0 ? undefined : cell(latencyMs))
}

function intervalCell(interval: Interval | undefined, unit: Unit): Cell | undefined {
  return interval && intervalFigure(interval, unit)
}
