/**
 * `pnpm bench:overhead`: what the JavaScript API adds to a plain C++ loop over the same library, model, delegate, threads and
 * buffers. Both sides take turns in short rounds; ratios come with an interval over the rounds.
 *
 * The script in package.json tells glibc to keep freed memory, on both sides: else each opening gets its memory from the system anew, or
 * does not, according to what the process freed before, and that takes longer than the rest of it.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Session } from '@edge/runtime'
import { median, pairedDifference, pairedRatio } from '../measure/ratio.js'
import { writeResults } from '../measure/result-file.js'
import { meetsBar, type Row, table } from '../measure/table.js'
import { inTurns, type Rounds, timed } from '../measure/turns.js'
import { eventLoopDelay } from './event-loop.js'
import { NativeLoop } from './native-loop.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = `${root}packages/platforms/tflite-${process.platform}-${process.arch}/lib/libtensorflowlite_c.so`
const models = {
  add: `${root}.cache/models/tiny/add_float32.tflite`,
  fp32: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_fp32.tflite`,
  int8: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_int8.tflite`,
}

// Of each comparison.
const ROUNDS = 60
// The 99th percentile with 100 runs in flight.
const MOST_DELAY_MS = 5

const microseconds = (nanoseconds: number) => nanoseconds / 1e3

/** `runSync` against the loop, on one model: microseconds a run, in each round. */
async function syncRounds(model: string, threads: number, runs: number): Promise<Rounds> {
  const session = await Session.open(model, { threads, libraryPath: library })
  const request = session.createRequest()
  const loop = new NativeLoop(library, model, threads)
  const ours = () =>
    timed(() => {
      for (let i = 0; i < runs; i++) request.runSync()
    })
  const { first, second } = await inTurns(ours, () => loop.run(runs), ROUNDS)
  loop.close()
  await session.dispose()
  const per = (nanoseconds: readonly number[]) => nanoseconds.map((value) => microseconds(value) / runs)
  return { first: per(first), second: per(second) }
}

function row(name: string, { first, second }: Rounds): Row {
  return { name, oursUs: median(first), referenceUs: median(second), ratio: pairedRatio(first, second) }
}

/**
 * `await run()` of a one-operator model against a promise that a bare thread settles; in a process of its own, on one processor. Left
 * alone, the system puts the two threads of either side on one processor or on two, as it likes, and waking an idle one takes ten times
 * as long as all the rest.
 */
async function roundTrip(): Promise<Row> {
  const child = new URL('round-trip.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)('taskset', [
    ...['--cpu-list', '0', process.execPath, '--import', 'tsx', child],
    ...[models.add, library, String(ROUNDS)],
  ])
  const measured: unknown = JSON.parse(stdout)
  if (!isRounds(measured)) throw new Error(`round-trip.ts printed ${stdout}`)
  return row('await run(), one operator, on one processor', measured)
}

function isRounds(value: unknown): value is Rounds {
  const { first, second }: Partial<Record<string, unknown>> = Object(value)
  return [first, second].every(
    (list) => Array.isArray(list) && list.every((entry) => typeof entry === 'number'),
  )
}

/** Opening a model, with a request's buffers and, if wanted, its first run; closing it is not timed. */
async function opening(
  name: string,
  { validate, firstRun }: { readonly validate: boolean; readonly firstRun: boolean },
): Promise<Row> {
  const loop = new NativeLoop(library, models.int8, 1)
  const ours = async () => {
    const begin = process.hrtime.bigint()
    const session = await Session.open(models.int8, { threads: 1, libraryPath: library, validate })
    const request = session.createRequest()
    if (firstRun) request.runSync()
    const nanoseconds = Number(process.hrtime.bigint() - begin)
    await session.dispose()
    return nanoseconds
  }
  const times = await inTurns(ours, () => (firstRun ? loop.start() : loop.open()), ROUNDS)
  loop.close()
  return row(name, { first: times.first.map(microseconds), second: times.second.map(microseconds) })
}

async function main(): Promise<void> {
  const missing = [library, ...Object.values(models)].filter((path) => !existsSync(path))
  if (missing.length > 0) {
    console.error(`Missing: ${missing.join(', ')}. pnpm run setup makes them.`)
    process.exitCode = 1
    return
  }
  const rows: Row[] = []
  const add = (row: Row) => {
    rows.push(row)
    if (process.stderr.isTTY) console.error(`  ${row.name}: ${row.ratio.median.toFixed(3)}`)
  }
  const one = await syncRounds(models.add, 1, 5000)
  const difference = pairedDifference(one.first, one.second)
  add({ ...row('runSync(), one operator', one), differenceUs: difference, bar: 1 })
  add({ ...(await roundTrip()), bar: 1.2 })
  for (const precision of ['fp32', 'int8'] as const) {
    for (const threads of [1, 2]) {
      const name = `runSync(), Lite0 ${precision}, ${threads} thread${threads > 1 ? 's' : ''}`
      add({ ...row(name, await syncRounds(models[precision], threads, 20)), bar: 1.02 })
    }
  }
  add({ ...(await opening('open Lite0 int8', { validate: true, firstRun: false })), bar: 1.1 })
  add(await opening('open Lite0 int8, unvalidated', { validate: false, firstRun: false }))
  add(await opening('open Lite0 int8 and run once', { validate: true, firstRun: true }))
  const eventLoop = await eventLoopDelay(models.int8, library, 100)
  const { p50Ms, p99Ms, maxMs } = eventLoop
  console.log(table(rows))
  const verdict = p99Ms < MOST_DELAY_MS ? 'within' : 'MISSES'
  console.log(
    `\nEvent loop with 100 runs in flight: delay p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, max ${maxMs.toFixed(2)} ms  ${verdict} ${MOST_DELAY_MS}`,
  )
  console.log(`Written to ${writeResults('overhead', { rows, eventLoop })}`)
  if (rows.some((measured) => meetsBar(measured) === false) || p99Ms >= MOST_DELAY_MS) process.exitCode = 1
}

await main()
