import type { ResultFile } from '../../result/schema.js'
import type { ReportRow, ReportTable } from '../report-table.js'
import { classNames } from './class-names.js'

/**
 * Which classes are taken for which, the most frequent first.
 *
 * @param most - rows for each model at most; it is said how many there are.
 * @returns undefined where no class was taken for another.
 */
export function confusionsTable({ models }: ResultFile, most: number): ReportTable | undefined {
  const all = classNames(models)
  let hidden = 0
  const rows = models.flatMap((model): ReportRow[] => {
    // Its own answers may never have named a class that others know.
    const own = classNames([model])
    const nameOf = (index: number) => own.get(index) ?? all.get(index) ?? `class ${index}`
    const wrong = (model.accuracy?.confusion ?? [])
      .filter(([expected, returned]) => expected !== returned)
      .sort(([, , one], [, , other]) => other - one)
    hidden += Math.max(0, wrong.length - most)
    return wrong.slice(0, most).map(([expected, returned, times]) => ({
      cells: [
        { text: model.id },
        { text: nameOf(expected) },
        { text: nameOf(returned) },
        { text: String(times), sort: times },
      ],
    }))
  })
  if (rows.length === 0) return undefined
  return {
    id: 'confusions',
    title: 'Classes taken for others',
    columns: [
      { title: 'model', kind: 'text' },
      { title: 'picture of', kind: 'text' },
      { title: 'taken for', kind: 'text' },
      { title: 'times', kind: 'number' },
    ],
    rows,
    notes: hidden === 0 ? [] : [`${hidden} less frequent ones are left out; all are in the JSON file.`],
  }
}
