/** Classifiers on TensorRT, by the doubles of it and of the GPU's driver. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEngine } from '@edge/runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { floats, model, node, value } from '../../runtime/test/onnx-models.js'
import { useDoubles } from '../../runtime/test/tensorrt/doubles.js'
import { Classifier, type ClassifierOptions } from '../src/index.js'

useDoubles(10)

/** One pixel in, and each of its colours for the score of a class. */
function colours(batch: number | string): Uint8Array {
  const shape = [batch, 1, 1, 3]
  return model({
    input: [value('image', shape)],
    output: [value('scores', shape)],
    initializer: [floats('weights', [1, 1, 3, 3], [0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01])],
    node: [node('MatMul', ['image', 'weights'], ['scores'])],
  })
}

const green = { data: Uint8Array.of(0, 255, 0), width: 1, height: 1, channels: 3 } as const
const profile = (min: number, opt: number, max: number) => ({
  profiles: [{ image: { min: [min, 1, 1, 3], opt: [opt, 1, 1, 3], max: [max, 1, 1, 3] } }],
})

let engineCache: string
beforeEach(() => rmSync(engineCache, { recursive: true, force: true }))
beforeAll(() => {
  engineCache = mkdtempSync(join(tmpdir(), 'classify-engines-'))
})
afterAll(() => rmSync(engineCache, { recursive: true, force: true }))

const load = (content: Uint8Array, options: ClassifierOptions = {}) =>
  Classifier.load(content, {
    mean: [0],
    std: [1],
    layout: 'NHWC',
    labels: ['red', 'green', 'blue'],
    ...options,
    tensorrt: { engineCache, ...options.tensorrt },
  })

async function classOfGreen(opening: Promise<Classifier>): Promise<string | undefined> {
  const classifier = await opening
  try {
    expect(classifier.backend).toBe('tensorrt')
    const { classes } = await classifier.classify(green, { topK: 1 })
    return classes[0]?.label
  } finally {
    await classifier.dispose()
  }
}

describe('a classifier on TensorRT', () => {
  it.each<ClassifierOptions>([
    { labels: ['red', 'green'] },
    { labels: '/nonexistent/labels.txt' },
    { allow: ['zebra'] },
    { topK: 4 },
    { manifest: '/nonexistent/model.json' },
  ])('says that %j is wrong before an engine is built', async (options) => {
    await expect(load(colours(1), options)).rejects.toMatchObject({ name: 'EdgeError' })
    expect(() => readdirSync(engineCache)).toThrow('ENOENT')
  })

  it('says that no preprocessing is known before an engine is built', async () => {
    const opening = Classifier.load(colours(1), { layout: 'NHWC', tensorrt: { engineCache } })
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(() => readdirSync(engineCache)).toThrow('ENOENT')
  })

  it('takes one picture at a time of a model whose batch is open', async () => {
    expect(await classOfGreen(load(colours('batch')))).toBe('green')
  })

  it('takes one picture at a time where the engine is fastest for more', async () => {
    expect(await classOfGreen(load(colours('batch'), { tensorrt: profile(1, 4, 8) }))).toBe('green')
    const { plan } = await buildEngine(colours('batch'), {
      tensorrt: { engineCache, ...profile(1, 4, 8) },
    })
    expect(await classOfGreen(load(plan, { outputKind: 'logits' }))).toBe('green')
  })

  it('refuses an engine that takes no single picture', async () => {
    const { plan } = await buildEngine(colours('batch'), {
      tensorrt: { engineCache, ...profile(2, 4, 8) },
    })
    await expect(load(plan, { outputKind: 'logits' })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' })
  })
})
