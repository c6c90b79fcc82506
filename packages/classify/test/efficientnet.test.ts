import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EdgeError } from '@edge/errors'
import type { TensorWriter } from '@edge/image'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Classifier } from '../src/index.js'
import { softmax } from '../src/probabilities.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const models = `${root}.cache/models/efficientnet-lite0`
const NAMES = [
  'chelsea.png',
  'coffee.png',
  'rocket.jpg',
  'motorcycle_left.png',
  'china.jpg',
  'flower.jpg',
] as const

/** What Python computed; see test/golden/efficientnet-lite0/README.md. */
function golden(name: string): { logits: number[]; best: number } {
  const file: unknown = JSON.parse(
    readFileSync(`${root}test/golden/efficientnet-lite0/${stem(name)}.json`, 'utf8'),
  )
  const { fp32 } = file as { fp32: { logits: number[]; top: { index: number }[] } }
  return { logits: fp32.logits, best: fp32.top[0]?.index ?? -1 }
}

const stem = (name: string) => name.replace(/\..*/, '')

beforeAll(() => {
  if (!existsSync(models)) throw new Error(`${models} is missing: pnpm run setup`)
})

describe('EfficientNet-Lite0, fp32', () => {
  let classifier: Classifier
  beforeAll(async () => {
    classifier = await Classifier.load(`${models}/efficientnet_lite0_fp32.tflite`)
  })
  afterAll(() => classifier.dispose())

  it.each(NAMES)("finds Python's classes for %s, from the photograph on", async (name) => {
    const { best, logits } = golden(name)
    const { classes } = await classifier.classify(`${root}.cache/photos/${name}`)
    expect(classes[0]?.index).toBe(best)
    expect(Math.abs((classes[0]?.score ?? 0) - (softmax(Float64Array.from(logits))[best] ?? 0))).toBeLessThan(
      2e-4,
    )
  })

  it.each(NAMES)("has Python's probabilities for %s, given its pixels", async (name) => {
    const exact = await Classifier.load(`${models}/efficientnet_lite0_fp32.tflite`, {
      resize: { fit: 'stretch', kernel: 'nearest' },
    })
    try {
      const { classes } = await exact.classify(`${models}/inputs/${stem(name)}.png`, { topK: 1000 })
      const expected = softmax(Float64Array.from(golden(name).logits))
      expect(classes).toHaveLength(1000)
      for (const { index, score } of classes)
        expect(Math.abs(score - (expected[index] ?? 0))).toBeLessThan(2e-4)
    } finally {
      await exact.dispose()
    }
  })

  it('has the labels of the manifest', async () => {
    expect(classifier.labels).toHaveLength(1000)
    const { classes } = await classifier.classify(`${root}.cache/photos/coffee.png`, { topK: 1 })
    expect(classes).toMatchObject([{ index: 967, label: 'espresso' }])
  })
})

describe('EfficientNet-Lite0, int8', () => {
  it('finds the classes of the float model, many at a time', async () => {
    const classifier = await Classifier.load(`${models}/efficientnet_lite0_int8.tflite`, { threads: 1 })
    try {
      const found = new Map<string, number | undefined>()
      for await (const { source, classes, error } of classifier.classifyMany(
        NAMES.map((name) => `${root}.cache/photos/${name}`),
        { topK: 1 },
      )) {
        if (error !== undefined) throw error
        found.set(source.slice(source.lastIndexOf('/') + 1), classes[0]?.index)
      }
      expect([...found]).toEqual(NAMES.map((name) => [name, golden(name).best]))
    } finally {
      await classifier.dispose()
    }
  })

  it('takes what is written into the tensor, of many pictures each its own', async () => {
    const classifier = await Classifier.load(`${models}/efficientnet_lite0_int8.tflite`, { threads: 1 })
    try {
      const files = NAMES.map((name) => `${models}/inputs/${stem(name)}.png`)
      const frames = await Promise.all(files.map((file) => sharp(file).removeAlpha().raw().toBuffer()))
      const writers = frames.map(
        (frame): TensorWriter => ({
          writeTensor(tensor) {
            if (tensor.is('uint8')) tensor.data.set(frame)
          },
        }),
      )
      const fault = new EdgeError('FILE_NOT_FOUND', { summary: 'no frame' })
      const lost: TensorWriter = { writeTensor: () => Promise.reject(fault) }
      const found: unknown[] = []
      for await (const { classes, error } of classifier.classifyMany([lost, ...writers], { topK: 1 })) {
        found.push(error === undefined ? classes[0]?.index : error.code)
      }
      expect(found).toEqual(['FILE_NOT_FOUND', ...NAMES.map((name) => golden(name).best)])
      const unplugged = new RangeError('unplugged')
      const failing = classifier.classify({ writeTensor: () => Promise.reject(unplugged) })
      await expect(failing).rejects.toBe(unplugged)
    } finally {
      await classifier.dispose()
    }
  })

  it('refuses ImageNet labels with a background class, and says what mends it', async () => {
    const model = `${models}/efficientnet_lite0_int8.tflite`
    const labels = ['background', ...readFileSync(`${models}/labels.txt`, 'utf8').trim().split('\n')]
    await expect(Classifier.load(model, { labels })).rejects.toMatchObject({
      code: 'LABELS_MISMATCH',
      remedy: expect.stringContaining('labelOffset: 1'),
    })
    const classifier = await Classifier.load(model, { labels, labelOffset: 1 })
    const { classes } = await classifier.classify(`${root}.cache/photos/coffee.png`, { topK: 1 })
    expect(classes[0]?.label).toBe('espresso')
    await classifier.dispose()
  })
})

describe("EfficientNet-Lite0's graphs, without the manifest", () => {
  it.each([
    'efficientnet-lite0/efficientnet_lite0_fp32.tflite',
    'efficientnet-lite0/efficientnet_lite0_int8.tflite',
    'efficientnet-lite0-variants/efficientnet_lite0_fp32.onnx',
  ])('say that %s returns logits', async (file) => {
    const classifier = await Classifier.load(`${root}.cache/models/${file}`, {
      manifest: false,
      preset: 'efficientnet-lite',
    })
    expect(classifier.outputKind).toBe('logits')
    await classifier.dispose()
  })
})
