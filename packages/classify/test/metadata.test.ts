import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  appendAssociatedFiles,
  type ModelMetadata,
  readAssociatedFiles,
  readTflite,
  writeMetadata,
  writeTflite,
} from '@edge/model/tflite'
import { beforeAll, describe, expect, it } from 'vitest'
import { Classifier, type ClassifierOptions } from '../src/index.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const models = `${root}.cache/models/efficientnet-lite0`
const coffee = `${models}/inputs/coffee.png`
// The pixels that the golden outputs were made from.
const exact = { resize: { fit: 'stretch', kernel: 'nearest' } } as const

let fp32: Uint8Array
let int8: Uint8Array
let labels: readonly string[]

beforeAll(async () => {
  fp32 = await readFile(`${models}/efficientnet_lite0_fp32.tflite`)
  int8 = await readFile(`${models}/efficientnet_lite0_int8.tflite`)
  labels = (await readFile(`${models}/labels.txt`, 'utf8')).trim().split('\n')
})

const described = (model: Uint8Array, { mean = 127, std = 128 } = {}) =>
  writeMetadata(model, {
    inputs: [{ normalization: { mean: [mean], std: [std] } }],
    outputs: [{ labels }],
  } satisfies Partial<ModelMetadata>)

/** Metadata as other programs may write them: ours refuses labels that do not fit the model. */
function withLabelFile(names: readonly string[]): Uint8Array {
  const whole = described(fp32)
  const files = new Map(readAssociatedFiles(whole))
  const [name = ''] = files.keys()
  files.set(name, new TextEncoder().encode(names.map((label) => `${label}\n`).join('')))
  return appendAssociatedFiles(writeTflite(readTflite(whole)), files)
}

/** The same with a standard deviation of 0. */
function withoutDeviation(): Uint8Array {
  const std = 123.456
  const whole = Buffer.from(described(fp32, { std }))
  const at = whole.indexOf(new Uint8Array(Float32Array.of(std).buffer))
  whole.writeFloatLE(0, at)
  return whole
}

/** Loads it, asks something, and frees it. */
async function withClassifier<T>(
  model: Uint8Array,
  options: ClassifierOptions,
  use: (classifier: Classifier) => T | Promise<T>,
): Promise<T> {
  const classifier = await Classifier.load(model, { ...exact, ...options })
  try {
    return await use(classifier)
  } finally {
    await classifier.dispose()
  }
}

describe('TFLite Metadata inside a model', () => {
  it('give labels and normalization where nothing else does, with the logits that Python computed', async () => {
    const golden: { fp32: { logits: number[] } } = JSON.parse(
      await readFile(`${root}test/golden/efficientnet-lite0/coffee.json`, 'utf8'),
    )
    const { logits } = golden.fp32
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
    await withClassifier(described(fp32), {}, async (classifier) => {
      expect(classifier.labels).toEqual(labels)
      expect(classifier.preprocessing).toMatchObject({ mean: [127, 127, 127], std: [128, 128, 128] })
      const { classes } = await classifier.classify(coffee)
      expect(classes[0]).toMatchObject({ index: 967, label: 'espresso' })
      for (const { index, score } of classes)
        expect(Math.abs(score - Math.exp(logits[index] ?? 0) / sum)).toBeLessThan(2e-4)
    })
  })

  it('come after options and presets', async () => {
    const model = described(fp32, { mean: 1, std: 2 })
    const names = labels.map((_, index) => `n${index}`)
    await withClassifier(model, { mean: [3], std: [4], labels: names }, (classifier) => {
      expect(classifier.preprocessing.mean).toEqual([3, 3, 3])
      expect(classifier.labels).toEqual(names)
    })
    await withClassifier(model, { preset: 'tf' }, (classifier) => {
      expect(classifier.preprocessing.mean).toEqual([127.5, 127.5, 127.5])
      expect(classifier.labels).toEqual(labels)
    })
  })

  it('come after the manifest', async () => {
    const manifest = `${models}/model.json`
    await withClassifier(described(fp32, { mean: 1, std: 2 }), { manifest }, (classifier) => {
      expect(classifier.preprocessing.mean).toEqual([127, 127, 127])
    })
  })

  it('say nothing of the pixels of a uint8 tensor: those are taken as they are', async () => {
    // The normalization of the float model, which on pixels of 0 to 255 would saturate every value.
    const model = described(int8, { mean: 0, std: 1 })
    await withClassifier(model, {}, async (classifier) => {
      expect(classifier.preprocessing).toMatchObject({ dtype: 'uint8', mean: [0, 0, 0], std: [1, 1, 1] })
      expect((await classifier.classify(coffee)).classes[0]?.label).toBe('espresso')
    })
  })

  it('are checked as labels of a file are', async () => {
    const background = withLabelFile(['background', ...labels])
    await expect(Classifier.load(background)).rejects.toMatchObject({
      code: 'LABELS_MISMATCH',
      remedy: expect.stringContaining('labelOffset: 1'),
    })
    await withClassifier(background, { labelOffset: 1 }, async (classifier) => {
      expect((await classifier.classify(coffee)).classes[0]?.label).toBe('espresso')
    })
    await expect(Classifier.load(withLabelFile([]))).rejects.toMatchObject({
      code: 'LABELS_INVALID',
    })
    await withClassifier(withLabelFile([...labels, '', '']), {}, (classifier) => {
      expect(classifier.labels).toEqual(labels)
    })
  })

  it('are not used where they are wrong, and a warning says why', async () => {
    await expect(Classifier.load(withoutDeviation())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    // The directory of the archive behind the model.
    const broken = Uint8Array.from(described(fp32))
    broken.fill(0xff, broken.length - 100, broken.length - 22)
    await withClassifier(broken, { preset: 'efficientnet-lite' }, (classifier) => {
      expect(classifier.labels).toBeUndefined()
      expect(classifier.warnings).toEqual([expect.stringMatching(/Metadata .* are not used: .*files behind/)])
    })
  })
})
