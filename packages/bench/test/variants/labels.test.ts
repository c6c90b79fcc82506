import { expect, it } from 'vitest'
import { compareAnswers } from '../../src/variants/answers.js'
import { type Naming, otherLabels } from '../../src/variants/labels.js'

/** A classifier that names classes so; `undefined`: it has no names, and makes some up. */
function naming(labels: readonly string[] | undefined, classCount = labels?.length ?? 3): Naming {
  return {
    classCount,
    labels,
    rank: (scores, { topK = 1 } = {}) =>
      [...scores.keys()]
        .slice(0, topK)
        .map((index) => ({ index, label: labels?.[index] ?? `class ${index}`, score: 0 })),
  }
}

const first = naming(['tench', 'great white shark', 'cock'])

it('labels that are the same but for their writing are no others', () => {
  expect(otherLabels(first, naming(['Tench', 'great_white_shark ', 'cock']))).toBeUndefined()
})

it('labels that are others are counted, with the first of them', () => {
  expect(otherLabels(first, naming(['background', 'tench', 'cock']))).toEqual({
    count: 2,
    of: 3,
    example: { index: 0, label: 'background', ofFirst: 'tench' },
  })
})

it('models without names cannot be told apart by them', () => {
  expect(otherLabels(first, naming(undefined))).toBeUndefined()
  expect(otherLabels(naming(undefined), first)).toBeUndefined()
})

it('answers have what is called otherwise, of models with as many classes', async () => {
  const score = async () => ({
    scores: Float64Array.of(1, 0, 0),
    timing: { decodeMs: 0, preprocessMs: 0, queueMs: 0, inferenceMs: 0, postprocessMs: 0, totalMs: 0 },
  })
  const { byId } = await compareAnswers(
    [
      { id: 'first', classifier: { ...first, score } },
      { id: 'same', classifier: { ...first, score } },
      { id: 'other', classifier: { ...naming(['background', 'tench', 'cock']), score } },
      { id: 'more', classifier: { ...naming(['background', 'tench', 'cock', 'hen']), score } },
    ],
    'first',
    { images: ['a'], expected: [], confidence: 0.95 },
  )
  const found = [...byId].map(([id, { otherLabels: labels }]) => [id, labels?.count])
  expect(found).toEqual([
    ['first', undefined],
    ['same', undefined],
    ['other', 2],
    ['more', undefined],
  ])
})
