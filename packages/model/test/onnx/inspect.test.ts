import { describe, expect, it } from 'vitest'
import {
  exposeOnnxTensors,
  inspectOnnx,
  onnxMessage,
  onnxTensor,
  validateOnnx,
} from '../../src/onnx/index.js'
import { classifier, floats, model, node, value } from './tiny-models.js'

describe('inspectOnnx', () => {
  it('tells what a network consists of', () => {
    const report = inspectOnnx({
      ...classifier(),
      producerVersion: '2.1',
      docString: 'four classes',
      metadataProps: [onnxMessage('StringStringEntryProto', { key: 'author', value: 'me' })],
    })
    expect(report).toEqual({
      format: 'onnx',
      producer: 'tests 2.1',
      version: 10,
      description: 'four classes',
      inputs: [{ name: 'image', dtype: 'float32', shape: [1, 2, 8, 8] }],
      outputs: [{ name: 'scores', dtype: 'float32', shape: [1, 4] }],
      operators: ['Conv', 'Flatten', 'GlobalAveragePool', 'MatMul', 'Relu'].map((name) => ({
        name,
        version: 21,
        count: 1,
      })),
      // Kernel 3×2×3×3, bias 3, weights 3×4.
      parameters: 69,
      // 3×4×4 values of 2×3×3 products, and 4 of 3.
      macs: 864 + 12,
      weightBytes: 276,
      // Every third of 54, and one of twelve.
      zeroWeights: 19 / 69,
      layers: [
        { name: 'Conv of features', operator: 'Conv', parameters: 57, bytes: 228, macs: 864 },
        { name: 'MatMul of scores', operator: 'MatMul', parameters: 12, bytes: 48, macs: 12 },
      ],
      metadata: { author: 'me' },
      opsets: { 'ai.onnx': 21 },
      functions: [],
    })
  })

  it('takes an open batch for 1, and asks for other dimensions', () => {
    expect(inspectOnnx(classifier('N'))).toMatchObject({
      macs: 876,
      inputs: [{ shape: ['N', 2, 8, 8] }],
    })
    expect(inspectOnnx(classifier('N'), { dimensions: { N: 3 } }).macs).toBe(3 * 876)
    const open = model({
      input: [value('x', ['N', 'length'])],
      output: [value('y', ['N', 2])],
      initializer: [floats('w', [2, 2], [1, 2, 3, 4])],
      node: [node('Transpose', ['x'], ['t']), node('MatMul', ['t', 'w'], ['y'])],
    })
    expect(inspectOnnx(open).macs).toBeNull()
    expect(inspectOnnx(open, { dimensions: { length: 5 } }).macs).toBe(5 * 2)
  })

  it('counts quantized weights, and what stands for zero among them', () => {
    const quantized = model({
      input: [value('x', [1, 4])],
      output: [value('y', [1, 2])],
      initializer: [
        onnxTensor('w', 'int8', [4, 2], Uint8Array.of(5, 0, 7, 5, 5, 1, 2, 250)),
        floats('scale', [2], [0.1, 0.2]),
        onnxTensor('zero', 'int8', [2], Uint8Array.of(5, 250)),
        onnxTensor('shape', 'int64', [2], new Uint8Array(16)),
      ],
      node: [
        node('DequantizeLinear', ['w', 'scale', 'zero'], ['real']),
        node('MatMul', ['x', 'real'], ['m']),
        node('Reshape', ['m', 'shape'], ['y']),
      ],
    })
    expect(inspectOnnx(quantized)).toMatchObject({
      parameters: 8,
      weightBytes: 8,
      // Columns have the zero points 5 and −6: 5, 5 in the first, −6 in the second.
      zeroWeights: 3 / 8,
      macs: 8,
      layers: [{ operator: 'MatMul', parameters: 8, macs: 8 }],
    })
  })

  it.each([
    // Columns have the zero points 5 and −6: 5, 5 in the first, −6 in the second.
    [0n, [4, 2], [5, 0, 7, 5, 5, 1, 2, 250]],
    [1n, [2, 4], [5, 7, 5, 2, 0, 5, 1, 250]],
  ])('counts the weights of QGemm, whose second matrix lies transposed: %d', (transB, shape, weights) => {
    const quantized = model({
      input: [value('x', [1, 4], 'int8')],
      output: [value('y', [1, 2], 'int8')],
      initializer: [
        floats('scale', [], [0.1]),
        floats('scales', [2], [0.1, 0.2]),
        onnxTensor('zero', 'int8', [], Uint8Array.of(0)),
        onnxTensor('zeros', 'int8', [2], Uint8Array.of(5, 250)),
        onnxTensor('w', 'int8', shape, Uint8Array.from(weights)),
        onnxTensor('bias', 'int32', [2], Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)),
      ],
      node: [
        {
          ...node(
            'QGemm',
            ['x', 'scale', 'zero', 'w', 'scales', 'zeros', 'bias', 'scale', 'zero'],
            ['pooled'],
          ),
          domain: 'com.microsoft',
          attribute: [onnxMessage('AttributeProto', { name: 'transB', type: 2, i: transB })],
        },
        {
          ...node('QLinearSigmoid', ['pooled', 'scale', 'zero', 'scale', 'zero'], ['y']),
          domain: 'com.microsoft',
        },
      ],
    })
    expect(inspectOnnx(quantized)).toMatchObject({
      parameters: 10,
      weightBytes: 8 + 8,
      zeroWeights: 4 / 10,
      macs: 8,
      layers: [{ operator: 'QGemm', parameters: 10, bytes: 16, macs: 8 }],
    })
  })

  it('knows when it does not know', () => {
    const recurrent = model({
      input: [value('x', [1, 1, 4])],
      output: [value('y', [1])],
      node: [node('LSTM', ['x', 'x', 'x'], ['y'])],
    })
    expect(inspectOnnx(recurrent)).toMatchObject({ macs: null, layers: [{ operator: 'LSTM', macs: null }] })
  })

  it('follows shapes that are computed as values', () => {
    // What PyTorch exports for x.view(x.size(0), -1).
    const flattening = model({
      input: [value('x', ['N', 3, 4, 5])],
      output: [value('y', ['N', 2])],
      initializer: [
        floats(
          'w',
          [60, 2],
          Array.from({ length: 120 }, () => 1),
        ),
        onnxTensor('zero', 'int64', [], new Uint8Array(8)),
        onnxTensor('axes', 'int64', [1], new Uint8Array(8)),
        onnxTensor('rest', 'int64', [1], new Uint8Array(8).fill(255)),
      ],
      node: [
        node('Shape', ['x'], ['shape']),
        node('Gather', ['shape', 'zero'], ['batch']),
        node('Unsqueeze', ['batch', 'axes'], ['first']),
        node('Concat', ['first', 'rest'], ['target']),
        node('Reshape', ['x', 'target'], ['flat']),
        node('MatMul', ['flat', 'w'], ['y']),
      ],
    })
    expect(inspectOnnx(flattening, { dimensions: { N: 7 } }).macs).toBe(7 * 120)
  })
})

describe('exposeOnnxTensors', () => {
  it('makes values outputs, behind those that are there', () => {
    const exposed = exposeOnnxTensors(classifier(), ['features', 'scores', 'bias', 'image'])
    expect(exposed.graph?.output.map(({ name }) => name)).toEqual(['scores', 'features', 'bias', 'image'])
    expect(inspectOnnx(exposed).outputs.map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ['float32', [1, 4]],
      ['unknown', []],
      ['float32', [3]],
      ['float32', [1, 2, 8, 8]],
    ])
    expect(() => validateOnnx(exposed)).not.toThrow()
    expect(exposeOnnxTensors(exposed, ['features'])).toBe(exposed)
  })

  it('refuses names that are not there, naming some that are close', () => {
    expect(() => exposeOnnxTensors(classifier(), ['FEATURE'])).toThrow(
      expect.objectContaining({ code: 'TENSOR_NOT_FOUND', expected: 'perhaps features' }),
    )
    expect(() => exposeOnnxTensors(classifier(), ['flat', 'flat'])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
  })
})
