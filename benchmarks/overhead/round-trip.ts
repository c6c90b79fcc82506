/** `round-trip.ts MODEL LIBRARY ROUNDS`: microseconds of `await run()` and of a bare round trip, in turns, as JSON. */
import { Session } from '@edge/runtime'
import { inPairs, timed } from '../measure/turns.js'
import { loadRoundTrip } from './bare-round-trip.js'

const RUNS = 1000
const [model = '', libraryPath = '', rounds = ''] = process.argv.slice(2)

const session = await Session.open(model, { threads: 1, libraryPath })
const request = session.createRequest()
const repeat = (work: () => Promise<unknown>) => () =>
  timed(async () => {
    for (let i = 0; i < RUNS; i++) await work()
  })
const { ours, reference } = await inPairs(
  repeat(() => request.run()),
  repeat(loadRoundTrip()),
  Number(rounds),
)
await session.dispose()
const perRun = (nanoseconds: readonly number[]) => nanoseconds.map((value) => value / 1e3 / RUNS)
console.log(JSON.stringify({ ours: perRun(ours), reference: perRun(reference) }))
