export { accuracyOf } from './accuracy/accuracy.js'
export { expectedClasses } from './accuracy/expected-classes.js'
export { type JudgedBar, judgeBars } from './report/bars.js'
export { type Comparison, compareResults } from './report/compare.js'
export { comparisonText } from './report/compare-text.js'
export { figureText, intervalFigure } from './report/figures.js'
export type { ReportInput } from './report/report.js'
export { terminalReport } from './report/terminal.js'
export { checkReportPaths, type ReportPaths, writeReports } from './report/write-reports.js'
export { hasFailures } from './result/failures.js'
export { readResults, writeResults } from './result/file.js'
export * from './result/schema.js'
export type { Benchmark } from './runner/benchmark.js'
export { runBenchmark } from './runner/run-benchmark.js'
export type { RunProgress } from './runner/run-cases.js'
export * from './statistics/index.js'
export { comparePairedRounds, compareUnpairedRounds } from './statistics/ratio.js'
export { drive, type Inference } from './subject/drive.js'
export { ownProgram } from './subject/own-backends.js'
export { peakRssBytes } from './subject/peak-rss.js'
export { PictureFailure } from './subject/picture-failure.js'
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
export { namedModels } from './suite/named-models.js'
export { parseSuite, readSuite, type SuiteFile, suiteJsonSchema } from './suite/read.js'
export type { Bar, Measure, Published, ScenarioName, Suite, SuiteModel } from './suite/schema.js'
export { measureSchema, suiteModelSchema, suiteSchema } from './suite/schema.js'
export * from './telemetry/index.js'
export {
  type ComparisonProgress,
  compareVariants,
  type VariantsComparison,
} from './variants/compare-variants.js'
export { VARIANTS_SCHEMA, type VariantResult, type VariantsResult } from './variants/result.js'
export { sentencesOf } from './variants/sentences.js'
export { variantsText } from './variants/text.js'
