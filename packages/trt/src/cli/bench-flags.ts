import type { ReportPaths, ScenarioName, Suite } from '@edge/bench'
import { namedModels, parseSuite } from '@edge/bench'
import { EdgeError } from '@edge/errors'
import { readPrecision } from './engine-flags.js'
import { UsageError } from './failure.js'
import { choice, decimal, type Flags, text, texts, wholeNumber } from './flags.js'

const SCENARIOS: readonly ScenarioName[] = ['single-stream', 'multi-stream', 'offline', 'server']
const MOST_SEED = 2 ** 32 - 1
const DAY_SECONDS = 86_400

/** What `edge-trt bench` was asked for. */
export interface BenchFlags {
  readonly suite: Suite
  /** Pictures, or directories of them. */
  readonly images: readonly string[]
  /** File with the class of each picture. */
  readonly labels: string | undefined
  readonly seed: number
  readonly sensors: boolean
  readonly reports: ReportPaths
  /** File of results to go on with. */
  readonly resume: string | undefined
}

/**
 * Checks what the command line's parser made of the flags.
 *
 * @throws UsageError naming the flag.
 */
export function readBenchFlags(flags: Flags): BenchFlags {
  const resume = text(flags, 'resume')
  const models = texts(flags, 'model')
  if (models.length === 0) {
    throw new UsageError('there is no model to measure; name one by --model')
  }
  if (flags.labels !== undefined && texts(flags, 'images').length === 0) {
    throw new UsageError('--labels says the classes of pictures, and goes with --images')
  }
  if (flags.coolDown === true && flags.sequence !== true) {
    throw new UsageError('--cool-down is between models, and goes with --sequence')
  }
  if (flags.coolDown === true && flags.sensors === false) {
    throw new UsageError('--cool-down needs the sensors that --no-sensors leaves alone')
  }
  const measure = {
    minRuns: wholeNumber(flags, 'runs', 1, 10_000_000),
    minSeconds: decimal(flags, 'seconds', 0, DAY_SECONDS),
    maxSeconds: decimal(flags, 'maxSeconds', 0.001, DAY_SECONDS),
    rounds: wholeNumber(flags, 'rounds', 1, 10_000),
    timeoutSeconds: decimal(flags, 'timeout', 0.001, DAY_SECONDS),
    order: flags.sequence === true ? 'sequence' : 'interleaved',
    ...(flags.coolDown === true && { coolDown: {} }),
  }
  const backends = texts(flags, 'backend')
  const scenario = choice(flags, 'scenario', SCENARIOS)
  // As if it stood in a file: there is one check of suites.
  const suite = {
    name: 'command-line',
    title: 'Models of the command line',
    models: namedModels(models),
    backends: backends.length > 0 ? backends : ['auto'],
    precisions: precisions(flags),
    threads: numbers(flags, 'threads', 256),
    batches: numbers(flags, 'batch', 4096),
    ...(scenario !== undefined && { scenarios: [scenario] }),
    endToEnd: flags.endToEnd === true,
    measure,
  }
  return {
    suite: checked(suite),
    images: texts(flags, 'images'),
    labels: text(flags, 'labels'),
    seed: wholeNumber(flags, 'seed', 0, MOST_SEED) ?? Math.floor(Math.random() * MOST_SEED),
    sensors: flags.sensors !== false,
    resume,
    reports: {
      json: text(flags, 'json') ?? resume,
      html: text(flags, 'html'),
      csv: text(flags, 'csv'),
      samplesCsv: text(flags, 'samplesCsv'),
      markdown: text(flags, 'markdown'),
      junit: text(flags, 'junit'),
    },
  }
}

function numbers(flags: Flags, name: string, most: number): number[] | undefined {
  return text(flags, name)
    ?.split(',')
    .map((part) => wholeNumber({ [name]: part }, name, 1, most) ?? 1)
}

function precisions(flags: Flags): string[] | undefined {
  return text(flags, 'precision')
    ?.split(',')
    .map((precision) => readPrecision({ precision }) ?? 'fp32')
}

function checked(suite: object): Suite {
  try {
    return parseSuite(JSON.stringify(suite), 'of the command line')
  } catch (error) {
    throw error instanceof EdgeError ? new UsageError(error.message) : error
  }
}
