import type { ResultFile, Share } from '../../result/schema.js'
import { intervalFigure, PER_CENT } from '../figures.js'
import { markNotes } from '../remarks.js'
import type { Cell, ReportTable } from '../report-table.js'
import { fromModels, type ModelColumn } from './from-models.js'

/** Shares of pictures whose class was found; undefined where no picture's class is known. */
export function accuracyTable({ models }: ResultFile): ReportTable | undefined {
  const judged = models.filter(({ accuracy }) => (accuracy?.top1?.of ?? 0) > 0)
  if (judged.length === 0) return undefined
  const share = (title: string, name: 'top1' | 'top5'): ModelColumn => ({
    title,
    unit: '%',
    kind: 'number',
    keepsInterval: true,
    cell: ({ accuracy }) => shareCell(accuracy?.[name]),
  })
  return {
    id: 'accuracy',
    title: 'Accuracy',
    ...fromModels(judged, [
      share('top-1', 'top1'),
      share('top-5', 'top5'),
      {
        title: 'right',
        kind: 'number',
        detail: true,
        cell: ({ accuracy }) => countCell(accuracy?.top1?.count),
      },
      {
        title: 'pictures',
        kind: 'number',
        cell: ({ accuracy }) => countCell(accuracy?.top1?.of),
      },
    ]),
    notes: ['In parentheses: Wilson score intervals.', ...markNotes(judged)],
  }
}

function shareCell(share: Share | undefined): Cell | undefined {
  return share === undefined || share.of === 0 ? undefined : intervalFigure(share.interval, PER_CENT)
}

function countCell(count: number | undefined): Cell | undefined {
  return count === undefined ? undefined : { text: String(count), sort: count }
}
