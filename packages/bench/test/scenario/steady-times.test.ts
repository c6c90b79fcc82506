import { describe, expect, it } from 'vitest'
import type { ModelResult } from '../../src/result/schema.js'
import { scenarios } from '../../src/scenario/scenario.js'
import { steadyTimes } from '../../src/scenario/work.js'
import { Random } from '../../src/statistics/random.js'
import { judgeSamples } from '../../src/statistics/sample-quality.js'
import { drive } from '../../src/subject/drive.js'
import { scenarioNames } from '../../src/suite/schema.js'
import { fakeRun, modelOf, resultOf } from '../runner/fake-runs.js'
import { SyntheticSystem, VirtualClock } from '../subject/virtual-clock.js'

const ROUNDS = 10
const SAMPLES_OF_TURN = 40
const SERVICE_MS = 5

type Samples = Pick<ModelResult, 'scenario' | 'samplesMs' | 'samplesAtMs' | 'rounds'>

/** What a system does in rounds, each of which takes so many times as long as it would; services vary by ±5 %. */
async function measured(
  scenario: ModelResult['scenario'],
  {
    workers = 1,
    slowDown = () => 1,
    seed = 1,
  }: { workers?: number; slowDown?: (round: number) => number; seed?: number },
): Promise<Samples> {
  const clock = new VirtualClock()
  const { request, samples, runsPerSample } = scenarios[scenario]
  const all: Samples = { scenario, samplesMs: [], samplesAtMs: [], rounds: [] }
  const services = new Random(seed, 'services')
  for (let round = 0; round < ROUNDS; round += 1) {
    const images = Array.from({ length: SAMPLES_OF_TURN * runsPerSample }, () => 0)
    const system = new SyntheticSystem(
      clock,
      workers,
      () => SERVICE_MS * slowDown(round) * (0.95 + 0.1 * services.uniform()),
    )
    const runs = request(images, new Random(seed, `arrivals of round ${round}`), SERVICE_MS)
    for (const { ms, beginMs } of samples(await clock.run(drive(runs, system, clock)))) {
      all.samplesMs.push(ms)
      all.samplesAtMs.push(beginMs)
      all.rounds.push(round)
    }
  }
  return all
}

const isNoisy = ({ samplesMs, rounds }: Pick<Samples, 'samplesMs' | 'rounds'>): boolean =>
  judgeSamples(samplesMs, rounds).noise?.noisy === true

describe.each(scenarioNames)('%s', (scenario) => {
  it.each([1, 2])('of a steady system of %i workers is not noisy', async (workers) => {
    for (let seed = 0; seed < 4; seed += 1) {
      expect(isNoisy(steadyTimes(await measured(scenario, { workers, seed })))).toBe(false)
    }
  })

  it.each([1, 2])('of a system of %i workers whose rounds differ is', async (workers) => {
    for (let seed = 0; seed < 4; seed += 1) {
      const slowDown = (round: number) => (round % 2 === 0 ? 1 : 1.15)
      expect(isNoisy(steadyTimes(await measured(scenario, { workers, seed, slowDown })))).toBe(true)
    }
  })
})

it('latencies of a server say nothing of the machine: of one that is as steady as can be, they are noisy', async () => {
  for (let seed = 0; seed < 4; seed += 1) expect(isNoisy(await measured('server', { seed }))).toBe(true)
})

it('steady times of a server are those of inferences that had none to wait for', () => {
  const times = steadyTimes({
    scenario: 'server',
    // The second waits for the first, the third for both; the fourth comes as the third ends; and a round begins anew.
    samplesAtMs: [0, 3, 8, 15, 100],
    samplesMs: [5, 7, 7, 6, 9],
    rounds: [0, 0, 0, 0, 1],
  })
  expect(times).toEqual({ samplesMs: [5, 6, 9], rounds: [0, 0, 1] })
})

it.each([
  [0.001, []],
  [0.2, ['noise']],
])('a run as a server whose rounds differ by %d has the warnings %j', async (round, codes) => {
  const { benchmark } = fakeRun({
    fakes: { a: { noise: { seed: 5, round, sample: 0.01 } } },
    scenario: 'server',
    measure: { minRuns: 400, rounds: 10 },
  })
  const { warnings } = modelOf(await resultOf(benchmark), 'a')
  expect(warnings.map(({ code }) => code).filter((code) => code === 'noise')).toEqual(codes)
})
