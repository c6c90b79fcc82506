import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  type Benchmark,
  casesOf,
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
import { EdgeError } from '@edge/errors'
import { readFileBounded } from '@edge/model'
import { type BenchFlags, readBenchFlags } from './bench-flags.js'
import { EXIT } from './exit-code.js'
import { failureText, toFailure } from './failure.js'
import type { Flags } from './flags.js'
import { picturesIn } from './picture-files.js'
import { Progress } from './progress.js'
import { stepBar } from './progress-bar.js'
import type { StopWatch } from './stop-watch.js'

// Five times what a line for each of the pictures that ImageNet is trained on takes.
const MOST_LABELS_BYTES = 256 * 1024 * 1024

/**
 * `edge-trt bench`.
 *
 * @returns the exit code.
 * @throws UsageError for flags that make no sense.
 */
export async function benchCommand(flags: Flags, stop: StopWatch): Promise<number> {
  const asked = readBenchFlags(flags)
  let progress: RunProgress | undefined
  const line = new Progress(process.stderr, () => (progress === undefined ? '' : stepBar(progress)))
  let isPartialTold = false
  try {
    const benchmark = await benchmarkOf(asked, stop)
    const result = await runBenchmark({
      ...benchmark,
      onProgress: (now) => {
        progress = now
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

async function benchmarkOf(asked: BenchFlags, stop: StopWatch): Promise<Benchmark> {
  const { suite, reports } = asked
  const images = await imagesOf(asked.images)
  const earlier = asked.resume === undefined ? undefined : await readResults(asked.resume)
  return {
    name: suite.name,
    cases: casesOf(suite),
    measure: suite.measure,
    endToEnd: suite.endToEnd,
    images,
    ...(asked.labels !== undefined && { expected: await expectedOf(asked.labels, images) }),
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

async function imagesOf(named: readonly string[]): Promise<string[]> {
  const images: string[] = []
  for (const name of named) {
    if ((await stat(name).catch(() => undefined))?.isDirectory() !== true) images.push(name)
    else
      for await (const path of picturesIn(name, { recursive: false, unreadable: () => {} })) images.push(path)
  }
  if (named.length > 0 && images.length === 0) {
    throw new EdgeError('FILE_NOT_FOUND', { summary: `there are no pictures in ${named.join(', ')}` })
  }
  return images
}

/** Classes of pictures from a file with a line for each: its name, with or without directories, a tab, the index. */
async function expectedOf(path: string, images: readonly string[]): Promise<(number | undefined)[]> {
  const classes = new Map<string, number>()
  const content = await readFileBounded(path, {
    what: 'file of classes',
    maxBytes: MOST_LABELS_BYTES,
    tooLarge: 'LABELS_INVALID',
  })
  for (const [index, row] of content.toString('utf8').split(/\r?\n/).entries()) {
    if (row === '' || row.startsWith('#')) continue
    const [name = '', value = ''] = row.split('\t')
    if (name === '' || !/^\d{1,7}$/.test(value)) {
      throw new EdgeError('LABELS_INVALID', {
        summary: `line ${index + 1} of ${path} does not say a picture's class`,
        expected: 'a name, a tab, and the index of a class',
        found: row.slice(0, 100),
      })
    }
    classes.set(name, Number(value))
  }
  return images.map((image) => classes.get(image) ?? classes.get(basename(image)))
}
