import { describe, expect, it } from 'vitest'
import { confusionMatrices } from '../../src/report/html/confusion-matrix.js'
import { distributionOf } from '../../src/report/html/distribution.js'
import { drawnIndices } from '../../src/report/html/down-sample.js'
import { drawnOf, drawnShare } from '../../src/report/html/drawn.js'
import { paretoFront, tradeOffOf } from '../../src/report/html/trade-off.js'
import { Random } from '../../src/statistics/random.js'
import { sampleResults } from './sample-results.js'

const random = new Random(1, 'what is drawn')
const values = (count: number) => Array.from({ length: count }, () => random.uniform())

describe('what is drawn of many samples', () => {
  it.each([
    [10_000, 2000],
    [10_001, 333],
    [5, 2],
    [3, 3],
    [1, 2],
    [0, 2],
  ])('of %d, at most %d: in order, with the least and the greatest of all', (count, most) => {
    const all = values(count)
    const drawn = drawnIndices(all, most)
    expect(drawn.length).toBeLessThanOrEqual(most)
    expect([...drawn].sort((one, other) => one - other)).toEqual(drawn)
    expect(new Set(drawn).size).toBe(drawn.length)
    if (count === 0) return
    const shown = drawn.map((index) => all[index] ?? Number.NaN)
    expect(Math.max(...shown)).toBe(Math.max(...all))
    expect(Math.min(...shown)).toBe(Math.min(...all))
  })

  it('is all of them where there is room', () => {
    expect(drawnIndices([3, 1, 2], 3)).toEqual([0, 1, 2])
  })

  it('has extremes of each stretch, not of the whole alone', () => {
    expect(drawnIndices([1, 9, 2, 3, 8, 4], 4)).toEqual([0, 1, 3, 4])
  })
})

describe('a distribution', () => {
  it('has quartiles, whiskers and outliers as Tukey has them', () => {
    // numpy.percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 30], [25, 50, 75]) = 3.25, 5.5, 7.75
    const { box, outliersMs, outliers } = distributionOf([30, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(box).toEqual([1, 3.25, 5.5, 7.75, 9])
    expect(outliersMs).toEqual([30])
    expect(outliers).toBe(1)
  })

  it('rises from the first sample to all of them', () => {
    for (const count of [1, 2, 149, 5000]) {
      const samples = values(count)
      const { ecdf } = distributionOf(samples)
      expect(ecdf.length).toBeLessThanOrEqual(170)
      expect(ecdf.at(-1)).toEqual([Number(Math.max(...samples).toPrecision(5)), 1])
      expect(
        ecdf.every(
          ([ms, share], at) =>
            at === 0 || (ms >= (ecdf[at - 1]?.[0] ?? 0) && share > (ecdf[at - 1]?.[1] ?? 0)),
        ),
      ).toBe(true)
      const [ms = 0, share = 0] = ecdf[Math.floor(ecdf.length / 2)] ?? []
      const below = samples.filter((one) => one <= ms * (1 + 1e-4)).length / count
      expect(Math.abs(below - share)).toBeLessThan(0.01)
    }
  })
})

describe('the front of a trade-off', () => {
  const points = [
    { medianMs: 10, y: 70 },
    { medianMs: 20, y: 80 },
    { medianMs: 30, y: 75 },
    { medianMs: 15, y: 70 },
    { medianMs: 40, y: 90 },
    { medianMs: 10, y: 60 },
  ]
  it('has those that none beats in both', () => {
    expect(paretoFront(points, 'highest')).toEqual([0, 1, 4])
    expect(paretoFront(points, 'lowest')).toEqual([5])
  })

  it('is what the definition says of any points', () => {
    for (let round = 0; round < 50; round += 1) {
      const some = Array.from({ length: 12 }, () => ({ medianMs: 1 + random.below(6), y: random.below(6) }))
      const beaten = (index: number) =>
        some.some(
          (other) =>
            other.medianMs <= (some[index]?.medianMs ?? 0) &&
            other.y >= (some[index]?.y ?? 0) &&
            (other.medianMs < (some[index]?.medianMs ?? 0) || other.y > (some[index]?.y ?? 0)),
        )
      const expected = [...some.keys()].filter((index) => !beaten(index))
      expect([...paretoFront(some, 'highest')].sort((one, other) => one - other)).toEqual(expected)
    }
  })

  it('leaves out models of random weights, and takes sizes where accuracy is unknown', () => {
    const { models } = sampleResults({ rounds: 2, runsPerRound: 3 })
    const known = models.filter(({ samplesMs }) => samplesMs.length > 0)
    const judged = tradeOffOf(known)
    expect(judged?.against).toBe('top1')
    expect(judged?.points.map(({ model }) => known[model]?.randomWeights)).toEqual(Array(6).fill(false))
    const sized = tradeOffOf(known.map((model) => ({ ...model, accuracy: undefined })))
    expect(sized?.against).toBe('size')
    expect(sized?.points.length).toBe(known.length)
    expect(tradeOffOf(known.slice(0, 1))).toBeUndefined()
  })
})

describe('what the page draws', () => {
  const result = sampleResults({ runsPerRound: 60 })
  const data = drawnOf(result)

  it('has each inference at its time', () => {
    const [series] = data.timeline.samples
    const [model] = result.models
    let at = 0
    const times = series?.steps.map((step) => {
      at += step
      return at / 10
    })
    expect(times?.length).toBe(model?.samplesMs.length)
    for (const [index, time] of (times ?? []).entries()) {
      expect(Math.abs(time - (model?.samplesAtMs[index] ?? 0))).toBeLessThanOrEqual(0.0501)
      expect(series?.ms[index]).toBeCloseTo(model?.samplesMs[index] ?? 0, 3)
    }
    expect(drawnShare(data, result)).toEqual({ drawn: 5400, of: 5400 })
  })

  it('has rounds one after the other, sensors and throttling', () => {
    const { bands, temperatures, clocks, throttledS } = data.timeline
    expect(bands.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, at) => `round ${at + 1}`))
    expect(
      bands.every(({ fromS, toS }, at) => fromS < toS && (at === 0 || fromS > (bands[at - 1]?.toS ?? 0))),
    ).toBe(true)
    expect(temperatures.map(({ name }) => name)).toEqual(['CPU-therm', 'GPU-therm'])
    expect(clocks.map(({ name }) => name)).toEqual(['processor', 'GPU'])
    expect(throttledS.length).toBe(1)
  })

  it('has turns of models where they ran one after the other', () => {
    const settings = { ...result.settings, order: 'sequence' as const }
    expect(drawnOf({ ...result, settings }).timeline.bands.map(({ name }) => name)).toEqual(
      result.models.slice(0, 9).map(({ id }) => id),
    )
  })

  it('leaves out samples that are no latencies', () => {
    const models = result.models.map(({ latencyMs, ...model }, at) =>
      at === 0 ? model : { ...model, ...(latencyMs && { latencyMs }) },
    )
    const other = { ...result, models }
    expect(drawnOf(other).models.map(({ id }) => id)).not.toContain(result.models[0]?.id)
    expect(drawnShare(drawnOf(other), other)).toEqual({ drawn: 4800, of: 4800 })
  })

  it('says which ratios are not to be believed', () => {
    expect(data.ratios.filter(({ unreliable }) => unreliable).map(({ id }) => id)).toEqual([
      'inception_v4/tflite/t1',
    ])
  })
})

describe('a confusion matrix', () => {
  it('has the classes that are confused most, where there are too many', () => {
    const [model] = sampleResults({ models: 1, rounds: 1 }).models
    if (model?.accuracy === undefined) throw new Error('the sample has no accuracy')
    const confusion = Array.from({ length: 100 }, (_, at): [number, number, number] => [at, at, 5])
    const [matrix] = confusionMatrices([
      { ...model, accuracy: { ...model.accuracy, confusion: [...confusion, [98, 99, 3]] } },
    ])
    expect(matrix?.classes.length).toBe(40)
    expect(matrix?.classes.slice(-2)).toEqual(['class 98', 'class 99'])
    expect(matrix?.counts).toContainEqual([38, 39, 3])
    expect(matrix?.counts).toContainEqual([39, 39, 5])
  })
})
