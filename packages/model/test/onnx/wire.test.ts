import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import {
  onnxMessage,
  onnxTensor,
  readOnnx,
  readOnnxTensor,
  writeOnnx,
  writeOnnxTensor,
} from '../../src/onnx/index.js'
import { classifier, floats, model, node, value } from './tiny-models.js'

const bytes = (...parts: (number | string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)))

function refusal(act: () => unknown): EdgeError {
  try {
    act()
  } catch (error) {
    if (error instanceof EdgeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('readOnnx', () => {
  it('reads fields by their numbers', () => {
    // ir_version 8; producer_name "me"; graph { name "g" }; opset_import { version 13 }.
    const read = readOnnx(bytes(0x08, 8, 0x12, 2, 'me', 0x3a, 3, 0x12, 1, 'g', 0x42, 2, 0x10, 13))
    expect(read).toMatchObject({ irVersion: 8n, producerName: 'me', graph: { name: 'g', node: [] } })
    expect(read.opsetImport).toEqual([{ version: 13n }])
  })

  it('takes numbers one by one and in a block, for either way of declaring them', () => {
    const dims = (...data: number[]) => [...readOnnxTensor(bytes(data)).dims]
    expect(dims(0x08, 2, 0x08, 3)).toEqual([2n, 3n])
    expect(dims(0x0a, 3, 2, 0x96, 1)).toEqual([2n, 150n])
    expect(dims(0x08, 2, 0x0a, 2, 3, 4, 0x08, 5)).toEqual([2n, 3n, 4n, 5n])
    const floats = (...data: number[]) => [...readOnnxTensor(bytes(data)).floatData]
    expect(floats(0x22, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40)).toEqual([1, 2])
    expect(floats(0x25, 0, 0, 0x80, 0x3f, 0x25, 0, 0, 0, 0x40)).toEqual([1, 2])
  })

  it('reads negative and very large numbers', () => {
    const numbers = [-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n]
    const tensor = onnxMessage('TensorProto', {
      int64Data: BigInt64Array.from(numbers),
      uint64Data: BigUint64Array.of(2n ** 64n - 1n),
      int32Data: Int32Array.of(-(2 ** 31), -1, 2 ** 31 - 1),
      floatData: Float32Array.of(-0, Number.NaN, Number.POSITIVE_INFINITY),
      doubleData: Float64Array.of(Number.MIN_VALUE),
    })
    expect(readOnnxTensor(writeOnnxTensor(tensor))).toEqual(tensor)
  })

  it('gives raw data as views, not as copies', () => {
    const file = writeOnnx(model({ initializer: [floats('w', [2], [1, 2])] }))
    const raw = readOnnx(file).graph?.initializer[0]?.rawData
    expect(raw?.buffer).toBe(file.buffer)
    expect(raw?.constructor).toBe(Uint8Array)
    expect(readOnnx(Buffer.from(file)).graph?.initializer[0]?.rawData?.constructor).toBe(Uint8Array)
  })

  it('keeps fields that it does not know, and writes them back', () => {
    // Number 99 as a varint, as 8 bytes, as a block and as 4 bytes.
    const unknown = bytes(
      [0x98, 6, 0x96, 1, 0x99, 6, 1, 2, 3, 4, 5, 6, 7, 8, 0x9a, 6, 2],
      'hi',
      [0x9d, 6, 1, 2, 3, 4],
    )
    const file = bytes(0x08, 8, [...unknown])
    expect(readOnnx(file).unknownFields).toHaveLength(4)
    expect(Buffer.from(writeOnnx(readOnnx(file))).equals(file)).toBe(true)
  })

  it('keeps the last of values that exclude each other', () => {
    const type = bytes(0x3a, 11, 0x5a, 9, 0x12, 7, 0x0a, 5, 0x12, 3, 0x0a, 1, 0x0a)
    expect(refusal(() => readOnnx(type)).code).toBe('MODEL_INVALID')
    // Dimension { dim_value 5, dim_param "N" } in graph.input.type.tensor_type.shape.dim.
    const dimension = [0x0a, 5, 0x08, 5, 0x12, 1, 0x4e]
    const wrap = (tag: number, inner: number[]) => [tag, inner.length, ...inner]
    const graph = wrap(0x3a, wrap(0x5a, wrap(0x12, wrap(0x0a, wrap(0x12, dimension)))))
    const [dim] = readOnnx(bytes(graph)).graph?.input[0]?.type?.tensorType?.shape?.dim ?? []
    expect(dim).toEqual({ dimParam: 'N' })
  })

  it.each([
    ['a message that ends too early', [0x3a, 5, 0x12, 1], 'graph', 'a length of 5'],
    ['a message given twice', [0x3a, 0, 0x3a, 0], 'graph', 'a second one'],
    ['text that is not UTF-8', [0x12, 2, 0xc3, 0x28], 'producerName', 'other bytes'],
    ['a number where text belongs', [0x10, 5], 'producerName', '0'],
    ['a number that never ends', [0x08, ...Array<number>(11).fill(0xff)], 'irVersion', 'invalid varint'],
    ['a field number of 0', [0x00, 1], 'field 0', '0'],
    ['a group', [0x0b, 0x0c], 'irVersion', '3'],
    ['a group that is not known', [0x9b, 6, 0x9c, 6], 'field 99', '3'],
    ['floats that are cut', [0x3a, 7, 0x2a, 5, 0x22, 3, 0, 0, 0], 'graph.initializer[0].floatData', '3'],
    ['a field longer than its message', [0x3a, 3, 0x12, 5, 0x61, 1, 1, 1, 1], 'graph.name', 'a length of 5'],
  ])('refuses %s', (_, data, place, found) => {
    const error = refusal(() => readOnnx(bytes(data), 'x.onnx'))
    expect(error.code).toBe('MODEL_INVALID')
    expect(error.message).toContain(`x.onnx is truncated or corrupt at ${place} (byte `)
    expect(error.found).toContain(found)
  })

  it('refuses messages that are nested without end, in little time', () => {
    let nested: number[] = []
    const length = (size: number) => (size < 128 ? [size] : [(size & 127) | 128, size >> 7])
    for (let depth = 0; depth < 40; depth++) {
      // graph ⊃ node ⊃ attribute ⊃ graph …
      for (const tag of [0x32, 0x2a, 0x0a]) nested = [tag, ...length(nested.length), ...nested]
    }
    const error = refusal(() => readOnnx(bytes([0x3a, ...length(nested.length), ...nested])))
    expect(error).toMatchObject({ code: 'MODEL_INVALID', expected: 'at most 100 messages inside each other' })
  })
})

describe('writeOnnx', () => {
  it('gives bytes that read back equal', () => {
    const written = classifier()
    expect(readOnnx(writeOnnx(written))).toEqual(written)
  })

  it.each([
    ['a number as text', { producerName: 5 }, 'producerName'],
    ['half a surrogate pair', { producerName: 'a\ud800' }, 'producerName'],
    ['a number beyond 64 bits', { irVersion: 2n ** 63n }, 'irVersion'],
    ['a number for a bigint', { irVersion: 8 }, 'irVersion'],
    ['something that is not a list', { functions: {} }, 'functions'],
  ])('refuses %s', (_, fields, place) => {
    const broken = Object.assign(classifier(), fields)
    const error = refusal(() => writeOnnx(broken))
    expect(error.code).toBe('INVALID_ARGUMENT')
    expect(error.summary).toContain(`: ${place} `)
  })

  it('refuses a model that contains itself', () => {
    const loop = node('If', [], [])
    const graph = onnxMessage('GraphProto', { node: [loop] })
    Object.assign(loop, { attribute: [onnxMessage('AttributeProto', { name: 'then_branch', g: graph })] })
    expect(refusal(() => writeOnnx(model({ node: [loop] }))).code).toBe('INVALID_ARGUMENT')
  })
})

describe('onnxTensor', () => {
  it('refuses data that do not fit the shape', () => {
    expect(refusal(() => onnxTensor('w', 'float32', [2, 2], new Uint8Array(15)))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      expected: '16 bytes for float32 of shape [2, 2]',
      found: '15',
    })
    expect(onnxTensor('w', 'int4', [3], new Uint8Array(2)).rawData).toHaveLength(2)
    expect(value('x', [1]).name).toBe('x')
  })
})
