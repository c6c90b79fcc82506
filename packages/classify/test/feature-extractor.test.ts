import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readTflite, type TfliteModel } from '@edge/model/tflite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Classifier, FeatureExtractor, type FeatureExtractorOptions } from '../src/index.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const models = `${root}.cache/models`
const FP32 = `${models}/efficientnet-lite0/efficientnet_lite0_fp32.tflite`
const INT8 = `${models}/efficientnet-lite0/efficientnet_lite0_int8.tflite`
const ONNX = `${models}/efficientnet-lite0-variants/efficientnet_lite0_fp32.onnx`
const NAMES = ['chelsea', 'coffee', 'rocket', 'motorcycle_left', 'china', 'flower'] as const
const picture = (name: string) => `${models}/efficientnet-lite0/inputs/${name}.png`
// The pixels that the golden outputs were made from.
const EXACT: FeatureExtractorOptions = {
  preset: 'efficientnet-lite',
  resize: { fit: 'stretch', kernel: 'nearest' },
}

const opened: (FeatureExtractor | Classifier)[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.dispose()
})
async function load(model: string | Uint8Array, options: FeatureExtractorOptions = {}) {
  const extractor = await FeatureExtractor.load(model, { ...EXACT, ...options })
  opened.push(extractor)
  return extractor
}

/** The last layer's weights, [1000, 1280], and its bias. */
function lastLayer(model: TfliteModel): { weights: Float32Array; bias: Float32Array } {
  const graph = model.subgraphs?.[0]
  const [, weights = -1, bias = -1] = graph?.operators?.at(-1)?.inputs ?? []
  const values = (index: number) => {
    const data = model.buffers?.[graph?.tensors?.[index]?.buffer ?? -1]?.data ?? new Uint8Array()
    return new Float32Array(data.slice().buffer)
  }
  return { weights: values(weights), bias: values(bias) }
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

describe('FeatureExtractor', () => {
  let layer: ReturnType<typeof lastLayer>
  beforeAll(async () => {
    layer = lastLayer(readTflite(await readFile(FP32)))
  })

  it("gives what the last layer makes Python's logits of", async () => {
    const extractor = await load(FP32)
    expect(extractor).toMatchObject({ tensor: 'Mean', shape: [1, 1280], backend: 'tflite' })
    for (const name of NAMES) {
      const golden: { fp32: { logits: number[] } } = JSON.parse(
        await readFile(`${root}test/golden/efficientnet-lite0/${name}.json`, 'utf8'),
      )
      const features = await extractor.extract(picture(name))
      expect(features).toHaveLength(1280)
      for (const [at, logit] of golden.fp32.logits.entries()) {
        const row = layer.weights.subarray(at * 1280, (at + 1) * 1280)
        const product = features.reduce((sum, value, index) => sum + value * (row[index] ?? 0), 0)
        expect(Math.abs(product + (layer.bias[at] ?? 0) - logit)).toBeLessThan(2e-3)
      }
    }
  })

  it('gives the same for .onnx, by names of its own', async () => {
    const [tflite, onnx] = [await load(FP32), await load(ONNX)]
    expect(onnx).toMatchObject({ tensor: 'Squeeze_93:0', backend: 'onnxruntime' })
    const [a, b] = [await tflite.extract(picture('coffee')), await onnx.extract(picture('coffee'))]
    expect(b).toHaveLength(1280)
    expect(Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? 0))))).toBeLessThan(1e-3)
  })

  it('gives real numbers where the model has integers', async () => {
    const [float, int8] = [await load(FP32), await load(INT8)]
    for (const name of NAMES) {
      const [a, b] = [await float.extract(picture(name)), await int8.extract(picture(name))]
      expect(cosine(a, b)).toBeGreaterThan(0.9)
      expect(Math.max(...b) / Math.max(...a)).toBeGreaterThan(0.7)
    }
  })

  it.each([
    [FP32, 'Relu6_1;add_1;Conv2D_1;add_1/y1', [1, 7, 7, 1280]],
    [ONNX, 'Clip_91:0', [1, 1280, 7, 7]],
  ])('pools a feature map as the model does: %s', async (model, tensor, shape) => {
    const [map, pooled, mean] = [
      await load(model, { tensor }),
      await load(model, { tensor, pooling: 'average' }),
      await load(model),
    ]
    const all = await map.extract(picture('china'))
    expect(all).toHaveLength(shape.reduce((product, side) => product * side, 1))
    const expected = await mean.extract(picture('china'))
    const features = await pooled.extract(picture('china'))
    expect(features).toHaveLength(1280)
    expect(Math.max(...features.map((value, at) => Math.abs(value - (expected[at] ?? 0))))).toBeLessThan(1e-5)
  })

  it('takes an output that there is, and bytes', async () => {
    const extractor = await load(await readFile(FP32), { tensor: 'PartitionedCall:0' })
    const classifier = await Classifier.load(FP32, { resize: { fit: 'stretch', kernel: 'nearest' } })
    opened.push(classifier)
    const logits = await extractor.extract(picture('coffee'))
    expect(logits).toHaveLength(1000)
    expect(logits.indexOf(Math.max(...logits))).toBe(
      (await classifier.classify(picture('coffee'))).classes[0]?.index,
    )
  })

  it('works on many pictures, and tells of those that fail', async () => {
    const extractor = await load(INT8)
    const single = await extractor.extract(picture('flower'))
    const found: string[] = []
    for await (const { source, features, error } of extractor.extractMany([
      picture('coffee'),
      '/nonexistent.png',
      picture('flower'),
    ])) {
      found.push(error?.code ?? `${features?.length}`)
      if (source === picture('flower')) expect(features).toEqual(single)
    }
    expect(found).toEqual(['1280', 'FILE_NOT_FOUND', '1280'])
    await extractor.dispose()
    await expect(extractor.extract(picture('coffee'))).rejects.toMatchObject({
      code: 'SESSION_DISPOSED',
      message: expect.stringContaining('the feature extractor'),
    })
  })

  it.each([
    [FP32, 'mean', 'TENSOR_NOT_FOUND', /"Mean"/],
    [FP32, 'block15/add_2;block15/Conv2D', 'TENSOR_NOT_FOUND', /"block15\/add_2;block15\/Conv2D_1;/],
    [ONNX, 'Squeeze_39:0', 'TENSOR_NOT_FOUND', /"Squeeze_93:0"/],
    [FP32, '', 'TENSOR_NOT_FOUND', undefined],
    [FP32, 'MatMul/b', 'INVALID_ARGUMENT', /the result of an operator/],
  ])('of %s refuses the tensor %j', async (model, tensor, code, expected) => {
    await expect(load(model, { tensor })).rejects.toMatchObject({
      code,
      ...(expected !== undefined && { expected: expect.stringMatching(expected) }),
    })
  })

  it.each([{ tensor: 7 }, { pooling: 'max' }, { labels: [] }, { topK: 1 }, { requests: 0 }, null])(
    'refuses the options %j',
    async (options) => {
      const promise: unknown = Reflect.apply(FeatureExtractor.load, FeatureExtractor, [FP32, options])
      await expect(promise).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )

  it('refuses what is no model', async () => {
    await expect(load('/nonexistent.tflite')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(load(Buffer.from('no model'))).rejects.toMatchObject({ code: 'MODEL_INVALID' })
    const bytes = await readFile(FP32)
    await expect(load(bytes.subarray(0, 100_000))).rejects.toMatchObject({ code: 'MODEL_INVALID' })
  })
})
