/**
 * `pnpm bench`: lists the suites. `pnpm bench NAME`: runs one, and keeps its reports in `benchmarks/results`.
 *
 *   pnpm bench tflite-classics
 *   pnpm bench variants normal.tflite quantized.tflite --images mnist --labels classes.tsv
 *   pnpm bench peers --rounds 5 --out /tmp/peers
 *   pnpm bench tensorrt-classics --backend onnxruntime --out /tmp/classics   (without a GPU: as the models are)
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  casesOf,
  hasFailures,
  ownProgram,
  type RunProgress,
  readResults,
  readSuite,
  runBenchmark,
  type Suite,
  type SuiteFile,
  terminalReport,
  writeReports,
} from '@edge/bench'
import { paletteFor } from '@edge/bench/text'
import { optionOutOfRange } from '@edge/errors'
import { describeGpus } from '@edge/runtime/engines'
import { runAsProgram } from '../scripts/run-as-program.js'
import { peers } from './peers/peers.js'
import { modelPath, pictures } from './suite-sources.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const OWN_BACKENDS = ['tflite', 'onnxruntime', 'tensorrt', 'auto']

runAsProgram(import.meta.url, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string' },
      images: { type: 'string' },
      out: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      resume: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [name, ...models] = positionals
  if (name === undefined || values.help === true) return await listSuites()
  const file = await readSuite(join(here, 'suites', `${basename(name, '.yaml')}.yaml`))
  await runSuite({ ...file, suite: adapted(file.suite, models, values) }, values)
})

async function listSuites(): Promise<void> {
  const names = readdirSync(join(here, 'suites')).filter((file) => file.endsWith('.yaml'))
  const suites = await Promise.all(names.map((file) => readSuite(join(here, 'suites', file))))
  const rows = suites.map(({ suite }) => [suite.name, suite.title])
  console.log(rows.map(([name = '', title = '']) => `${name.padEnd(20)}${title}`).join('\n'))
  console.log(
    '\npnpm bench SUITE [MODEL…] [--backend NAME] [--images DIR] [--rounds N] [--seconds S] [--seed N] [--out DIR] [--resume]',
  )
}

interface Flags {
  /** In place of the suite's, without the precisions and the devices that it names for them. */
  readonly backend?: string
  readonly images?: string
  readonly out?: string
  readonly rounds?: string
  readonly seconds?: string
  readonly seed?: string
  readonly resume?: boolean
}

/** The suite with what the command line says otherwise. */
function adapted(
  suite: Suite,
  models: readonly string[],
  { backend, images, rounds, seconds }: Flags,
): Suite {
  return {
    ...suite,
    models: [
      ...suite.models,
      ...models.map((path) => ({
        id: basename(path, extname(path)),
        file: resolve(path),
        randomWeights: false,
      })),
    ],
    ...(backend !== undefined && { backends: [backend], precisions: undefined, requires: [] }),
    ...(images !== undefined && { images: resolve(images) }),
    measure: {
      ...suite.measure,
      ...(rounds !== undefined && { rounds: wholeNumber('rounds', rounds, 1) }),
      ...(seconds !== undefined && { minSeconds: positive('seconds', seconds) }),
    },
  }
}

/** Why nothing can run on a GPU here; undefined where it can. */
function whyNoGpu(): string | undefined {
  const { cuda, tensorrt } = describeGpus()
  for (const part of [cuda, tensorrt])
    if ('problem' in part) return `it needs an NVIDIA GPU and TensorRT: ${part.problem.message}`
  return undefined
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

async function runSuite(file: SuiteFile, flags: Flags): Promise<void> {
  const { suite } = file
  const out = resolve(flags.out ?? join(here, 'results'))
  mkdirSync(out, { recursive: true })
  const at = (extension: string): string => join(out, `${suite.name}.${extension}`)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const earlier = flags.resume === true ? await readResults(at('json')) : undefined
  const begin = performance.now()
  const result = await runBenchmark({
    name: suite.name,
    cases: casesOf(suite),
    measure: suite.measure,
    endToEnd: suite.endToEnd,
    images: pictures(file, suite.images),
    baseline: suite.baseline,
    seed:
      earlier?.settings.seed ??
      (flags.seed === undefined ? Date.now() % 2 ** 32 : wholeNumber('seed', flags.seed, 0)),
    program: ({ backend, threads }) => {
      const lacking = suite.requires.includes('gpu') ? whyNoGpu() : undefined
      if (lacking !== undefined) return { skipped: lacking }
      if (threads > availableParallelism())
        return { skipped: `this machine has ${availableParallelism()} processors` }
      if (OWN_BACKENDS.includes(backend)) return ownProgram(backend)
      return peers[backend]?.() ?? { skipped: `there is no backend and no peer of that name` }
    },
    modelPath: (one) => modelPath(file, one),
    signal: stop.signal,
    onProgress,
    onPartial: async (partial) => void (await writeReports({ result: partial }, { json: at('json') })),
    onPartialFailure: (error) => console.error(`\n${error instanceof Error ? error.message : error}`),
    ...(earlier !== undefined && { earlier }),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
  const input = { result, published: suite.published }
  process.stdout.write(terminalReport(input, paletteFor(process.stdout)))
  const paths = await writeReports(input, {
    json: at('json'),
    html: at('html'),
    csv: at('csv'),
    markdown: at('md'),
    junit: at('junit.xml'),
  })
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
  console.log(`\nIn ${minutes} min. Written:\n${paths.map((path) => `  ${path}`).join('\n')}`)
  if (hasFailures(result)) process.exitCode = 1
  if (!result.complete) process.exitCode = 130
}

function onProgress({ phase, id, done, of }: RunProgress): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(
    `\r\u001b[2K${done} of ${of} turns: ${phase} ${id}`.slice(0, (process.stderr.columns || 80) - 1),
  )
}
