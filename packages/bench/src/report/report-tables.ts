import type { ReportInput } from './report.js'
import type { ReportTable } from './report-table.js'
import { accuracyTable } from './tables/accuracy.js'
import { barsTable } from './tables/bars.js'
import { confusionsTable } from './tables/confusions.js'
import { costTable } from './tables/cost.js'
import { extremesTable } from './tables/extremes.js'
import { latencyTable } from './tables/latency.js'
import { picturesTable } from './tables/pictures.js'
import { publishedTables } from './tables/published.js'
import { ratiosTable } from './tables/ratios.js'

/** How many rows tables have at most that could have very many. */
export interface TableLimits {
  readonly pictures: number
  /** Of each model. */
  readonly confusions: number
}

/** All tables of a report that have anything to say, what most readers come for first. */
export function reportTables(
  { result, published = [], bars = [] }: ReportInput,
  limits: TableLimits,
): readonly ReportTable[] {
  return [
    latencyTable(result),
    ratiosTable(result),
    barsTable(bars, result),
    ...publishedTables(published, result),
    accuracyTable(result),
    picturesTable(result, limits.pictures),
    confusionsTable(result, limits.confusions),
    costTable(result),
    extremesTable(result),
  ].filter((table) => table !== undefined)
}
