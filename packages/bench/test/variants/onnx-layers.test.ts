import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolvePreprocessing } from '@edge/image'
import { type GraphProto, onnxMessage, onnxTensor, type TensorProto, writeOnnx } from '@edge/model/onnx'
import { Session } from '@edge/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { worstLayer } from '../../src/variants/error-growth.js'
import type { LayerSource } from '../../src/variants/exposed-run.js'
import { compareLayers } from '../../src/variants/layer-errors.js'
import { readComparedModel } from '../../src/variants/opened-variant.js'
import { input } from './lite0.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-compare-'))
})
afterAll(() => rm(directory, { recursive: true }))

const value = (name: string, ...dims: number[]) => {
  const dim = dims.map((size) => onnxMessage('DimensionProto', { dimValue: BigInt(size) }))
  const shape = onnxMessage('TensorShapeProto', { dim })
  const tensorType = onnxMessage('TensorTypeProto', { elemType: 1, shape })
  return onnxMessage('ValueInfoProto', { name, type: onnxMessage('TypeProto', { tensorType }) })
}
const node = (opType: string, inputs: string, output: string) =>
  onnxMessage('NodeProto', { opType, input: inputs.split(' '), output: [output] })
const floats = (name: string, shape: readonly number[], values: readonly number[]) =>
  onnxTensor(name, 'float32', shape, new Uint8Array(Float32Array.from(values).buffer))
const bytes = (name: string, shape: readonly number[], values: readonly number[]) =>
  onnxTensor(name, 'uint8', shape, Uint8Array.from(values))

// Numbers that their quantization holds exactly: scale 0.01 and zero point 3, all above zero.
const first = Array.from({ length: 48 }, (_, index) => 4 + ((7 * index) % 13))
const second = Array.from({ length: 12 }, (_, index) => 4 + ((5 * index) % 11))
const real = (stored: readonly number[]) => stored.map((one) => 0.01 * (one - 3))

/** A 2×2 picture through two products of matrices. */
const float: Partial<GraphProto> = {
  input: [value('image', 1, 3, 2, 2)],
  output: [value('scores', 1, 3)],
  initializer: [floats('w', [12, 4], real(first)), floats('v', [4, 3], real(second))],
  node: [
    node('Flatten', 'image', 'flat'),
    node('MatMul', 'flat w', 'product'),
    node('Relu', 'product', 'hidden'),
    node('MatMul', 'hidden v', 'scores'),
  ],
}

const quantization = (name: string, scale: number, zero: number): TensorProto[] => [
  floats(`${name}_s`, [], [scale]),
  bytes(`${name}_z`, [], [zero]),
]

/** The same in the form in which operators take and give integers, with a result that a second output keeps an integer. */
const quantized: Partial<GraphProto> = {
  input: [value('image', 1, 3, 2, 2)],
  output: [value('scores', 1, 3), value('debug', 1, 4)],
  initializer: [
    ...quantization('x', 1, 0),
    ...quantization('weight', 0.01, 3),
    ...quantization('h', 0.7, 10),
    ...quantization('y', 0.3, 5),
    bytes('w', [12, 4], first),
    bytes('v', [4, 3], second),
  ],
  node: [
    node('QuantizeLinear', 'image x_s x_z', 'picture'),
    node('Flatten', 'picture', 'flat'),
    node('QLinearMatMul', 'flat x_s x_z w weight_s weight_z h_s h_z', 'hidden_quantized'),
    node('QLinearMatMul', 'hidden_quantized h_s h_z v weight_s weight_z y_s y_z', 'scores_quantized'),
    node('DequantizeLinear', 'scores_quantized y_s y_z', 'scores'),
    node('Neg', 'scores', 'negative'),
    node('DequantizeLinear', 'hidden_quantized h_s h_z', 'debug'),
  ],
}

async function sourceOf(name: string, graph: Partial<GraphProto>): Promise<LayerSource> {
  const path = join(directory, `${name}.onnx`)
  const opsetImport = [onnxMessage('OperatorSetIdProto', { domain: '', version: 17n })]
  const model = onnxMessage('ModelProto', {
    irVersion: 8n,
    opsetImport,
    graph: onnxMessage('GraphProto', { name, ...graph }),
  })
  await writeFile(path, writeOnnx(model))
  const session = await Session.open(path)
  try {
    const [image] = session.inputs
    if (image === undefined) throw new Error('it has no input')
    return {
      model: await readComparedModel(path, 'onnx', { backend: 'onnxruntime', threads: 1 }),
      preprocessing: resolvePreprocessing(image, { preset: 'raw' }),
      options: { threads: 1 },
    }
  } finally {
    await session.dispose()
  }
}

/** Many layers, each of which multiplies by its own number. */
function chain(factors: readonly number[]): Partial<GraphProto> {
  return {
    input: [value('image', 1, 3, 2, 2)],
    output: [value(`x${factors.length}`, 1, 3, 2, 2)],
    initializer: factors.map((factor, index) => floats(`f${index}`, [], [factor])),
    node: factors.map((_, index) =>
      node('Mul', `${index === 0 ? 'image' : `x${index}`} f${index}`, `x${index + 1}`),
    ),
  }
}

describe('a model with more layers than can be had at a time', () => {
  it('is compared in portions, of which each picture goes through all', async () => {
    const factors: number[] = Array.from({ length: 150 }, (_, index) => (index % 2 === 0 ? 2 : 0.5))
    const done: string[] = []
    const { layers } = await compareLayers(
      await sourceOf('chain', chain(factors)),
      await sourceOf('broken', chain(factors.with(99, 0.75))),
      {
        pictures: [input('coffee.png'), input('china.png')],
        onProgress: (now, of) => done.push(`${now} of ${of}`),
      },
    )
    expect(done).toEqual(['1 of 6', '2 of 6', '3 of 6', '4 of 6', '5 of 6', '6 of 6'])
    expect(layers.map(({ name }) => name)).toEqual(factors.map((_, index) => `x${index + 1}`))
    expect(layers.findIndex(({ equal }) => !equal)).toBe(99)
    // All of it is half as much more: 20 · log₁₀ 2.
    for (const { snrDb, cosine } of layers.slice(99)) {
      expect(snrDb).toBeCloseTo(6.0206, 4)
      expect(cosine).toBeCloseTo(1, 6)
    }
    expect(worstLayer(layers)?.name).toBe('x100')
  })
})

describe('layers of a quantized ONNX model', () => {
  it('are real numbers by the scale and zero point that their operators have', async () => {
    const { layers, uncompared } = await compareLayers(
      await sourceOf('float', float),
      await sourceOf('quantized', quantized),
      { pictures: [input('coffee.png'), input('china.png')] },
    )
    expect(layers.map(({ name, firstName, operator, by }) => ({ name, firstName, operator, by }))).toEqual([
      { name: 'hidden_quantized', firstName: 'hidden', operator: 'QLinearMatMul', by: 'order' },
      { name: 'scores', firstName: undefined, operator: 'QLinearMatMul', by: 'name' },
    ])
    // Rounded to steps of 0.7 among numbers about 60: 20 · log₁₀(60 · √12 / 0.7) is 49 dB.
    expect(layers[0]?.snrDb).toBeGreaterThan(40)
    expect(layers[1]?.snrDb).toBeGreaterThan(35)
    for (const { equal } of layers) expect(equal).toBe(false)
    expect(uncompared.first).toEqual([])
    expect(uncompared.variant).toEqual([
      { name: 'negative', operator: 'Neg', reason: 'there is none of its kind and shape at this place' },
    ])
  })

  it('are equal to themselves', async () => {
    const source = await sourceOf('quantized', quantized)
    const { layers } = await compareLayers(source, source, { pictures: [input('coffee.png')] })
    expect(layers).toHaveLength(3)
    expect(layers.every(({ equal, cosine }) => equal && cosine === 1)).toBe(true)
  })
})
