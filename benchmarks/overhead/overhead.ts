/**
 * `pnpm bench:overhead`: what the JavaScript API adds to a plain C++ loop over the same library, model, delegate, threads and
 * buffers. Both sides take turns in short rounds; ratios come with an interval over the rounds.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Session } from '@edge/runtime'
import { median, pairedRatio } from '../measure/ratio.js'
import { writeResults } from '../measure/result-file.js'
import { inTurns, timed } from '../measure/turns.js'
import { loadRoundTrip } from './bare-round-trip.js'
import { eventLoopDelay } from './event-loop.js'
import { NativeLoop } from './native-loop.js'
import { type Row, table } from './table.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = `${root}packages/platforms/tflite-${process.platform}-${process.arch}/lib/libtensorflowlite_c.so`
const models = {
  add: `${root}.cache/models/tiny/add_float32.tflite`,
  fp32: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_fp32.tflite`,
  int8: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_int8.tflite`,
}

const microseconds = (nanoseconds: number) => nanoseconds / 1e3

/** `runSync` against the loop, on one model. */
async function sync(
  name: string,
  model: string,
  threads: number,
  runs: number,
  rounds: number,
): Promise<Row> {
  const session = await Session.open(model, { threads, libraryPath: library })
  const request = session.createRequest()
  const loop = new NativeLoop(library, model, threads)
  const ours = () =>
    timed(() => {
      for (let i = 0; i < runs; i++) request.runSync()
    })
  const times = await inTurns(ours, () => loop.run(runs), rounds)
  loop.close()
  await session.dispose()
  const per = (nanoseconds: readonly number[]) => microseconds(median(nanoseconds)) / runs
  return {
    name,
    oursUs: per(times.first),
    referenceUs: per(times.second),
    ratio: pairedRatio(times.first, times.second),
  }
}

/** `await run()` of a one-operator model against a promise that a bare thread settles. */
async function roundTrip(runs: number, rounds: number): Promise<Row> {
  const session = await Session.open(models.add, { threads: 1, libraryPath: library })
  const request = session.createRequest()
  const bare = loadRoundTrip()
  const repeat = (work: () => Promise<unknown>) => () =>
    timed(async () => {
      for (let i = 0; i < runs; i++) await work()
    })
  const times = await inTurns(
    repeat(() => request.run()),
    repeat(bare),
    rounds,
  )
  await session.dispose()
  return {
    name: 'await run(), one operator',
    oursUs: microseconds(median(times.first)) / runs,
    referenceUs: microseconds(median(times.second)) / runs,
    ratio: pairedRatio(times.first, times.second),
  }
}

/** Opening a model, with a request's buffers and, if wanted, its first run; closing it is not timed. */
async function opening(
  name: string,
  { validate, firstRun }: { readonly validate: boolean; readonly firstRun: boolean },
  rounds: number,
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
  const times = await inTurns(ours, () => (firstRun ? loop.start() : loop.open()), rounds)
  loop.close()
  return {
    name,
    oursUs: microseconds(median(times.first)),
    referenceUs: microseconds(median(times.second)),
    ratio: pairedRatio(times.first, times.second),
  }
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
  add(await sync('runSync(), one operator', models.add, 1, 5000, 60))
  add(await roundTrip(1000, 60))
  for (const precision of ['fp32', 'int8'] as const) {
    for (const threads of [1, 2]) {
      const name = `runSync(), Lite0 ${precision}, ${threads} thread${threads > 1 ? 's' : ''}`
      add(await sync(name, models[precision], threads, 20, 60))
    }
  }
  add(await opening('open Lite0 int8', { validate: true, firstRun: false }, 60))
  add(await opening('open Lite0 int8, unvalidated', { validate: false, firstRun: false }, 60))
  add(await opening('open Lite0 int8 and run once', { validate: true, firstRun: true }, 60))
  const eventLoop = await eventLoopDelay(models.int8, library, 100)
  const { p50Ms, p99Ms, maxMs } = eventLoop
  console.log(table(rows))
  console.log(
    `\nEvent loop with 100 runs in flight: delay p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, max ${maxMs.toFixed(2)} ms`,
  )
  console.log(`Written to ${writeResults('overhead', { rows, eventLoop })}`)
}

await main()
