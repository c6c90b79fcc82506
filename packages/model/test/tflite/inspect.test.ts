import { describe, expect, it } from 'vitest'
import { inspectTflite, makeTable, readTflite, writeMetadata, writeTflite } from '../../src/tflite/index.js'
import { lite0, mediapipe } from './real-models.js'
import { convolution, tinyModel } from './tiny-models.js'

describe('inspectTflite', () => {
  const model = tinyModel(convolution)

  it('tells what a model consists of', () => {
    const inspection = inspectTflite(model)
    expect(inspection).toEqual({
      format: 'tflite',
      version: 3,
      description: 'tiny',
      inputs: [{ name: 'image', dtype: 'float32', shape: [1, 4, 4, 2] }],
      outputs: [{ name: 'sum', dtype: 'float32', shape: [1, 4, 4, 3] }],
      operators: [
        { name: 'ADD', version: 1, count: 1 },
        { name: 'CONV_2D', version: 1, count: 1 },
      ],
      parameters: 57,
      // 48 results, each of 3 × 3 × 2 products.
      macs: 864,
      weightBytes: 228,
      // Every fifth weight of the filter, from the third on.
      zeroWeights: 11 / 57,
      layers: [{ name: 'features', operator: 'CONV_2D', parameters: 57, bytes: 228, macs: 864 }],
      signatures: [],
      metadata: {},
      subgraphs: [
        {
          name: 'main',
          inputs: inspection.inputs,
          outputs: inspection.outputs,
          operators: 2,
          tensors: 5,
        },
      ],
      hasTfliteMetadata: false,
    })
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection)
  })

  it('tells signatures, metadata, sizes that are open and quantization', () => {
    const tensors = {
      ...convolution.tensors,
      image: {
        shape: [1, 4, 4, 2],
        type: 'INT8' as const,
        scale: [0.5, 0.25],
        more: {
          shapeSignature: Int32Array.of(-1, 4, 4, 2),
          quantization: makeTable('QuantizationParameters', {
            scale: Float32Array.of(0.5, 0.25),
            zeroPoint: BigInt64Array.of(-1n, 1n),
            quantizedDimension: 3,
          }),
        },
      },
    }
    const signed = {
      ...tinyModel({ ...convolution, tensors }),
      signatureDefs: [
        makeTable('SignatureDef', {
          signatureKey: 'serve',
          inputs: [makeTable('TensorMap', { name: 'picture', tensorIndex: 0 })],
          outputs: [makeTable('TensorMap', { name: 'scores', tensorIndex: 4 })],
        }),
      ],
    }
    const inspection = inspectTflite(readTflite(writeMetadata(writeTflite(signed), { name: 'x' })))
    expect(inspection.inputs).toEqual([
      {
        name: 'image',
        dtype: 'int8',
        shape: ['?', 4, 4, 2],
        quantization: { scale: [0.5, 0.25], zeroPoint: [-1, 1], axis: 3 },
      },
    ])
    expect(inspection.signatures).toEqual([
      { name: 'serve', inputs: { picture: 'image' }, outputs: { scores: 'sum' } },
    ])
    expect(inspection.hasTfliteMetadata).toBe(true)
    expect(inspection.metadata).toHaveProperty('TFLITE_METADATA')
  })

  it('counts zeros by zero points, slice by slice, and packed values one by one', () => {
    const constant = (change: object, data: readonly number[]) =>
      inspectTflite(
        tinyModel({
          ...convolution,
          tensors: {
            ...convolution.tensors,
            bias: { shape: [4], values: Uint8Array.from(data), scale: [1], ...change },
          },
        }),
      ).zeroWeights * 58
    const filterZeros = 11
    expect(constant({ type: 'INT8', zeroPoint: [7n] }, [7, 0, 7, 1])).toBeCloseTo(filterZeros + 2)
    expect(
      constant({ type: 'UINT8', scale: [1, 1, 1, 1], zeroPoint: [0n, 1n, 2n, 3n] }, [0, 1, 0, 3]),
    ).toBeCloseTo(filterZeros + 3)
    expect(constant({ type: 'INT4' }, [0x10, 0xf0])).toBeCloseTo(filterZeros + 2)
    expect(constant({ type: 'FLOAT16', scale: [] }, [0, 0x80, 0, 0, 1, 0, 0, 0x3c])).toBeCloseTo(
      filterZeros + 2,
    )
  })

  it('finds the zeros of a sparse model, and its weights behind DENSIFY', () => {
    const sparse = mediapipe.find(({ name }) => name.includes('sparse'))
    if (sparse === undefined) throw new Error('no sparse model')
    const inspection = inspectTflite(readTflite(sparse.bytes))
    expect(inspection.zeroWeights).toBeGreaterThan(0.5)
    expect(inspection.parameters).toBe(508_308)
    expect(inspection.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(508_308)
  })

  it.skipIf(lite0.length === 0)('knows EfficientNet-Lite0 (skipped before `pnpm run setup`)', () => {
    for (const { name, bytes } of lite0) {
      const inspection = inspectTflite(readTflite(bytes))
      // 4.65 million parameters of the network without those that batch normalisation has and convolutions take up.
      expect(inspection.parameters, name).toBe(4_631_000)
      expect(inspection.macs, name).toBe(385_187_552)
    }
  })
})
