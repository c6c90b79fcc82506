import type { ModelResult, ResultFile } from '../../result/schema.js'
import { byteUnit, plainFigure, timeUnit, type Unit } from '../figures.js'
import { markNotes } from '../remarks.js'
import { type ReportTable, textCell } from '../report-table.js'
import { fromModels, type ModelColumn } from './from-models.js'

/** What a model costs besides the time of an inference: size, memory, loading, energy. */
export function costTable({ models }: ResultFile): ReportTable {
  const energySources = new Set(models.flatMap(({ telemetry }) => telemetry?.energyMj?.source ?? []))
  return {
    id: 'cost',
    title: 'Size, memory, loading and energy',
    ...fromModels(models, [
      ...columns(
        models,
        byteUnit,
        ['size', ({ sizeBytes }) => sizeBytes],
        ['gzipped', ({ gzipBytes }) => gzipBytes],
        ['peak memory', ({ peakRssBytes }) => peakRssBytes],
      ),
      ...columns(
        models,
        timeUnit,
        ['load', ({ loadMs }) => loadMs],
        ['first run', ({ firstRunMs }) => firstRunMs],
      ),
      {
        title: 'energy an inference',
        unit: 'mJ',
        kind: 'number',
        cell: ({ telemetry }) => telemetry?.energyMj && plainFigure(telemetry.energyMj.value),
      },
      {
        title: 'runtime',
        kind: 'text',
        cell: ({ version }) => (version === undefined ? undefined : textCell(version)),
      },
    ]),
    notes: [
      'Peak memory: the largest resident set of the process that ran this model alone, its runtime included.',
      ...(energySources.size === 0 ? [] : [`Energy: measured at ${[...energySources].join(', ')}.`]),
      ...markNotes(models),
    ],
  }
}

type Pick = (model: ModelResult) => number | undefined

function columns(
  models: readonly ModelResult[],
  unitFor: (values: readonly number[]) => Unit,
  ...picks: readonly (readonly [string, Pick])[]
): ModelColumn[] {
  return picks.map(([title, pick]) => {
    const unit = unitFor(models.flatMap((model) => pick(model) ?? []))
    return {
      title,
      unit: unit.name,
      kind: 'number',
      cell: (model) => {
        const value = pick(model)
        return value === undefined ? undefined : plainFigure(value, unit)
      },
    }
  })
}
