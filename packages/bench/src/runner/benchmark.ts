import type { ResultFile } from '../result/schema.js'
import type { SubjectProgram } from '../subject/subject-process.js'
import type { Case } from '../suite/cases.js'
import type { Measure } from '../suite/schema.js'
import type { TelemetryRoots } from '../telemetry/index.js'
import type { RunProgress } from './run-cases.js'

/** What is measured, and how; made from a suite or from flags. */
export interface Benchmark {
  /** Of the suite, for the result file. */
  readonly name: string
  readonly cases: readonly Case[]
  readonly measure: Measure
  /** Whether decoding and preprocessing are part of a run. */
  readonly endToEnd: boolean
  /** Paths of pictures; without any, the input is made up. */
  readonly images: readonly string[]
  /** Class of each picture, where it is known. */
  readonly expected?: readonly (number | undefined)[]
  /** Whether each model classifies all pictures when it is measured. Default: true. */
  readonly classify?: boolean
  /** Id of the model that others are compared with, default: the first; or of one case, which all others are then compared with. */
  readonly baseline?: string | undefined
  /** Order and choice of pictures follow from it. */
  readonly seed: number
  /** Who measures a case, or why nobody can. */
  readonly program: (one: Case) => SubjectProgram | { readonly skipped: string }
  /** Path of a case's model. @throws EdgeError which becomes the case's error. */
  readonly modelPath: (one: Case) => Promise<string>
  /** Versions of what is measured with, by name. */
  readonly versions?: Readonly<Record<string, string>>
  /** Sensors; false: none are read. Default: this machine's. */
  readonly telemetry?: false | TelemetryRoots
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** After each round: what there is so far. */
  readonly onPartial?: (result: ResultFile) => Promise<void>
  /** `onPartial` threw: what it threw. The run goes on. */
  readonly onPartialFailure?: (error: unknown) => void
  /** An incomplete result of the same benchmark, which is gone on with. */
  readonly earlier?: ResultFile
}
