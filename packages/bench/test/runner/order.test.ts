import { describe, expect, it } from 'vitest'
import type { ModelResult, ResultFile } from '../../src/result/schema.js'
import type { Benchmark } from '../../src/runner/benchmark.js'
import { MeasuredCase } from '../../src/runner/measured-case.js'
import { PictureChoice } from '../../src/runner/picture-choice.js'
import { type RunProgress, runCases } from '../../src/runner/run-cases.js'
import { orinNano } from '../telemetry/machines.js'
import { makeMachine } from '../telemetry/make-machine.js'
import { fakeRun, modelOf, resultOf, samplesARound } from './fake-runs.js'

const IMAGES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg']

/** In which order models had their turns, and what came of it. */
async function turnsOf(benchmark: Benchmark): Promise<{ turns: string[]; result: ResultFile }> {
  const turns: string[] = []
  const result = await resultOf({
    ...benchmark,
    onProgress: ({ phase, id }) => {
      if (phase === 'measuring') turns.push(id.slice(0, 1))
    },
  })
  return { turns, result }
}

/** Pictures of each round. */
function picturesOf({ samplesOf, rounds }: ModelResult): number[][] {
  const pictures: number[][] = Array.from({ length: Math.max(-1, ...rounds) + 1 }, () => [])
  for (const [index, picture] of samplesOf.entries()) pictures[rounds[index] ?? 0]?.push(picture)
  return pictures
}

function inRounds(turns: readonly string[], size: number): string[] {
  return Array.from({ length: turns.length / size }, (_, round) =>
    turns.slice(round * size, (round + 1) * size).join(''),
  )
}

describe('interleaved', () => {
  it('gives each a turn a round, in an order that is drawn anew', async () => {
    const { benchmark } = fakeRun({ fakes: { a: {}, b: {}, c: {} }, measure: { rounds: 10 } })
    const rounds = inRounds((await turnsOf(benchmark)).turns, 3)
    expect(rounds).toHaveLength(10)
    for (const round of rounds) expect([...round].sort().join('')).toBe('abc')
    // Ten draws of one order of six: once in 10 million runs.
    expect(new Set(rounds).size).toBeGreaterThan(1)
  })

  it('draws the same order and the same pictures from the same seed, whatever else is different', async () => {
    const images = IMAGES
    const same = fakeRun({ fakes: { a: { ms: 1 }, b: { ms: 1 }, c: {} }, images })
    // Of which a runs less often in a round, and c is soon gone.
    const slow = fakeRun({
      fakes: { a: { ms: 700 }, b: { ms: 0.1 }, c: { does: 'crash' } },
      images,
      measure: { maxSeconds: 4 },
    })
    const other = fakeRun({ fakes: { a: {}, b: {}, c: {} }, images, seed: 2 })
    const first = await turnsOf(same.benchmark)
    const slower = await turnsOf(slow.benchmark)
    const otherSeed = await turnsOf(other.benchmark)
    const withoutC = (turns: readonly string[]) => turns.filter((id) => id !== 'c').join('')
    expect(slower.turns.length).toBeLessThan(first.turns.length)
    expect(withoutC(slower.turns)).toBe(withoutC(first.turns))
    expect(withoutC(otherSeed.turns)).not.toBe(withoutC(first.turns))
    for (const id of ['a', 'b']) {
      const pictures = picturesOf(modelOf(first.result, id))
      const ofSlower = picturesOf(modelOf(slower.result, id))
      if (id === 'a') expect(ofSlower.flat().length).toBeLessThan(pictures.flat().length)
      for (const [round, some] of ofSlower.entries()) {
        expect(some).toEqual(pictures[round]?.slice(0, some.length))
      }
      expect(picturesOf(modelOf(otherSeed.result, id))).not.toEqual(pictures)
    }
  })

  it('asks all models for the same pictures, of which all are drawn', async () => {
    const { benchmark, log } = fakeRun({
      fakes: { a: {}, b: {} },
      images: IMAGES,
      measure: { minRuns: 200, droppedAfterSwitch: 0 },
    })
    const result = await resultOf(benchmark)
    const pictures = modelOf(result, 'a').samplesOf
    expect(pictures).toHaveLength(200)
    expect(new Set(pictures).size).toBe(IMAGES.length)
    expect(modelOf(result, 'b').samplesOf).toEqual(pictures)
    expect(log.runRequests('a').flatMap(({ images }) => images)).toEqual(pictures)
  })

  it('does not count the first runs after a switch', async () => {
    const { benchmark, log } = fakeRun({
      fakes: { a: {}, b: {} },
      measure: { rounds: 6, droppedAfterSwitch: 5 },
    })
    const { turns, result } = await turnsOf(benchmark)
    expect(samplesARound(modelOf(result, 'a'))).toEqual([2, 2, 2, 2, 2, 2])
    for (const id of ['a', 'b']) {
      const expected = turns.flatMap((turn, index) => {
        if (turn !== id) return []
        return turns[index - 1] === id ? [2] : [5, 2]
      })
      expect(log.runs(id)).toEqual(expected.flat())
    }
    // There is a turn without a switch, or the above says little.
    expect(turns.some((turn, index) => turn === turns[index - 1])).toBe(true)
  })
})

describe('in sequence', () => {
  it('measures one to its end after the other, one process at a time', async () => {
    const { benchmark, log } = fakeRun({ fakes: { b: {}, a: {} }, measure: { order: 'sequence', rounds: 3 } })
    expect(inRounds((await turnsOf(benchmark)).turns, 3)).toEqual(['bbb', 'aaa'])
    // Warm-up; dropped runs before the first turn only.
    expect(log.lines('a').map(({ ask, images }) => (ask === 'run' ? images.length : ask))).toEqual([
      ...['load', 2, 1, 4, 4, 4],
      ...['end', 'gone'],
    ])
  })

  it('cools down between models, where that is asked for and there are sensors', async () => {
    const coolDown = { toleranceC: 1, maxSeconds: 1 }
    for (const [asked, times] of [
      [{ coolDown, order: 'sequence' }, 2],
      [{ order: 'sequence' }, 0],
      [{ coolDown, order: 'interleaved' }, 0],
    ] as const) {
      const fakes = times === 0 ? { a: {}, b: {} } : { a: {}, b: {}, c: {} }
      const { benchmark } = fakeRun({ fakes, measure: { ...asked, rounds: 2 } })
      const { measure, cases, program } = benchmark
      const log: string[] = []
      const setting = {
        measure,
        pictures: new PictureChoice([]),
        endToEnd: false,
        seed: 1,
        clock: () => performance.now(),
        signal: undefined,
      }
      const measured = cases.map((one) => {
        const runner = program(one)
        if ('skipped' in runner) throw new Error(runner.skipped)
        return new MeasuredCase(one, one.model.file, runner, setting)
      })
      await runCases(
        { cases: measured, measure, seed: 1, firstRound: 0 },
        {
          coolDown: async () => {
            log.push(`cooled with ${measured.filter(({ pid }) => pid !== undefined).length} processes`)
          },
          onProgress: ({ phase, id }) => {
            if (phase === 'opening' || phase === 'cooling') log.push(`${phase} ${id.slice(0, 1)}`)
          },
        },
      )
      expect(log.filter((line) => line.startsWith('cooled'))).toHaveLength(times)
      if (times === 0) continue
      expect(log).toEqual([
        ...['opening a', 'cooling b', 'cooled with 0 processes', 'opening b'],
        ...['cooling c', 'cooled with 0 processes', 'opening c'],
      ])
    }
  })
})

it('tells how far it is, up to the end', async () => {
  const progress: RunProgress[] = []
  const { benchmark } = fakeRun({
    fakes: { a: {}, b: { does: 'exit', at: 4 }, c: { skipped: 'not here' } },
    measure: { rounds: 3 },
  })
  await resultOf({ ...benchmark, onProgress: (now) => progress.push(now) })
  expect(new Set(progress.map(({ of }) => of))).toEqual(new Set([6]))
  const done = progress.map((now) => now.done)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  expect(progress.at(-1)).toMatchObject({ phase: 'classifying', done: 6 })
})

it('waits between models until the machine is as cool as it was', async () => {
  const machine = await makeMachine(orinNano)
  try {
    const zones = Object.keys(orinNano.files).filter((path) => /thermal_zone\d+\/temp$/.test(path))
    const heat = (celsius: number) =>
      Promise.all(zones.map((path) => machine.write(path, String(celsius * 1000))))
    await heat(40)
    const { benchmark } = fakeRun({
      // Long enough for a reading.
      fakes: { a: { waitMs: 400 }, b: {} },
      telemetry: machine.roots,
      measure: {
        order: 'sequence',
        rounds: 2,
        droppedAfterSwitch: 0,
        coolDown: { toleranceC: 1, maxSeconds: 60 },
      },
    })
    const phases: { phase: string; atMs: number }[] = []
    let cooled = Number.POSITIVE_INFINITY
    await resultOf({
      ...benchmark,
      onProgress: ({ phase }) => {
        if (phases.at(-1)?.phase !== phase) phases.push({ phase, atMs: performance.now() })
        if (phase === 'measuring' && phases.length === 2) void heat(55)
        if (phase === 'cooling') {
          setTimeout(() => {
            cooled = performance.now()
            void heat(40.5)
          }, 300)
        }
      },
    })
    expect(phases.map(({ phase }) => phase)).toEqual([
      ...['opening', 'measuring', 'classifying', 'cooling'],
      ...['opening', 'measuring', 'classifying'],
    ])
    expect(phases[4]?.atMs).toBeGreaterThan(cooled)
  } finally {
    await machine.remove()
  }
})
