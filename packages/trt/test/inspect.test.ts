import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onnxMessage, onnxTensor, writeOnnx, writeOnnxFile } from '@edge/model/onnx'
import { readTflite, writeMetadata, writeTflite } from '@edge/model/tflite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure } from './cli.js'
import { float32, int8, onnx, tiny } from './models.js'
import { smallModel } from './small-model.js'

let directory: string
const at = (name: string) => join(directory, name)
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-inspect-'))
})
afterAll(() => rm(directory, { recursive: true }))

const json = (model: string) => edgeTrtJson(['inspect', model])

async function text(model: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await edgeTrt(['inspect', model, ...flags])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).not.toContain('\u001b')
  return stdout
}

describe('edge-trt inspect', () => {
  it.each([
    ['int8', int8],
    ['float32', float32],
    ['ONNX', onnx],
  ])(
    'EfficientNet-Lite0 as %s has the parameters and multiplications of the published one',
    async (_, path) => {
      const { code, stderr, document } = await json(path)
      expect(stderr).toBe('')
      expect(code).toBe(0)
      expect(document.bytes).toBe((await stat(path)).size)
      // TensorFlow's table of models says 4.7 M parameters and 407 M multiply-accumulates; timm's count is 4.65 M, batch norms included.
      expect(document.parameters).toBeGreaterThan(4.6e6)
      expect(document.parameters).toBeLessThan(4.7e6)
      expect(document.macs).toBeGreaterThan(380e6)
      expect(document.macs).toBeLessThan(410e6)
      expect(document.inputs).toMatchObject([{ shape: [1, 224, 224, 3] }])
      expect(document.outputs).toMatchObject([{ shape: [1, 1000] }])
      // 1280 features for 1000 classes, and a bias for each.
      expect(Math.max(...document.layers.map((layer: { parameters: number }) => layer.parameters))).toBe(
        1281000,
      )
      const sum = (of: string) =>
        document.layers.reduce((all: number, layer: Record<string, number>) => all + (layer[of] ?? 0), 0)
      expect(sum('parameters')).toBe(document.parameters)
      expect(sum('macs')).toBe(document.macs)
      expect(sum('bytes')).toBe(document.weightBytes)
    },
  )

  it('tells the int8 model as JSON, in the form that is documented', async () => {
    const { document } = await json(int8)
    expect(Object.keys(document)).toEqual([
      'model',
      'format',
      'bytes',
      'version',
      'producer',
      'description',
      'inputLayer',
      'outputLayer',
      'inputs',
      'outputs',
      'signatures',
      'operators',
      'parameters',
      'macs',
      'weightBytes',
      'zeroWeights',
      'layers',
      'subgraphs',
      'opsets',
      'functions',
      'metadata',
      'tfliteMetadata',
      'errors',
    ])
    expect(document).toMatchObject({
      model: int8,
      format: 'tflite',
      version: 3,
      producer: null,
      inputLayer: 'serving_default_image:0',
      outputLayer: 'PartitionedCall:0',
      inputs: [
        {
          name: 'serving_default_image:0',
          dtype: 'uint8',
          bytes: 224 * 224 * 3,
          quantization: { scale: [expect.any(Number)], zeroPoint: [127] },
        },
      ],
      outputs: [{ dtype: 'uint8', bytes: 1000 }],
      signatures: [
        {
          name: 'serving_default',
          inputs: { image: 'serving_default_image:0' },
          outputs: { logits: 'PartitionedCall:0' },
        },
      ],
      tfliteMetadata: null,
      errors: [],
    })
    expect(document.operators[0]).toEqual({ name: 'CONV_2D', version: 3, count: 33, custom: false })
  })

  it('tells the int8 model for eyes, in aligned tables', async () => {
    const stdout = await text(int8)
    expect(stdout).toMatch(/^ {2}file +5\.3 MB \(5,251,528 bytes\)$/m)
    expect(stdout).toMatch(/^ {2}parameters +4,6\d\d,000$/m)
    expect(stdout).toMatch(/^ {2}MACs +385\.2 M \(385,187,552\) for one inference$/m)
    expect(stdout).toMatch(/^ {2}--input_layer +serving_default_image:0 {2}\(for label_image\)$/m)
    expect(stdout).toMatch(/^ {2}--output_layer +PartitionedCall:0 {2}\(for label_image\)$/m)
    expect(stdout).toMatch(
      /^ {2}uint8 {2}\[1, 224, 224, 3\] {2}150\.5 kB {2}scale 0\.0078125, zero point 127 {2}serving_default_image:0$/m,
    )
    expect(stdout).toMatch(/^ {5}33 +3 {2}CONV_2D$/m)
    const [title = '', first = '', second = ''] = stdout.split('the 10 biggest of 50\n')[1]?.split('\n') ?? []
    expect(first).toMatch(/^ {4}1\.3 MB +1,281,000 +1,280,000 {2}FULLY_CONNECTED {2}\S/)
    expect(first.indexOf('FULLY_CONNECTED')).toBe(title.indexOf('operator'))
    expect(second.indexOf('CONV_2D')).toBe(title.indexOf('operator'))
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^\d+ intermediate tensors have names: exposeTensors of /,
    )
  })

  it('lists as many layers as are asked for', async () => {
    const rows = (stdout: string) => stdout.match(/^ +[\d.]+ k?M?B +[\d,]+ +[\d,]+ {2}[A-Z]/gm)?.length ?? 0
    expect(rows(await text(int8, '--layers', 'all'))).toBe(50)
    expect(rows(await text(int8, '--layers', '3'))).toBe(3)
    expect(await text(int8, '--layers', '0')).not.toContain('biggest')
  })

  it('tells operator sets and the producer of an ONNX model', async () => {
    expect((await json(onnx)).document).toMatchObject({
      format: 'onnx',
      producer: expect.stringContaining('tf2onnx'),
      opsets: { 'ai.onnx': 17 },
      inputLayer: 'image',
      outputLayer: 'logits',
      operators: expect.arrayContaining([{ name: 'Conv', version: 17, count: 49, custom: false }]),
      errors: [],
    })
    const stdout = await text(onnx)
    expect(stdout).toMatch(/^ {2}opsets +ai\.onnx 17/m)
    expect(stdout).toContain('exposeOnnxTensors of @edge/model/onnx')
  })

  it('tells signatures, graphs, open dimensions and scales of channels', async () => {
    const signatures = await text(tiny('signatures_two_graphs'))
    expect(signatures).toMatch(
      /^ {2}add\n {4}in {2}x +x_tensor\n {4}in {2}y +y_tensor\n {4}out total +total_tensor$/m,
    )
    expect(signatures).toMatch(/^ +2 +3 +1 +2$/m)
    expect(await text(tiny('per_channel'))).toContain(
      'per channel (axis 1): 3 scales 0.125 to 0.5, zero points 0',
    )
    const { document } = await json(tiny('dynamic_batch'))
    expect(document.inputs[1]).toMatchObject({ shape: ['?', 4], bytes: null })
    expect(await text(tiny('dynamic_batch'))).toContain('[?, 4]')
  })

  it('describes models that no runtime here can run', async () => {
    expect((await json(tiny('custom_operator'))).document.operators).toEqual([
      { name: 'EdgeTestOperator', version: 1, count: 1, custom: true },
    ])
    expect(await text(tiny('custom_operator'))).toMatch(/EdgeTestOperator {2}\(custom\)$/m)
    expect(await text(tiny('flex_operator'))).toMatch(/Flex\w+ {2}\(custom\)$/m)
    expect(await text(tiny('future_version'))).toContain('operators')
    const path = at('custom.tflite')
    await writeFile(path, writeTflite(smallModel(['in', 'hidden', 'out'])))
    const stdout = await text(path)
    expect(stdout).toMatch(
      /^ {2}MACs +0 for one inference, with a batch of 1, without those of custom operators$/m,
    )
    expect(stdout).toContain('1 intermediate tensor has a name: exposeTensors')
  })

  it('describes a model whose weights no runtime here would find, and says so', async () => {
    const path = at('outside.tflite')
    const whole = readTflite(await readFile(tiny('per_channel')))
    // What large files do: their weights lie behind the FlatBuffer.
    const buffers = whole.buffers?.map((buffer) => ({ ...buffer, offset: buffer.data ? 2n : 0n }))
    await writeFile(path, writeTflite({ ...whole, buffers }))
    const { code, stderr, document } = await json(path)
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: .*outside\.tflite cannot be run: .*\n$/)
    expect(document).toMatchObject({
      parameters: 6,
      weightBytes: 6,
      errors: [],
      warnings: [expect.stringContaining('cannot be run')],
    })
  })

  it('tells TFLite Metadata', async () => {
    const path = at('described.tflite')
    const labels = ['cod', 'eel', 'fugu', 'gar\u202e']
    await writeFile(
      path,
      writeMetadata(await readFile(tiny('add_float32')), {
        name: 'Fish',
        author: 'somebody',
        inputs: [{ normalization: { mean: [127.5], std: [128] }, colorSpace: 'rgb' }],
        outputs: [{ labels }],
      }),
    )
    const { document } = await json(path)
    expect(document.tfliteMetadata).toMatchObject({
      name: 'Fish',
      inputs: [{ normalization: { mean: [127.5], std: [128] }, colorSpace: 'rgb' }, {}],
      outputs: [{ labels }],
      files: [{ name: 'labels.txt', bytes: Buffer.byteLength(labels.join('\n')) }],
    })
    const stdout = await text(path)
    expect(stdout).toMatch(/^ {2}input 0 +rgb · mean 127\.5, std 128$/m)
    expect(stdout).toMatch(/^ {2}output 0 +4 labels: cod, eel, fugu …$/m)
    expect(stdout).toMatch(/^ {2}file +labels\.txt, \d+ B$/m)
  })

  it('describes a model all the same where the files behind it are corrupt', async () => {
    const path = at('torn.tflite')
    const whole = writeMetadata(await readFile(tiny('add_float32')), {
      outputs: [{ labels: ['a', 'b', 'c', 'd'] }],
    })
    // The archive's directory is said to begin before the file.
    new DataView(whole.buffer, whole.byteOffset).setUint32(whole.length - 6, 2 ** 30, true)
    await writeFile(path, whole)
    const { code, stderr, document } = await json(path)
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: the files behind the TFLite model cannot be read/)
    expect(document).toMatchObject({
      format: 'tflite',
      tfliteMetadata: null,
      errors: [],
      warnings: [expect.any(String)],
    })
  })

  it('writes out what steers a terminal, and quotes what steers a shell', async () => {
    const path = at('names.tflite')
    const input = "a;b \u001b[31mred\u202e'"
    await writeFile(path, writeTflite(smallModel([input, 'x\ny', 'o'.repeat(5000)], 'Cus\u0007tom')))
    const stdout = await text(path)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(stdout).toContain(String.raw`--input_layer   'a;b \u001b[31mred\u202e'\'''`)
    expect(stdout).toContain(String.raw`Cus\u0007tom  (custom)`)
    expect((await json(path)).document.inputLayer).toBe(input)
  })
})

describe('an ONNX model', () => {
  it('may keep its weights beside it, and has shapes of names, of operators of its own, and none', async () => {
    const dim = [
      onnxMessage('DimensionProto', { dimParam: 'batch' }),
      onnxMessage('DimensionProto', { dimValue: 4n }),
    ]
    const type = onnxMessage('TypeProto', {
      tensorType: onnxMessage('TensorTypeProto', {
        elemType: 1,
        shape: onnxMessage('TensorShapeProto', { dim }),
      }),
    })
    const unranked = onnxMessage('TypeProto', {
      tensorType: onnxMessage('TensorTypeProto', { elemType: 1 }),
    })
    const model = onnxMessage('ModelProto', {
      irVersion: 8n,
      opsetImport: [
        onnxMessage('OperatorSetIdProto', { version: 17n }),
        onnxMessage('OperatorSetIdProto', { domain: 'org.example', version: 2n }),
      ],
      metadataProps: [onnxMessage('StringStringEntryProto', { key: 'names', value: '{0: "cat"}' })],
      graph: onnxMessage('GraphProto', {
        name: 'g',
        input: [onnxMessage('ValueInfoProto', { name: 'x', type })],
        output: [onnxMessage('ValueInfoProto', { name: 'y', type: unranked })],
        initializer: [
          onnxTensor('w', 'float32', [4, 2], new Uint8Array(Float32Array.of(0, 1, 0, 1, 0, 1, 1, 1).buffer)),
        ],
        node: [
          onnxMessage('NodeProto', { opType: 'MatMul', input: ['x', 'w'], output: ['product'] }),
          onnxMessage('NodeProto', {
            opType: 'Own',
            domain: 'org.example',
            input: ['product'],
            output: ['y'],
          }),
        ],
      }),
    })
    const path = at('outside.onnx')
    await writeOnnxFile(path, model, { externalData: { location: 'outside.data', minimumBytes: 1 } })
    const { document, code } = await json(path)
    expect(code).toBe(0)
    expect(document).toMatchObject({
      inputs: [{ name: 'x', shape: ['batch', 4], bytes: null }],
      outputs: [{ name: 'y', shape: null, bytes: null }],
      parameters: 8,
      macs: 8,
      zeroWeights: 3 / 8,
      opsets: { 'ai.onnx': 17, 'org.example': 2 },
      metadata: { names: '{0: "cat"}' },
    })
    const stdout = await text(path)
    expect(stdout).toMatch(/^ +1 +2 {2}org\.example\.Own {2}\(custom\)$/m)
    expect(stdout).toMatch(/^ {2}float32 {2}any +\? /m)
    expect(stdout).toContain('37.5 % of them zero')
    expect(stdout).toMatch(
      /^ {2}MACs +8 for one inference, with a batch of 1, without those of custom operators$/m,
    )

    await rm(at('outside.data'))
    expectFailure(await json(path), 1, 'FILE_NOT_FOUND')
  })

  it('is refused where it is not valid', async () => {
    await writeFile(
      at('empty-graph.onnx'),
      writeOnnx(onnxMessage('ModelProto', { irVersion: 8n, producerName: 'somebody else' })),
    )
    expectFailure(await json(at('empty-graph.onnx')), 1, 'MODEL_INVALID')
  })
})
