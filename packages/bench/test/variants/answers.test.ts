import { EdgeError, throwIfAborted } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { type Answering, compareAnswers, type Scorer } from '../../src/variants/answers.js'

const timing = { decodeMs: 0, preprocessMs: 0, queueMs: 0, inferenceMs: 0, postprocessMs: 0, totalMs: 0 }

/** A classifier of eight classes that ranks them as told: the classes of each picture, the most probable first, or what it fails with. */
function ranking(pictures: Readonly<Record<string, readonly number[] | EdgeError>>, classCount = 8): Scorer {
  return {
    classCount,
    labels: undefined,
    async score(source, { signal } = {}) {
      throwIfAborted(signal, 'a test')
      const classes = pictures[String(source)] ?? []
      if (classes instanceof EdgeError) throw classes
      const scores = new Float64Array(classCount)
      for (const [rank, index] of classes.entries()) scores[index] = 2 ** -(rank + 1)
      return { scores, timing }
    },
    rank: (scores, { topK = 1 } = {}) =>
      [...scores]
        .map((score, index) => ({ index, label: `class ${index}`, score }))
        .sort((one, other) => other.score - one.score)
        .slice(0, topK),
  }
}

const options = { confidence: 0.95, expected: [] }

describe('answers', () => {
  const images = ['a', 'b', 'c', 'd']
  const first = ranking({ a: [1, 2], b: [2, 3], c: [3, 4], d: [4, 5] })
  // Right alone about a; wrong alone about c and d, of which d has the class fifth and c sixth.
  const second = ranking({ a: [7], b: [2, 3], c: [1, 2, 4, 5, 6, 3], d: [1, 2, 3, 5, 4] })

  it('are counted, and compared with those of the first picture by picture', async () => {
    const { byId, failed, decodable } = await compareAnswers(
      [
        { id: 'first', classifier: first },
        { id: 'second', classifier: second },
      ],
      'first',
      { ...options, images, expected: [7, 2, 3, 4] },
    )
    expect({ failed, decodable }).toEqual({ failed: [], decodable: images })
    expect(byId.get('first')).toMatchObject({ top1: { count: 3, of: 4 }, top5: { count: 3, of: 4 } })
    expect(byId.get('first')).not.toHaveProperty('agreement')
    expect(byId.get('first')).not.toHaveProperty('mcnemar')
    expect(byId.get('second')).toMatchObject({
      top1: { count: 2, of: 4 },
      top5: { count: 3, of: 4 },
      mcnemar: { onlyThis: 1, onlyOther: 2, pValue: 1 },
      agreement: { sameClass: { count: 1, of: 4 }, disagreements: { length: 3 } },
    })
  })

  it('of pictures whose class nobody knows are only compared', async () => {
    const models: Answering[] = [
      { id: 'first', classifier: first },
      { id: 'second', classifier: second },
    ]
    const { byId } = await compareAnswers(models, 'first', { ...options, images, expected: [undefined, 2] })
    expect(byId.get('second')).toMatchObject({
      top1: { count: 1, of: 1 },
      mcnemar: { onlyThis: 0, onlyOther: 0 },
      agreement: { sameClass: { of: 4 } },
    })
    const unknown = (await compareAnswers(models, 'first', { ...options, images })).byId.get('second')
    expect(unknown).toEqual({ agreement: expect.anything() })
  })

  it('are those to pictures that all can decode; what else fails is that model’s', async () => {
    const undecodable = new EdgeError('IMAGE_INVALID', { summary: 'no picture' })
    const nan = new EdgeError('INFERENCE_FAILED', { summary: 'the model returned NaN for class 0' })
    const broken = ranking({ a: undecodable, b: nan, c: [3], d: nan })
    const { byId, failed, decodable } = await compareAnswers(
      [
        { id: 'first', classifier: first },
        { id: 'broken', classifier: broken },
      ],
      'first',
      { ...options, images, expected: [7, 2, 3, 4] },
    )
    expect(failed).toEqual([{ image: 'a', code: 'IMAGE_INVALID', message: undecodable.message }])
    expect(decodable).toEqual(['b', 'c', 'd'])
    expect(byId.get('first')).toMatchObject({ top1: { count: 3, of: 3 } })
    expect(byId.get('broken')).toMatchObject({
      top1: { count: 1, of: 1 },
      failed: { pictures: 2, code: 'INFERENCE_FAILED', message: nan.message },
      agreement: { sameClass: { count: 1, of: 1 } },
    })
  })

  it('are not compared with those of another number of classes, nor of a first that is not there', async () => {
    const other = ranking({ a: [1], b: [2], c: [3], d: [4] }, 9)
    const models = [
      { id: 'first', classifier: first },
      { id: 'other', classifier: other },
    ]
    const found = await compareAnswers(models, 'first', { ...options, images })
    expect(found.byId.get('other')).toEqual({})
    expect((await compareAnswers(models, 'gone', { ...options, images })).byId.get('first')).toEqual({})
  })

  it('stop where they are told to, and do not hide what ends all', async () => {
    const controller = new AbortController()
    const told: number[] = []
    const models = [{ id: 'first', classifier: first }]
    const stopped = compareAnswers(models, 'first', {
      ...options,
      images,
      signal: controller.signal,
      onProgress: (done) => {
        told.push(done)
        if (done === 2) controller.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
    expect(told).toEqual([0, 1, 2])
    const gone = ranking({ a: new EdgeError('SESSION_DISPOSED', { summary: 'it is gone' }) })
    await expect(
      compareAnswers([{ id: 'gone', classifier: gone }], 'gone', { ...options, images }),
    ).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
  })
})
