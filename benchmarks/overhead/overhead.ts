/**
 * `pnpm bench:overhead`: what the JavaScript API adds to a plain C++ loop over the same library, model, delegate, threads and buffers. Runs the
 * suite `overhead`, which compares inferences, and then measures what a suite cannot: calls that take less time than it takes to take a
 * sample, promises, openings and the event loop.
 *
 * The script in package.json tells glibc to keep freed memory, on both sides: else each opening gets its memory from the system anew, or
 * does not, according to what the process freed before, and that takes longer than the rest of it.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { medianOfRounds } from '@edge/bench'
import { Session } from '@edge/runtime'
import { namedSuite } from '../find-suite.js'
import { isKept, writeResults } from '../measure/result-file.js'
import { meetsBar, type Row, rowOf, table } from '../measure/table.js'
import { inPairs, type PairedRounds, timed } from '../measure/turns.js'
import { runSuite } from '../run-suite.js'
import { eventLoopDelay } from './event-loop.js'
import { NativeLoop } from './native-loop.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = `${root}packages/platforms/tflite-${process.platform}-${process.arch}/lib/libtensorflowlite_c.so`
const models = {
  add: `${root}.cache/models/tiny/add_float32.tflite`,
  int8: `${root}.cache/models/efficientnet-lite0/efficientnet_lite0_int8.tflite`,
}

// Of each comparison.
const ROUNDS = 60
// The 99th percentile with 100 runs in flight.
const MOST_DELAY_MS = 5

const microseconds = (nanoseconds: number) => nanoseconds / 1e3

/**
 * `runSync` of a one-operator model against the loop: microseconds a run, in each round. Thousands are timed together: a suite times each, and
 * that alone takes a third as long.
 */
async function runSync(runs: number): Promise<Row> {
  const session = await Session.open(models.add, { threads: 1, libraryPath: library })
  const request = session.createRequest()
  const loop = new NativeLoop(library, models.add, 1)
  const ours = () =>
    timed(() => {
      for (let i = 0; i < runs; i++) request.runSync()
    })
  const rounds = await inPairs(ours, () => loop.run(runs), ROUNDS)
  loop.close()
  await session.dispose()
  const each = { ours: perRun(rounds.ours, runs), reference: perRun(rounds.reference, runs) }
  const differences = each.ours.map((value, round) => value - (each.reference[round] ?? Number.NaN))
  return { ...rowOf('runSync(), one operator', each), differenceUs: medianOfRounds(differences), bar: 1 }
}

function perRun(nanoseconds: readonly number[], runs: number): number[] {
  return nanoseconds.map((value) => microseconds(value) / runs)
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
  if (!isPaired(measured)) throw new Error(`round-trip.ts printed ${stdout}`)
  return { ...rowOf('await run(), one operator, on one processor', measured), bar: 1.2 }
}

function isPaired(value: unknown): value is PairedRounds {
  const { ours, reference }: Partial<Record<string, unknown>> = Object(value)
  return [ours, reference].every(
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
  const rounds = await inPairs(ours, () => (firstRun ? loop.start() : loop.open()), ROUNDS)
  loop.close()
  return rowOf(name, { ours: perRun(rounds.ours, 1), reference: perRun(rounds.reference, 1) })
}

async function main(): Promise<void> {
  const missing = [library, ...Object.values(models)].filter((path) => !existsSync(path))
  if (missing.length > 0) {
    console.error(`Missing: ${missing.join(', ')}. pnpm run setup makes them.`)
    process.exitCode = 1
    return
  }
  if (!(await runSuite(await namedSuite('overhead'), { keep: isKept() }))) return
  const rows: Row[] = []
  const add = (row: Row) => {
    rows.push(row)
    if (process.stderr.isTTY) console.error(`  ${row.name}: ${row.ratio.value.toFixed(3)}`)
  }
  add(await runSync(5000))
  add(await roundTrip())
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
  console.log(`Written to ${await writeResults('calls', { rows, eventLoop })}`)
  if (rows.some((measured) => meetsBar(measured) === false) || p99Ms >= MOST_DELAY_MS) process.exitCode = 1
}

await main()
