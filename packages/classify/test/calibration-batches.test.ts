import { type ImageSource, preprocess } from '@edge/image'
import type { OnnxDataTypeName } from '@edge/model/onnx'
import { Tensor } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { model, node, value } from '../../runtime/test/onnx-models.js'
import { type CalibrationBatchesOptions, calibrationBatches } from '../src/index.js'

type Dimensions = readonly (number | string)[]

/** A model that gives its inputs back. */
function modelOf(shape: Dimensions, names = ['image'], dtype: OnnxDataTypeName = 'float32'): Uint8Array {
  return model({
    input: names.map((name) => value(name, shape, dtype)),
    output: names.map((name) => value(`${name}_out`, shape, dtype)),
    node: names.map((name) => node('Identity', [name], [`${name}_out`])),
  })
}

const picture = (seed: number): ImageSource => ({
  data: Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => (i * 37 + seed * 101) % 256),
  width: 9,
  height: 7,
  channels: 3,
})
const pictures = [0, 1, 2, 3, 4].map(picture)
const mean = [10, 20, 30]
const std = [2, 3, 4]

/** What `preprocess` makes of a picture. */
async function alone(source: ImageSource): Promise<number[]> {
  const tensor = new Tensor(
    { name: 'image', dtype: 'float32', shape: [1, 3, 4, 5], bytes: 240 },
    new ArrayBuffer(240),
    0,
  )
  await preprocess(source, tensor, { mean, std })
  return [...tensor.data].map(Number)
}

async function all(
  content: Uint8Array,
  sources: Parameters<typeof calibrationBatches>[1],
  options: CalibrationBatchesOptions = {},
): Promise<number[][]> {
  const found: number[][] = []
  for await (const batch of calibrationBatches(content, sources, options)) {
    expect(Object.keys(batch)).toEqual(['image'])
    const bytes = batch.image
    if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes were expected')
    found.push([...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)])
  }
  return found
}

describe('calibrationBatches', () => {
  it('makes of each picture what preprocess makes of it', async () => {
    const expected = await Promise.all(pictures.map(alone))
    expect(await all(modelOf([1, 3, 4, 5]), pictures, { mean, std })).toEqual(expected)
  })

  it('puts as many into a batch as the model takes, of pictures that come with time', async () => {
    const [first = [], second = [], third = [], fourth = []] = await Promise.all(pictures.map(alone))
    async function* later() {
      for (const one of pictures) yield await Promise.resolve(one)
    }
    const batches = [
      [...first, ...second],
      [...third, ...fourth],
    ]
    expect(await all(modelOf([2, 3, 4, 5]), later(), { mean, std })).toEqual(batches)
    const shape = [2, 3, 4, 5]
    expect(await all(modelOf(['n', 3, 'h', 5]), later(), { mean, std, shape })).toEqual(batches)
    expect(await all(modelOf(['n', 3, 4, 5]), pictures.slice(0, 2), { mean, std })).toEqual([first, second])
  })

  it('gives memory that is the taker’s own', async () => {
    const kept = []
    for await (const batch of calibrationBatches(modelOf([1, 3, 4, 5]), pictures, { mean, std }))
      kept.push(batch.image)
    expect(new Set(kept.map((view) => view?.buffer)).size).toBe(pictures.length)
  })

  it.each([
    [['n', 3, 4, 5], [2, 3, 4], 'shape'],
    [['n', 3, 4, 5], [2, 3, 4, 6], 'shape'],
    [['n', 3, 4, 5], [0, 3, 4, 5], 'shape'],
    [['n', 3, 4, 5], [1.5, 3, 4, 5], 'shape'],
    [['n', 3, 'h', 'w'], [1, 3, 2 ** 20, 2 ** 20], 'shape'],
  ])('refuses %j as %j', async (declared, shape, why) => {
    const refused = all(modelOf(declared), pictures, { mean, std, shape })
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(why),
    })
  })

  it('refuses models that take no picture', async () => {
    const two = all(modelOf([1, 3, 4, 5], ['image', 'mask']), pictures, { mean, std })
    await expect(two).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
    const words = all(modelOf([1, 3, 4, 5], ['image'], 'int64'), pictures, { mean, std })
    await expect(words).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
    await expect(all(Uint8Array.of(1, 2, 3), pictures, { mean, std })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    })
  })

  it('says where there are too few pictures', async () => {
    await expect(all(modelOf([8, 3, 4, 5]), pictures, { mean, std })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('8 or more'),
    })
  })

  it('ends where it is told to, and lets go of the pictures', async () => {
    const stop = new AbortController()
    let ended = false
    function* endless() {
      try {
        for (;;) yield picture(1)
      } finally {
        ended = true
      }
    }
    const options = { mean, std, signal: stop.signal }
    const work = async () => {
      for await (const _ of calibrationBatches(modelOf([1, 3, 4, 5]), endless(), options)) stop.abort()
    }
    await expect(work()).rejects.toMatchObject({ code: 'ABORTED' })
    expect(ended).toBe(true)
  })
})
