import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ScenarioSample, scenarios } from '../../src/scenario/scenario.js'
import { workOfRounds } from '../../src/scenario/work.js'
import { momentsOf } from '../../src/statistics/moments.js'
import { ascending, quantileOfSorted } from '../../src/statistics/quantile.js'
import { Random } from '../../src/statistics/random.js'
import { drive } from '../../src/subject/drive.js'
import type { Ran, RunRequest } from '../../src/subject/protocol.js'
import { type ScenarioName, scenarioNames } from '../../src/suite/schema.js'
import { SyntheticSystem, VirtualClock } from '../subject/virtual-clock.js'

const runSchema = z.strictObject({
  scenario: z.string(),
  system: z.string(),
  workers: z.int(),
  serviceMs: z.array(z.number()),
  reported: z.object({
    minUs: z.number(),
    maxUs: z.number(),
    meanUs: z.number(),
    p50Us: z.number(),
    p90Us: z.number(),
    p95Us: z.number(),
    p97Us: z.number(),
    p99Us: z.number(),
    samplesPerSecond: z.number().optional(),
  }),
  serviceUs: z.array(z.number()),
  query: z.array(z.int()),
  scheduledUs: z.array(z.number()),
  latencyUs: z.array(z.number()),
})
type GoldenRun = z.infer<typeof runSchema>

function goldenRuns(scenario: ScenarioName): GoldenRun[] {
  const path = fileURLToPath(new URL(`../../../../test/golden/loadgen/${scenario}.json`, import.meta.url))
  return z.object({ by: z.string(), runs: z.array(runSchema) }).parse(JSON.parse(readFileSync(path, 'utf8')))
    .runs
}

/** The same system, asked as our scenario asks; a server at the times that the load generator drew. */
async function replay(scenario: ScenarioName, run: GoldenRun): Promise<readonly ScenarioSample[]> {
  const images = run.latencyUs.map((_, index) => index)
  const request = scenarios[scenario].request(images, new Random(1), 1)
  const arrivalsMs = run.scheduledUs.map((us) => us / 1000)
  const ran = await driven(run, scenario === 'server' ? { ...request, arrivalsMs } : request)
  return scenarios[scenario].samples(ran)
}

function driven({ workers, serviceUs }: GoldenRun, request: Omit<RunRequest, 'ask'>): Promise<Ran> {
  const clock = new VirtualClock()
  const system = new SyntheticSystem(clock, workers, (begun) => (serviceUs[begun] ?? Number.NaN) / 1000)
  return clock.run(drive(request, system, clock))
}

/** What the load generator counts as one latency: a sample's, or a query's of several, from its issue to the end of its last. */
function theirLatencies(scenario: ScenarioName, { query, latencyUs }: GoldenRun): number[] {
  if (scenario !== 'multi-stream') return latencyUs.map((us) => us / 1000)
  const queries = new Map<number, number>()
  for (const [index, us] of latencyUs.entries()) {
    const key = query[index] ?? 0
    queries.set(key, Math.max(queries.get(key) ?? 0, us / 1000))
  }
  return [...queries.values()]
}

// Beside the service times, which are replayed, their latencies hold what it took the load generator to wake up at a scheduled time and to
// hand over to Python: microseconds as a rule, hundreds where the system preferred somebody else. Of offline, each sample has those of all
// before it.
const typicalMs = (ms: number): number => 0.15 + ms / 1000
const worstMs = (ms: number): number => 2 + ms / 1000

describe.each(scenarioNames)('%s as MLPerf’s load generator means it', (scenario) => {
  it.each(goldenRuns(scenario).map((run) => [run.system, run] as const))(
    'latency of every sample of the %s system',
    async (_, run) => {
      const ours = (await replay(scenario, run)).map(({ ms }) => ms)
      const theirs = theirLatencies(scenario, run)
      expect(ours).toHaveLength(theirs.length)
      const apart = ours.map((ms, index) => ({ ms, by: Math.abs(ms - (theirs[index] ?? Number.NaN)) }))
      const typical = apart.filter(({ ms, by }) => by < typicalMs(ms))
      expect(typical.length).toBeGreaterThan(0.9 * apart.length)
      for (const { ms, by } of apart) expect(by).toBeLessThan(worstMs(ms))
    },
  )

  it.each(goldenRuns(scenario).map((run) => [run.system, run] as const))(
    'what is reported of the %s system',
    async (_, run) => {
      const { reported } = run
      const ours = ascending((await replay(scenario, run)).map(({ ms }) => ms))
      const { mean } = momentsOf(ours)
      const [least = 0, most = 0] = [ours[0], ours.at(-1)]
      expect(Math.abs(mean - reported.meanUs / 1000)).toBeLessThan(typicalMs(mean))
      expect(Math.abs(least - reported.minUs / 1000)).toBeLessThan(typicalMs(least))
      expect(Math.abs(most - reported.maxUs / 1000)).toBeLessThan(worstMs(most))
      for (const p of [50, 90, 95, 97, 99] as const) {
        // Theirs is the sample of rank n·p, counted from 0; ours lies between the two around rank (n − 1)·p.
        const rank = Math.floor((ours.length * p) / 100)
        const [low = 0, high = 0] = [ours[Math.max(0, rank - 1)], ours[Math.min(ours.length - 1, rank + 1)]]
        for (const ms of [reported[`p${p}Us`] / 1000, quantileOfSorted(ours, p / 100)]) {
          expect(ms).toBeGreaterThan(low - typicalMs(low))
          expect(ms).toBeLessThan(high + typicalMs(high))
        }
      }
    },
  )
})

it('offline: as many samples a second as the load generator reports', async () => {
  for (const run of goldenRuns('offline')) {
    const samples = await replay('offline', run)
    const [work] = workOfRounds({
      scenario: 'offline',
      samplesMs: samples.map(({ ms }) => ms),
      samplesAtMs: samples.map(({ beginMs }) => beginMs),
      rounds: samples.map(() => 0),
    })
    const perSecond = (work?.inferences ?? 0) / (work?.seconds ?? 0)
    // What Python takes between two is in both: the service is counted from the end of the one before.
    expect(Math.abs(perSecond / (run.reported.samplesPerSecond ?? 0) - 1)).toBeLessThan(0.002)
  }
})

describe('arrivals of the server', () => {
  const MEAN_MS = 5 / 0.7
  const ours = (seed: number, count: number): number[] =>
    scenarios.server.request(
      Array.from({ length: count }, () => 0),
      new Random(seed),
      5,
    ).arrivalsMs ?? []
  const gapsOf = (arrivals: readonly number[]): number[] =>
    arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0))

  // Gaps of a Poisson process: exponential, so that their standard deviation is their mean. The mean of n of them is known to 1/√n of itself,
  // and so is about their coefficient of variation; four of those are exceeded once in 16,000 times.
  const theirs = goldenRuns('server').map((run) => ({
    name: `of the load generator, ${run.system}`,
    arrivals: run.scheduledUs.map((us) => us / 1000),
    meanMs:
      1000 / ((0.7 * run.workers * 1000 * run.serviceMs.length) / run.serviceMs.reduce((a, b) => a + b, 0)),
  }))
  it.each([
    { name: 'of ours', arrivals: ours(1, 20_000), meanMs: MEAN_MS },
    { name: 'of ours, few', arrivals: ours(2, 500), meanMs: MEAN_MS },
    ...theirs,
  ])('are a Poisson process: $name', ({ arrivals, meanMs }) => {
    const gaps = gapsOf(arrivals)
    const tolerance = 4 / Math.sqrt(gaps.length)
    const { mean, stddev } = momentsOf(Float64Array.from(gaps))
    expect(Math.abs(mean / meanMs - 1)).toBeLessThan(tolerance)
    expect(Math.abs(stddev / mean - 1)).toBeLessThan(tolerance)
    // Kolmogorov and Smirnov's distance from the exponential distribution: exceeds 1.95/√n once in 1000 times.
    const sorted = ascending(gaps)
    const distance = sorted.reduce((most, gap, index) => {
      const cdf = 1 - Math.exp(-gap / meanMs)
      return Math.max(
        most,
        Math.abs(cdf - index / sorted.length),
        Math.abs(cdf - (index + 1) / sorted.length),
      )
    }, 0)
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length))
  })

  it('begin at once, and are the same for the same seed', () => {
    expect(ours(3, 3)[0]).toBe(0)
    expect(ours(3, 100)).toEqual(ours(3, 100))
    expect(ours(3, 100)).not.toEqual(ours(4, 100))
  })

  it('make the latencies that queueing theory says, as the load generator’s do', async () => {
    const serviceMs = 5
    // Pollaczek and Khinchine, of constant service: waiting is ρ/(2(1 − ρ)) of it.
    const expected = serviceMs * (1 + 0.7 / (2 * 0.3))
    const clock = new VirtualClock()
    const images = Array.from({ length: 20_000 }, () => 0)
    const request = scenarios.server.request(images, new Random(5), serviceMs)
    const system = new SyntheticSystem(clock, 1, () => serviceMs)
    const { samplesMs } = await clock.run(drive(request, system, clock))
    // Waits of arrivals that follow each other are alike: 20,000 of them vary by 2 %, 500 by 12 %.
    expect(momentsOf(Float64Array.from(samplesMs)).mean / expected).toBeCloseTo(1, 1)
    const [steady] = goldenRuns('server')
    expect(Math.abs((steady?.reported.meanUs ?? 0) / 1000 / expected - 1)).toBeLessThan(0.36)
  })
})
