import { Classifier } from '@edge/classify'
import { afterEach, expect, it, vi } from 'vitest'
import { OwnSubject } from '../../src/subject/own-subject.js'

afterEach(() => vi.restoreAllMocks())

it.each([
  [true, undefined],
  [false, 1],
])(
  'loads a model whose pictures are decoded while time counts (%s) with %s requests',
  async (endToEnd, requests) => {
    const load = vi.spyOn(Classifier, 'load').mockRejectedValue(new Error('enough was seen'))
    const answer = new OwnSubject('tflite').answer({
      ask: 'load',
      model: 'm.tflite',
      threads: 2,
      batch: 1,
      images: ['a.jpg'],
      endToEnd,
    })
    await expect(answer).rejects.toThrow('enough was seen')
    const [model, options] = load.mock.lastCall ?? []
    expect([model, options?.threads, options?.requests]).toEqual(['m.tflite', 2, requests])
  },
)
