import type { ResultFile } from '../result/schema.js'
import type { Bar, Published } from '../suite/schema.js'

/** What a report is made from. */
export interface ReportInput {
  readonly result: ResultFile
  /** Tables that ours are put beside. */
  readonly published?: readonly Published[]
  /** What the suite asks of ratios. */
  readonly bars?: readonly Bar[]
}
