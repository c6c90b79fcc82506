import {
  type Benchmark,
  casesOf,
  checkReportPaths,
  expectedClasses,
  hasFailures,
  ownProgram,
  type ResultFile,
  type RunProgress,
  readResults,
  runBenchmark,
  terminalReport,
  writeReports,
} from '@edge/bench'
import { paletteFor } from '@edge/bench/text'
import { type BenchFlags, readBenchFlags } from './bench-flags.js'
import { BuildNotice } from './build-notice.js'
import { EXIT } from './exit-code.js'
import { failureText, toFailure } from './failure.js'
import type { Flags } from './flags.js'
import { namedPictures } from './picture-set.js'
import { Progress } from './progress.js'
import { buildBar, stepBar } from './progress-bar.js'
import type { StopWatch } from './stop-watch.js'

/**
 * `edge-trt bench`.
 *
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function benchCommand(flags: Flags, stop: StopWatch): Promise<number> {
  const asked = readBenchFlags(flags)
  let progress: RunProgress | undefined
  const line = new Progress(process.stderr, () => (progress === undefined ? '' : barOf(progress)))
  const notices = buildNotices()
  let isPartialTold = false
  try {
    await checkReportPaths(asked.reports)
    const benchmark = await benchmarkOf(asked, stop)
    const result = await runBenchmark({
      ...benchmark,
      onProgress: (now) => {
        progress = now
        notices(now)
      },
      // Of a full disk, say: it may have space again after the next round, and is told again if it has none in the end.
      onPartialFailure: (error) => {
        if (isPartialTold) return
        isPartialTold = true
        line.clear()
        process.stderr.write(failureText(toFailure('bench', error), error))
      },
    })
    line.stop()
    process.stdout.write(terminalReport({ result }, paletteFor(process.stdout)))
    for (const path of await writeReports({ result }, asked.reports)) {
      process.stderr.write(`written: ${path}\n`)
    }
    return hasFailures(result) ? EXIT.failed : EXIT.ok
  } catch (error) {
    line.stop()
    const failure = toFailure('bench', error)
    process.stderr.write(failureText(failure, error))
    return EXIT.failed
  }
}

/** Of one engine after the other. */
function buildNotices(): (progress: RunProgress) => void {
  let current: { readonly id: string; readonly notice: BuildNotice } | undefined
  return ({ id, building }) => {
    if (building === undefined) {
      current?.notice.done()
      current = undefined
      return
    }
    if (current?.id !== id) current = { id, notice: new BuildNotice(process.stderr, id) }
    current.notice.progressed(building)
  }
}

function barOf(progress: RunProgress): string {
  const { building, id } = progress
  return building === undefined ? stepBar(progress) : `${buildBar(building)} · ${id}`
}

async function benchmarkOf(asked: BenchFlags, stop: StopWatch): Promise<Benchmark> {
  const { suite, reports } = asked
  const images = await namedPictures(asked.images)
  const earlier = asked.resume === undefined ? undefined : await readResults(asked.resume)
  return {
    name: suite.name,
    cases: casesOf(suite),
    measure: suite.measure,
    endToEnd: suite.endToEnd,
    images,
    ...(asked.labels !== undefined && { expected: await expectedClasses(asked.labels, images) }),
    seed: earlier?.settings.seed ?? asked.seed,
    program: ({ backend }) => ownProgram(backend),
    modelPath: async ({ model }) => model.file,
    ...(!asked.sensors && { telemetry: false }),
    signal: stop.signal,
    ...(reports.json !== undefined && {
      onPartial: async (result: ResultFile) => void (await writeReports({ result }, { json: reports.json })),
    }),
    ...(earlier !== undefined && { earlier }),
  }
}
