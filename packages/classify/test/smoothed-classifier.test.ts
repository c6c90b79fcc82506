import { setTimeout as sleep } from 'node:timers/promises'
import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { type Scorer, SmoothedClassifier, type SmoothingOptions } from '../src/index.js'
import { mapLabels } from '../src/label-map.js'
import { ClassSelector, type SelectionOptions } from '../src/selection.js'
import { ExponentialAverage, MajorityVote } from '../src/smoothing.js'

const TIMING = { decodeMs: 1, preprocessMs: 1, queueMs: 0, inferenceMs: 1, postprocessMs: 0, totalMs: 3 }
const label = mapLabels(['cat', 'dog', 'fox'], 3, 0)

/** A classifier whose pictures are paths that say scores: "0.7 0.2 0.1", and behind an @ how many milliseconds it takes. */
function scorer(defaults: SelectionOptions = {}): Scorer {
  const selector = new ClassSelector(3, label, defaults)
  return {
    async score(source) {
      const [numbers = '', ms = '0'] = String(source).split('@')
      await sleep(Number(ms))
      const scores = Float64Array.from(numbers.split(' '), Number)
      if (scores.some(Number.isNaN)) throw new EdgeError('IMAGE_INVALID', { summary: 'broken' })
      return { scores, timing: TIMING }
    },
    rank: (scores, options = {}) =>
      selector
        .ranking(options)(scores)
        .map((index) => ({ index, label: label(index), score: scores[index] ?? 0 })),
  }
}

describe('ExponentialAverage', () => {
  it('is what pandas computes: Series([1, 0, 0, 1, 1]).ewm(alpha=0.3, adjust=False).mean()', () => {
    const average = new ExponentialAverage(0.3)
    const seen = [1, 0, 0, 1, 1].map((value) => average.add(Float64Array.of(value, 1 - value)))
    const expected = [1, 0.7, 0.49, 0.643, 0.7501]
    for (const [at, value] of expected.entries()) {
      expect(seen[at]?.[0]).toBeCloseTo(value, 12)
      expect((seen[at]?.[0] ?? 0) + (seen[at]?.[1] ?? 0)).toBeCloseTo(1, 12)
    }
  })

  it('neither keeps nor gives away memory of its own', () => {
    const average = new ExponentialAverage(0.5)
    const scores = Float64Array.of(1)
    average.add(scores).fill(7)
    scores.fill(9)
    expect([...average.add(Float64Array.of(0))]).toEqual([0.5])
  })
})

describe('MajorityVote', () => {
  it('needs more than half of the last frames', () => {
    const vote = new MajorityVote(3)
    const votes = [1, 2, 2, undefined, undefined, 1, 1, 1].map((index) => vote.add(index)?.index)
    expect(votes).toEqual([1, undefined, 2, 2, undefined, undefined, 1, 1])
  })

  it('counts the same as counting anew, for any frames', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 48271) % 2147483647
      return seed / 2147483647
    }
    for (const window of [1, 2, 5, 8]) {
      const vote = new MajorityVote(window)
      const all: number[] = []
      for (let at = 0; at < 300; at += 1) {
        all.push(Math.floor(random() * 3))
        const last = all.slice(-window)
        const most = [0, 1, 2].find((index) => 2 * last.filter((one) => one === index).length > last.length)
        expect(vote.add(all.at(-1))?.index).toBe(most)
      }
    }
  })
})

describe('SmoothedClassifier', () => {
  it('averages scores, and tells which class most frames had', async () => {
    const smoothed = new SmoothedClassifier(scorer(), { alpha: 0.5, window: 3 })
    const first = await smoothed.classify('0.8 0.2 0')
    expect(first.classes).toEqual([
      { index: 0, label: 'cat', score: 0.8 },
      { index: 1, label: 'dog', score: 0.2 },
      { index: 2, label: 'fox', score: 0 },
    ])
    expect(first.majority).toEqual({ index: 0, label: 'cat', votes: 1 })
    expect(first.timing).toBe(TIMING)
    const flicker = await smoothed.classify('0 1 0', { topK: 1 })
    expect(flicker.classes).toEqual([{ index: 1, label: 'dog', score: 0.6 }])
    expect(flicker.majority).toBeUndefined()
    const third = await smoothed.classify('1 0 0')
    expect(third.classes[0]?.score).toBeCloseTo(0.7, 12)
    expect(third.majority).toEqual({ index: 0, label: 'cat', votes: 2 })
  })

  it('selects among averaged scores, and votes by the same rules', async () => {
    const smoothed = new SmoothedClassifier(scorer({ deny: ['cat'] }), { alpha: 0.5 })
    const { classes, majority } = await smoothed.classify('0.8 0.2 0', { threshold: 0.1 })
    expect(classes).toMatchObject([{ label: 'dog' }])
    expect(majority?.label).toBe('dog')
    const none = await smoothed.classify('0.9 0 0.1', { threshold: 0.15 })
    expect(none.classes).toEqual([])
    expect(none.majority).toBeUndefined()
  })

  it('counts frames in the order of the calls, whichever is ready first', async () => {
    const inTurn = new SmoothedClassifier(scorer(), { alpha: 0.5 })
    const overlapping = new SmoothedClassifier(scorer(), { alpha: 0.5 })
    const pictures = ['1 0 0@20', '0 1 0@1', '0 0 1@10', '1 0 0@0']
    const expected: unknown[] = []
    for (const picture of pictures) expected.push(await inTurn.classify(picture))
    expect(await Promise.all(pictures.map((picture) => overlapping.classify(picture)))).toEqual(expected)
  })

  it('does not count a frame that fails, nor one with wrong options', async () => {
    const smoothed = new SmoothedClassifier(scorer(), { alpha: 0.5 })
    const slow = smoothed.classify('1 0 0@10')
    const results = await Promise.allSettled([
      slow,
      smoothed.classify('broken'),
      smoothed.classify('0 1 0', { allow: ['cow'] }),
      smoothed.classify('0 0 1'),
    ])
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'IMAGE_INVALID' } },
      { status: 'rejected', reason: { code: 'INVALID_ARGUMENT' } },
      { status: 'fulfilled', value: { classes: [{ index: 0, score: 0.5 }, { index: 2, score: 0.5 }, {}] } },
    ])
  })

  it('forgets when it is told to, also what is under way', async () => {
    const smoothed = new SmoothedClassifier(scorer(), { alpha: 0.5 })
    await smoothed.classify('1 0 0')
    const late = smoothed.classify('1 0 0@10')
    smoothed.reset()
    const { classes, majority } = await smoothed.classify('0 1 0')
    expect(classes[0]).toEqual({ index: 1, label: 'dog', score: 1 })
    expect(majority?.votes).toBe(1)
    expect((await late).classes[0]?.score).toBe(1)
  })

  it.each<unknown>([
    { alpha: 0 },
    { alpha: 1.1 },
    { alpha: Number.NaN },
    { alpha: '0.5' },
    { window: 0 },
    { window: 2.5 },
    { window: 10_001 },
    { beta: 1 },
    null,
  ])('refuses the options %j', (options) => {
    expect(() => Reflect.construct(SmoothedClassifier, [scorer(), options])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })

  it('has defaults that are documented', async () => {
    const [plain, explicit] = [{}, { alpha: 0.3, window: 5 }].map(
      (options: SmoothingOptions) => new SmoothedClassifier(scorer(), options),
    )
    for (const picture of ['1 0 0', '0 1 0', '0 1 0', '0 0 1'])
      expect(await plain?.classify(picture)).toEqual(await explicit?.classify(picture))
  })
})
