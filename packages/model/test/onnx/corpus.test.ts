import { describe, expect, it } from 'vitest'
import {
  inspectOnnx,
  onnxMessage,
  onnxTensorData,
  readOnnx,
  readOnnxTensor,
  type TensorProto,
  type ValueInfoProto,
  validateOnnx,
  writeOnnx,
  writeOnnxTensor,
} from '../../src/onnx/index.js'
import { inferShapes } from '../../src/onnx/inspect/infer-shapes.js'
import { corpus } from './corpus.js'

const models = corpus()

/** The tensors of one side of a case; others are sequences or optional. */
function tensors(
  values: readonly ValueInfoProto[],
  bytesOf: (index: number) => Uint8Array | undefined,
): (TensorProto | undefined)[] {
  return values.map(({ type }, index) => {
    const bytes = type?.tensorType === undefined ? undefined : bytesOf(index)
    if (bytes === undefined) return undefined
    const tensor = readOnnxTensor(bytes)
    if (Buffer.compare(writeOnnxTensor(tensor), bytes) !== 0) throw new Error('written otherwise than read')
    return tensor
  })
}

/** An input with the shape of its data. */
function pinned(value: ValueInfoProto, dims: BigInt64Array | undefined): ValueInfoProto {
  const tensorType = value.type?.tensorType
  if (dims === undefined || value.type === undefined || tensorType === undefined) return value
  const dim = Array.from(dims, (dimValue) => onnxMessage('DimensionProto', { dimValue }))
  const shape = onnxMessage('TensorShapeProto', { dim })
  return { ...value, type: { ...value.type, tensorType: { ...tensorType, shape } } }
}

describe('the models of ONNX’s own tests', () => {
  it('are 1,615', () => {
    expect(models).toHaveLength(1615)
  })

  it('are written as they were read, byte for byte', () => {
    const changed = models.filter(({ bytes }) => Buffer.compare(writeOnnx(readOnnx(bytes)), bytes) !== 0)
    expect(changed.map(({ name }) => name)).toEqual([])
  })

  it('are valid', () => {
    for (const { name, bytes } of models) expect(() => validateOnnx(readOnnx(bytes)), name).not.toThrow()
  })

  it('have test data that are written as they were read, with as many bytes as their shapes ask for', () => {
    for (const { bytes, input, output } of models) {
      const { graph } = readOnnx(bytes)
      for (const tensor of [...tensors(graph?.input ?? [], input), ...tensors(graph?.output ?? [], output)]) {
        if (tensor !== undefined && tensor.dataType !== 8) onnxTensorData(tensor)
      }
    }
  })

  it('can be inspected', () => {
    for (const { name, bytes } of models) {
      const report = inspectOnnx(readOnnx(bytes))
      expect(JSON.parse(JSON.stringify(report)), name).toEqual(report)
      expect(report.operators.length, name).toBeGreaterThan(0)
    }
  })

  it('give outputs of the shapes that are worked out, where they are', () => {
    let known = 0
    for (const { name, bytes, input, output } of models) {
      const { graph } = readOnnx(bytes)
      if (graph === undefined) continue
      const shapes = new Map(
        tensors(graph.input, input).map((tensor, index) => [graph.input[index]?.name ?? '', tensor?.dims]),
      )
      // The shapes of the data stand in for what a model leaves open; what it declares of other values is kept from the rules.
      const inputs = graph.input.map((value) => pinned(value, shapes.get(value.name ?? '')))
      const facts = inferShapes({ ...graph, input: inputs, output: [], valueInfo: [] }, () => undefined)
      tensors(graph.output, output).forEach((tensor, index) => {
        const shape = facts.shape(graph.output[index]?.name)
        if (tensor === undefined || shape === undefined) return
        const right = Array.from(tensor.dims, Number)
        expect(
          shape.map((size, axis) => size ?? right[axis]),
          name,
        ).toEqual(right)
        known++
      })
    }
    expect(known).toBeGreaterThan(1000)
  })
})
