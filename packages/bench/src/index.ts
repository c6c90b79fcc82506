export * from './result/schema.js'
export * from './statistics/index.js'
export { drive, type Inference } from './subject/drive.js'
export { peakRssBytes } from './subject/peak-rss.js'
export type {
  Classified,
  Loaded,
  LoadRequest,
  Ran,
  RunRequest,
  SubjectAnswer,
  SubjectRequest,
} from './subject/protocol.js'
export { serveSubject } from './subject/serve.js'
export {
  type Limits,
  SubjectProcess,
  type SubjectProgram,
  SubjectRefusal,
} from './subject/subject-process.js'
export { type Case, casesOf } from './suite/cases.js'
export { parseSuite, readSuite, type SuiteFile, suiteJsonSchema } from './suite/read.js'
export type { Measure, Published, ScenarioName, Suite, SuiteModel } from './suite/schema.js'
