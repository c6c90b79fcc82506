import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import {
  casesOf,
  expectedClasses,
  hasFailures,
  judgeBars,
  namedModels,
  ownProgram,
  type ReportPaths,
  type RunProgress,
  readResults,
  runBenchmark,
  type Suite,
  type SuiteFile,
  terminalReport,
  writeReports,
} from '@edge/bench'
import { paletteFor } from '@edge/bench/text'
import { EdgeError, optionOutOfRange } from '@edge/errors'
import { describeGpus } from '@edge/runtime/engines'
import { reportLine } from '../scripts/setup/setup.js'
import { checkBackends, OWN_BACKENDS } from './known-backends.js'
import { findPeers } from './peers/peers.js'
import { type PlaceFlags, prepareReports, reportPlaces } from './report-places.js'
import { StopSignals } from './stop-signals.js'
import { modelPath, pictures } from './suite-sources.js'

/** What a command line says of a run, as it was written. */
export interface SuiteFlags extends PlaceFlags {
  /** Paths of models that the suite is to have, too. */
  readonly models?: readonly string[]
  /** In place of the suite's, without the precisions and the devices that it names for them. */
  readonly backend?: string
  readonly images?: string
  /** File with the class of each picture. */
  readonly labels?: string
  readonly runs?: string
  readonly rounds?: string
  readonly seconds?: string
  readonly seed?: string
  readonly resume?: boolean
  /** What paths start at; default: where the process is. */
  readonly directory?: string
}

/**
 * Runs a suite: tables on stdout, reports where {@link reportPlaces} has them. Sets the exit code.
 *
 * @returns whether it came to its end, and was not stopped.
 */
export async function runSuite(file: SuiteFile, flags: SuiteFlags = {}): Promise<boolean> {
  const suite = adapted(file.suite, flags)
  if (suite.models.length === 0) throw noModels(suite)
  checkBackends(casesOf(suite))
  const places = reportPlaces(file, flags, flags.directory ?? process.cwd())
  await prepareReports(places)
  const stop = new StopSignals()
  try {
    return await measured(file, suite, flags, places, stop)
  } finally {
    stop.release()
  }
}

async function measured(
  file: SuiteFile,
  suite: Suite,
  flags: SuiteFlags,
  places: ReportPaths & { readonly json: string },
  stop: StopSignals,
): Promise<boolean> {
  const earlier = flags.resume === true ? await readResults(places.json) : undefined
  const cases = casesOf(suite)
  const peers = await findPeers(
    cases.map(({ backend }) => backend),
    (report) => report.cached || console.error(reportLine(report)),
  )
  const images = await pictures(file, suite.images)
  const begin = performance.now()
  const result = await runBenchmark({
    name: suite.name,
    cases,
    measure: suite.measure,
    endToEnd: suite.endToEnd,
    images,
    ...(suite.labels !== undefined && {
      expected: await expectedClasses(resolve(file.directory, suite.labels), images),
    }),
    baseline: suite.baseline,
    seed:
      earlier?.settings.seed ??
      (flags.seed === undefined ? Date.now() % 2 ** 32 : wholeNumber('seed', flags.seed, 0)),
    program: ({ backend, threads }) => {
      const peer = peers.get(backend)
      // A peer that runs on one says itself whether there is one.
      const lacking = suite.requires.includes('gpu') && peer === undefined ? whyNoGpu() : undefined
      if (lacking !== undefined) return { skipped: lacking }
      if (threads > availableParallelism())
        return { skipped: `this machine has ${availableParallelism()} processors` }
      if (OWN_BACKENDS.includes(backend)) return ownProgram(backend)
      return peer ?? { skipped: 'there is no such backend yet' }
    },
    modelPath: (one) => modelPath(file, one),
    signal: stop.signal,
    onProgress,
    onPartial: async (partial) => void (await writeReports({ result: partial }, { json: places.json })),
    onPartialFailure: (error) => console.error(`\n${error instanceof Error ? error.message : error}`),
    ...(earlier !== undefined && { earlier }),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  const input = { result, published: suite.published, bars: suite.bars }
  process.stdout.write(terminalReport(input, paletteFor(process.stdout)))
  const paths = await writeReports(input, places)
  console.log(
    `\nIn ${durationText(performance.now() - begin)}. Written:\n${paths.map((path) => `  ${path}`).join('\n')}`,
  )
  if (hasFailures(result) || judgeBars(suite.bars, result).some(({ fails }) => fails)) process.exitCode = 1
  if (!result.complete) process.exitCode = stop.exitCode ?? 1
  return result.complete
}

function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000
  return seconds < 60 ? `${Math.ceil(seconds)} s` : `${(seconds / 60).toFixed(1)} min`
}

function noModels({ name }: Suite): EdgeError {
  return new EdgeError('INVALID_ARGUMENT', {
    summary: `the suite ${name} takes its models from the command line, which names none`,
    expected: `pnpm bench ${name} A.tflite B.tflite`,
  })
}

function onProgress({ phase, id, done, of }: RunProgress): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(
    `\r\u001b[2K${done} of ${of} turns: ${phase} ${id}`.slice(0, (process.stderr.columns || 80) - 1),
  )
}

/** Why nothing can run on a GPU here; undefined where it can. */
function whyNoGpu(): string | undefined {
  const { cuda, tensorrt } = describeGpus()
  for (const part of [cuda, tensorrt])
    if ('problem' in part) return `it needs an NVIDIA GPU and TensorRT: ${part.problem.message}`
  return undefined
}

/** The suite with what the command line says otherwise. */
function adapted(
  suite: Suite,
  { models = [], backend, images, labels, runs, rounds, seconds, directory = '' }: SuiteFlags,
): Suite {
  return {
    ...suite,
    models: [
      ...suite.models,
      ...namedModels(
        models,
        suite.models.map(({ id }) => id),
      ).map(({ id, file }) => ({ id, file: resolve(directory, file), randomWeights: false })),
    ],
    ...(backend !== undefined && { backends: [backend], precisions: undefined, requires: [] }),
    ...(images !== undefined && { images: resolve(directory, images) }),
    ...(labels !== undefined && { labels: resolve(directory, labels) }),
    measure: {
      ...suite.measure,
      ...(runs !== undefined && { minRuns: wholeNumber('runs', runs, 1) }),
      ...(rounds !== undefined && { rounds: wholeNumber('rounds', rounds, 1) }),
      ...(seconds !== undefined && { minSeconds: positive('seconds', seconds) }),
    },
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value
  throw optionOutOfRange(`--${flag}`, `a whole number from ${least}`, text)
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw optionOutOfRange(`--${flag}`, 'a positive number', text)
}
