import type { Extreme, ModelResult, ResultFile } from '../../result/schema.js'
import { plainFigure, timeUnit, type Unit } from '../figures.js'
import { type ReportTable, textCell } from '../report-table.js'
import { fromModels, type ModelColumn } from './from-models.js'
import { shortName } from './pictures.js'

type End = 'min' | 'max'

/** The fastest and the slowest inference of each model, and what they were of. */
export function extremesTable({ models }: ResultFile): ReportTable {
  const unit = timeUnit(
    models.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs.max.ms])),
  )
  return {
    id: 'extremes',
    title: 'Fastest and slowest inferences',
    ...fromModels(models, [...columnsOf('min', 'fastest', unit), ...columnsOf('max', 'slowest', unit)]),
    notes: [
      'Each is one sample, counted from 0 in the order in which they ran. Ranks: where in the order of all samples the true quantile of this place lies.',
    ],
  }
}

function columnsOf(end: End, title: string, unit: Unit): ModelColumn[] {
  const of = ({ latencyMs }: ModelResult): Extreme | undefined =>
    latencyMs === undefined || latencyMs.samples === 0 ? undefined : latencyMs[end]
  return [
    {
      title,
      unit: unit.name,
      kind: 'number',
      cell: (model) => {
        const extreme = of(model)
        return extreme && plainFigure(extreme.ms, unit)
      },
    },
    {
      title: 'sample',
      kind: 'number',
      cell: (model) => {
        const extreme = of(model)
        return extreme && { text: String(extreme.index), sort: extreme.index }
      },
    },
    {
      title: 'ranks',
      kind: 'number',
      cell: (model) => {
        const ranks = of(model)?.ranks
        return ranks && { text: `${ranks[0]}–${ranks[1]}`, sort: ranks[0] }
      },
    },
    {
      title: 'of picture',
      kind: 'text',
      cell: (model) => {
        const image = of(model)?.image
        return image === undefined ? undefined : textCell(shortName(image))
      },
    },
  ]
}
