import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelResult, ResultFile } from '../../src/result/schema.js'
import type { Benchmark } from '../../src/runner/benchmark.js'
import type { RunProgress } from '../../src/runner/run-cases.js'
import { fakeRun, isRunning, modelOf, resultOf, samplesARound } from './fake-runs.js'

/** Runs a benchmark until so many turns are done, and stops in the middle of the next. */
async function stopped(benchmark: Benchmark, turns: number): Promise<ResultFile> {
  const controller = new AbortController()
  let isStopping = false
  return await resultOf({
    ...benchmark,
    signal: controller.signal,
    onProgress: ({ phase, done }: RunProgress) => {
      if (phase !== 'measuring' || done < turns || isStopping) return
      isStopping = true
      setTimeout(() => controller.abort(), 10)
    },
  })
}

const real = { real: true }
const slowly = { waitMs: 25 }
const abc = { a: slowly, b: slowly, c: slowly }

/** What of a model was measured before. */
const beginningOf = ({ samplesMs, samplesAtMs, rounds, samplesOf }: ModelResult, samples: number) =>
  [samplesMs, samplesAtMs, rounds, samplesOf].map((values) => values.slice(0, samples))

describe('a run that is stopped', () => {
  it('has what was measured until then, says so, and leaves no process', async () => {
    const { benchmark, log } = fakeRun({ fakes: abc })
    // One round of three, and two turns of the next.
    const result = await stopped(benchmark, 5)
    expect(result.complete).toBe(false)
    expect(result.ended).toBeUndefined()
    expect(result.models.map((model) => samplesARound(model).length).sort()).toEqual([1, 2, 2])
    for (const { error, latencyMs } of result.models) {
      expect(error).toBeUndefined()
      expect(latencyMs?.samples).toBeGreaterThan(0)
    }
    expect(log.pids(['a', 'b', 'c']).filter(isRunning)).toEqual([])
  })

  it('before anything is measured has nothing, and no error', async () => {
    const { benchmark, log } = fakeRun({ fakes: { a: {}, b: {} } })
    const result = await resultOf({ ...benchmark, signal: AbortSignal.abort() })
    expect(result.complete).toBe(false)
    for (const { samplesMs, error } of result.models) {
      expect(samplesMs).toEqual([])
      expect(error).toBeUndefined()
    }
    expect(log.pids(['a', 'b']).filter(isRunning)).toEqual([])
  })

  it('while it loads is stopped as well', async () => {
    const { benchmark, log } = fakeRun({ fakes: { a: { does: 'hang-load' }, b: {} } })
    const controller = new AbortController()
    const result = await resultOf({
      ...benchmark,
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(), 300),
    })
    expect(result.complete).toBe(false)
    expect(modelOf(result, 'a').error).toBeUndefined()
    expect(log.pids(['a', 'b']).filter(isRunning)).toEqual([])
  })
})

describe('goes on, by turns', () => {
  it('with the round that was not finished, and keeps those before', async () => {
    const images = ['a.jpg', 'b.jpg', 'c.jpg']
    const { benchmark, directory } = fakeRun({ fakes: abc, images })
    const earlier = await stopped(benchmark, 7)
    const progress: RunProgress[] = []
    const quickly = { fakes: { a: real, b: real, c: real }, images, directory }
    const result = await resultOf({
      ...fakeRun(quickly).benchmark,
      earlier,
      onProgress: (now) => progress.push(now),
    })
    const whole = await resultOf(fakeRun(quickly).benchmark)
    expect(result).toMatchObject({ complete: true, begun: earlier.begun })
    expect(progress[0]?.of).toBe(6)
    for (const id of ['a', 'b', 'c']) {
      const [before, after] = [modelOf(earlier, id), modelOf(result, id)]
      expect(samplesARound(after)).toEqual([3, 3, 3, 3])
      expect(beginningOf(after, 6)).toEqual(beginningOf(before, 6))
      expect([...after.samplesAtMs].sort((a, b) => a - b)).toEqual(after.samplesAtMs)
      // The order and the pictures of each round follow from the seed: as if it had never been stopped.
      expect(after.samplesOf).toEqual(modelOf(whole, id).samplesOf)
      expect(after.warmUpMs).toEqual(before.warmUpMs)
    }
    expect(result.ratios.map(({ rounds }) => rounds)).toEqual([4, 4])
  })

  it('with a model that had failed, and with one that had used up its time as it was', async () => {
    const fakes = {
      well: slowly,
      // Its warm-up, and the first turn.
      broken: { ...slowly, does: 'crash', at: 4 },
      capped: { ms: 900, ...slowly },
    }
    const measure = { maxSeconds: 1, rounds: 5 }
    const { benchmark, directory } = fakeRun({ fakes, measure })
    const earlier = await stopped(benchmark, 9)
    expect(modelOf(earlier, 'broken').error?.code).toBe('SUBJECT_FAILED')
    expect(samplesARound(modelOf(earlier, 'capped'))).toEqual([1, 1])
    const { benchmark: mended } = fakeRun({ fakes: { ...fakes, broken: slowly }, measure, directory })
    const result = await resultOf({ ...mended, earlier })
    expect(samplesARound(modelOf(result, 'well'))).toHaveLength(5)
    expect(beginningOf(modelOf(result, 'capped'), 2)).toEqual(beginningOf(modelOf(earlier, 'capped'), 2))
    expect(samplesARound(modelOf(result, 'capped'))).toEqual([1, 1])
    const broken = modelOf(result, 'broken')
    expect(broken.error).toBeUndefined()
    expect(broken.rounds[0]).toBe(0)
    expect(broken.rounds.at(-1)).toBe(4)
  })

  it('says so where another version of the runtime went on', async () => {
    const { benchmark, directory } = fakeRun({ fakes: { a: { ...slowly, version: 'fake 1.0' } } })
    const earlier = await stopped(benchmark, 2)
    const { benchmark: later } = fakeRun({ fakes: { a: { version: 'fake 1.1' } }, directory })
    expect(modelOf(await resultOf({ ...later, earlier }), 'a')).toMatchObject({
      reliable: false,
      warnings: expect.arrayContaining([
        expect.objectContaining({
          code: 'version-changed',
          message: expect.stringMatching(/fake 1\.0.*fake 1\.1/),
          unreliable: true,
        }),
      ]),
    })
  })

  it('keeps what it has of a model whose file has gone', async () => {
    const { benchmark, directory } = fakeRun({ fakes: abc })
    const earlier = await stopped(benchmark, 7)
    rmSync(join(directory, 'b.tflite'))
    const { benchmark: later } = fakeRun({ fakes: { a: {}, b: {}, c: {} }, directory })
    rmSync(join(directory, 'b.tflite'))
    const result = await resultOf({ ...later, earlier })
    expect(modelOf(result, 'b')).toMatchObject({
      error: { code: 'FILE_NOT_FOUND' },
      samplesMs: modelOf(earlier, 'b').samplesMs,
    })
    expect(samplesARound(modelOf(result, 'a'))).toEqual([3, 3, 3, 3])
  })
})

it('goes on in sequence, each model with what it lacks', async () => {
  const images = ['a.jpg']
  const fakes = {
    a: { ...slowly, classes: [1] },
    b: { ...slowly, classes: [2] },
    c: { ...slowly, classes: [3] },
  }
  const measure = { order: 'sequence', rounds: 3 } as const
  const { benchmark, directory } = fakeRun({ fakes, measure, images })
  // All of a, and two turns of b.
  const earlier = await stopped(benchmark, 5)
  expect(earlier.models.map((model) => samplesARound(model).length)).toEqual([3, 2, 0])
  const { benchmark: later, log } = fakeRun({
    fakes: { a: { classes: [1] }, b: { classes: [2] }, c: { classes: [3] } },
    measure,
    images,
    directory,
  })
  const before = log.lines('a').length
  const result = await resultOf({ ...later, earlier })
  expect(result.complete).toBe(true)
  for (const id of ['a', 'b', 'c']) expect(samplesARound(modelOf(result, id))).toEqual([4, 4, 4])
  expect(beginningOf(modelOf(result, 'b'), 8)).toEqual(beginningOf(modelOf(earlier, 'b'), 8))
  expect(result.models.map(({ accuracy }) => accuracy?.pictures[0]?.class)).toEqual([1, 2, 3])
  // It was not even opened, and is there with all that it had.
  expect(log.lines('a')).toHaveLength(before)
  expect(modelOf(result, 'a')).toEqual(modelOf(earlier, 'a'))
})

describe('refuses to go on', () => {
  const images = ['a.jpg', 'b.jpg']
  async function earlierRun() {
    const { benchmark, directory } = fakeRun({ fakes: { a: slowly, b: slowly }, images })
    return { benchmark, directory, earlier: await resultOf({ ...benchmark, signal: AbortSignal.abort() }) }
  }

  it.each<
    [what: string, other: (benchmark: Benchmark) => Partial<Benchmark>, expected: string, found: string]
  >([
    ['minRuns', ({ measure }) => ({ measure: { ...measure, minRuns: 13 } }), '12', '13'],
    ['rounds', ({ measure }) => ({ measure: { ...measure, rounds: 5 } }), '4', '5'],
    ['order', ({ measure }) => ({ measure: { ...measure, order: 'sequence' } }), 'interleaved', 'sequence'],
    [
      'coolDown',
      ({ measure }) => ({ measure: { ...measure, coolDown: { toleranceC: 1, maxSeconds: 2 } } }),
      'nothing',
      '"toleranceC":1',
    ],
    ['seed', () => ({ seed: 2 }), '1', '2'],
    ['suite', () => ({ name: 'other' }), 'fakes', 'other'],
    ['endToEnd', () => ({ endToEnd: true }), 'false', 'true'],
    ['picture 2', () => ({ images: ['a.jpg', 'c.jpg'] }), 'b.jpg', 'c.jpg'],
    ['number of pictures', () => ({ images: ['a.jpg'] }), '2', '1'],
    ['number of cases', ({ cases }) => ({ cases: cases.slice(1) }), '2', '1'],
    ['case 1', ({ cases }) => ({ cases: [...cases].reverse() }), 'a/fake/t1', 'b/fake/t1'],
  ])('with another %s', async (what, other, expected, found) => {
    const { benchmark, earlier } = await earlierRun()
    await expect(resultOf({ ...benchmark, ...other(benchmark), earlier })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining(`its ${what} was another`),
      expected: expect.stringContaining(expected),
      found: expect.stringContaining(found),
    })
  })

  it.each([
    ['processor', { processor: 'another' }],
    // One that was changed since: what it was measured with before is not what it would be measured with now.
    ['governor', { governor: 'another' }],
    ['powerMode', { powerMode: 'MODE_15W' }],
    ['kernel', { kernel: '1.0' }],
    ['node', { node: '1.0' }],
    ['version of CUDA', { versions: { CUDA: '12.6' } }],
  ])('on a machine whose %s was another', async (what, machine) => {
    const { benchmark, earlier } = await earlierRun()
    const other = { ...earlier, machine: { ...earlier.machine, ...machine } }
    await expect(resultOf({ ...benchmark, earlier: other })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining(`its ${what} was another`),
    })
  })

  it('with another file of the same name', async () => {
    const { benchmark, directory, earlier } = await earlierRun()
    writeFileSync(join(directory, 'b.tflite'), 'another model')
    await expect(resultOf({ ...benchmark, earlier })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining('model of b/fake/t1'),
    })
  })

  it('with one that came to its end', async () => {
    const { benchmark } = fakeRun({ fakes: { a: {} } })
    const earlier = await resultOf(benchmark)
    await expect(resultOf({ ...benchmark, earlier })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining('came to its end'),
    })
  })
})
