import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parseResults } from '../../src/result/parse.js'
import type { ModelResult, ResultFile } from '../../src/result/schema.js'
import type { Benchmark } from '../../src/runner/benchmark.js'
import { runBenchmark } from '../../src/runner/run-benchmark.js'
import { type Case, casesOf } from '../../src/suite/cases.js'
import { parseSuite } from '../../src/suite/read.js'
import type { Measure, ScenarioName } from '../../src/suite/schema.js'
import { type Fake, fakeProgram } from '../subject/fake-program.js'

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'edge-bench-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** What a benchmark of fake subjects is made from. */
export interface FakeRun extends Omit<Partial<Benchmark>, 'cases' | 'measure'> {
  /** By name. */
  readonly fakes: Readonly<Record<string, Fake | { readonly skipped: string }>>
  readonly measure?: Partial<Measure>
  readonly scenario?: ScenarioName
  readonly batch?: number
  /** Where models and the log are. Default: a new one. */
  readonly directory?: string
}

/** A line that a fake subject wrote. */
export interface LogLine {
  readonly pid: number
  readonly ask: string
  readonly images: readonly number[]
  readonly arrivalsMs?: readonly number[]
}

/** What fake subjects were asked. */
export class RequestLog {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  path(id: string): string {
    return join(this.#directory, `${id}.log`)
  }

  lines(id: string): LogLine[] {
    if (!existsSync(this.path(id))) return []
    return readFileSync(this.path(id), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  /** How many runs each request asked for, without the warm-up. */
  runs(id: string): number[] {
    return this.runRequests(id).map(({ images }) => images.length)
  }

  runRequests(id: string): LogLine[] {
    return this.lines(id)
      .filter(({ ask }) => ask === 'run')
      .slice(1)
  }

  pids(ids: readonly string[]): number[] {
    return [...new Set(ids.flatMap((id) => this.lines(id).map(({ pid }) => pid)))]
  }
}

/** Little work, of which all that is counted is. */
const LITTLE: Partial<Measure> = {
  minRuns: 12,
  minSeconds: 0,
  rounds: 4,
  warmUpRuns: 2,
  droppedAfterSwitch: 1,
}

/** A benchmark of fake subjects, whose sensors are not read. */
export function fakeRun({ fakes, measure, scenario, batch, directory: given, ...more }: FakeRun): {
  readonly benchmark: Benchmark
  readonly log: RequestLog
  readonly directory: string
} {
  const directory = given ?? temporaryDirectory()
  const log = new RequestLog(directory)
  const models = Object.keys(fakes).map((id) => {
    const file = join(directory, `${id}.tflite`)
    if (!existsSync(file)) writeFileSync(file, `the model ${id}`)
    return { id, file, backends: ['fake'] }
  })
  const suite = parseSuite(
    JSON.stringify({
      name: 'fakes',
      title: 'Fakes',
      models,
      measure: { ...LITTLE, ...measure },
      ...(scenario !== undefined && { scenarios: [scenario] }),
      ...(batch !== undefined && { batches: [batch] }),
    }),
    'fakes',
  )
  const benchmark: Benchmark = {
    name: suite.name,
    cases: casesOf(suite),
    measure: suite.measure,
    endToEnd: false,
    images: [],
    seed: 1,
    telemetry: false,
    program: ({ model }) => {
      const fake = fakes[model.id]
      if (fake !== undefined && 'skipped' in fake) return fake
      return fakeProgram({ log: log.path(model.id), ...fake })
    },
    modelPath: async ({ model }: Case) => model.file,
    ...more,
  }
  return { benchmark, log, directory }
}

/** Runs a benchmark; its result is one that can be written and read again. */
export async function resultOf(benchmark: Benchmark): Promise<ResultFile> {
  return parseResults(JSON.stringify(await runBenchmark(benchmark)), 'of the run')
}

/** What a result says of a model. */
export function modelOf(result: ResultFile, id: string): ModelResult {
  const model = result.models.find((one) => one.model === id)
  if (model === undefined) throw new Error(`there is no model ${id} in the result`)
  return model
}

/** How many samples each round has. */
export function samplesARound({ rounds }: ModelResult): number[] {
  const counts: number[] = []
  for (const round of rounds) counts[round] = (counts[round] ?? 0) + 1
  return counts
}

/** Whether a process is there, and is no zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
