import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onnxMessage, writeOnnx } from '@edge/model/onnx'
import { enumValue, makeTable, type TfliteEnumValue, writeTflite } from '@edge/model/tflite'
import type { TensorInfo } from '@edge/runtime'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Classifier } from '../src/index.js'
import { ModelContent } from '../src/model-content.js'
import { settleOutputKind } from '../src/output-kind.js'
import { fakeBackend, scores } from './fake-backend.js'

type Operator = TfliteEnumValue<'BuiltinOperator'>

/** A chain of TFLite operators, one after the other. */
function tflite(...operators: readonly Operator[]): Uint8Array {
  return writeTflite(
    makeTable('Model', {
      version: 3,
      buffers: [makeTable('Buffer', {})],
      operatorCodes: operators.map((name) => {
        const code = enumValue('BuiltinOperator', name)
        return makeTable('OperatorCode', { builtinCode: code, deprecatedBuiltinCode: Math.min(code, 127) })
      }),
      subgraphs: [
        makeTable('SubGraph', {
          tensors: Array.from({ length: operators.length + 1 }, (_, index) =>
            makeTable('Tensor', { name: `t${index}`, shape: Int32Array.of(1, 4) }),
          ),
          inputs: Int32Array.of(0),
          outputs: Int32Array.of(operators.length),
          operators: operators.map((_, index) =>
            makeTable('Operator', {
              opcodeIndex: index,
              inputs: Int32Array.of(index),
              outputs: Int32Array.of(index + 1),
            }),
          ),
        }),
      ],
    }),
  )
}

/** A chain of ONNX operators; `domain:Name` for one outside the standard. */
function onnx(...operators: readonly string[]): Uint8Array {
  return writeOnnx(
    onnxMessage('ModelProto', {
      irVersion: 8n,
      graph: onnxMessage('GraphProto', {
        name: 'chain',
        input: [onnxMessage('ValueInfoProto', { name: 't0' })],
        output: [onnxMessage('ValueInfoProto', { name: `t${operators.length}` })],
        node: operators.map((name, index) => {
          const [opType, domain] = name.split(':').reverse()
          return onnxMessage('NodeProto', {
            ...(opType !== undefined && { opType }),
            ...(domain !== undefined && { domain }),
            input: [`t${index}`],
            output: [`t${index + 1}`],
          })
        }),
      }),
    }),
  )
}

const settle = (format: string, model: Uint8Array, output: TensorInfo = scores(4)) =>
  settleOutputKind(undefined, { content: new ModelContent(model), format, output })

describe('the kind of output, where neither option nor manifest says it', () => {
  it.each<[Operator[], string]>([
    [['CONV_2D', 'SOFTMAX'], 'probabilities'],
    [['LOGISTIC'], 'probabilities'],
    [['SOFTMAX', 'DEQUANTIZE', 'RESHAPE', 'SQUEEZE', 'QUANTIZE'], 'probabilities'],
    [['SOFTMAX', 'FULLY_CONNECTED'], 'logits'],
    [['LOG_SOFTMAX'], 'logits'],
    [['FULLY_CONNECTED', 'QUANTIZE'], 'logits'],
  ])('is, after the TFLite operators %j, %s', async (operators, kind) => {
    expect(await settle('tflite', tflite(...operators))).toBe(kind)
  })

  it.each<[string[], string]>([
    [['Gemm', 'Softmax'], 'probabilities'],
    [['Sigmoid', 'Reshape'], 'probabilities'],
    [['ai.onnx:Softmax', 'QuantizeLinear', 'DequantizeLinear', 'Cast'], 'probabilities'],
    [['Softmax', 'Gemm'], 'logits'],
    [['LogSoftmax'], 'logits'],
  ])('is, after the ONNX operators %j, %s', async (operators, kind) => {
    expect(await settle('onnx', onnx(...operators))).toBe(kind)
  })

  it.each([
    ['a custom operator', 'tflite', tflite('SOFTMAX', 'CUSTOM')],
    ['control flow', 'tflite', tflite('WHILE')],
    ['no operator at all', 'tflite', tflite()],
    ['a custom operator', 'onnx', onnx('com.example:Softmax')],
    ['control flow', 'onnx', onnx('If')],
    ['no operator at all', 'onnx', onnx()],
    ['a graph that cannot be read', 'tflite', Uint8Array.of(8, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33)],
    ['another format', 'plan', tflite('SOFTMAX')],
  ])('is asked for after %s (%s)', async (_, format, model) => {
    await expect(settle(format, model)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      expected: expect.stringContaining('outputKind'),
    })
  })

  it("is asked for where TFLite's quantization contradicts the graph", async () => {
    const quantized = (scale: number, zeroPoint: number): TensorInfo => ({
      ...scores(4),
      dtype: 'int8',
      quantization: { scale, zeroPoint },
    })
    await expect(settle('tflite', tflite('CONCATENATION'), quantized(1 / 256, -128))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: expect.stringContaining('CONCATENATION'),
    })
    expect(await settle('tflite', tflite('FULLY_CONNECTED'), quantized(1 / 256, 0))).toBe('logits')
    expect(await settle('tflite', tflite('SOFTMAX'), quantized(1 / 256, -128))).toBe('probabilities')
  })

  it('is what is stated, and nothing else may be', async () => {
    const source = { content: new ModelContent(tflite('SOFTMAX')), format: 'tflite', output: scores(4) }
    expect(await settleOutputKind('logits', source)).toBe('logits')
    await expect(settleOutputKind('softmax', source)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: '"softmax"',
    })
  })

  it('is the same for every picture, whatever its values look like', async () => {
    const results = [
      [0, 0, 0, 1],
      [0.1, 0.2, 0.3, 0.3],
      [-1, 0, 0, 2],
    ]
    const pending = results.map((values) => Float32Array.from(values))
    fakeBackend('three-results', {
      run: (_, output) => new Float32Array(output).set(pending.shift() ?? []),
    })
    const directory = await mkdtemp(join(tmpdir(), 'edge-kind-'))
    const model = join(directory, 'logits.tflite')
    await writeFile(model, tflite('FULLY_CONNECTED'))
    const classifier = await Classifier.load(model, { backend: 'three-results', validate: false })
    try {
      expect(classifier.outputKind).toBe('logits')
      const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
        .png()
        .toBuffer()
      for (const values of results) {
        const { classes } = await classifier.classify(picture)
        const sum = values.reduce((total, value) => total + Math.exp(value), 0)
        expect(classes[0]?.score).toBeCloseTo(Math.exp(values[3] ?? 0) / sum, 6)
      }
    } finally {
      await classifier.dispose()
      await rm(directory, { recursive: true })
    }
  })
})
