import { describe, expect, it } from 'vitest'
import { planSchema } from '../../src/flatbuffer/plan.js'
import { writeFlatBuffer } from '../../src/flatbuffer/write.js'
import {
  editTflite,
  enumName,
  enumValue,
  makeTable,
  readAssociatedFiles,
  readTflite,
  type TfliteModel,
  validateTflite,
  writeMetadata,
  writeTflite,
} from '../../src/tflite/index.js'
import { TFLITE_SCHEMA } from '../../src/tflite/schema/schema.js'
import { convolution, tinyModel } from './tiny-models.js'

const model = tinyModel(convolution)

/** Where the bytes of each buffer lie in a file. */
function places(file: Uint8Array): readonly number[] {
  return (readTflite(file).buffers ?? []).flatMap(({ data }) =>
    data === undefined ? [] : [data.byteOffset - file.byteOffset],
  )
}

describe('writeTflite', () => {
  it('writes the identifier, and data at multiples of 16 bytes', () => {
    const file = writeTflite(model)
    expect(Buffer.from(file.subarray(4, 8)).toString()).toBe('TFL3')
    expect(places(file)).toHaveLength(2)
    for (const place of places(file)) expect(place % 16).toBe(0)
    expect(file.byteOffset % 16).toBe(0)
  })

  it('writes what is one object in several places once', () => {
    const data = new Uint8Array(5000)
    const buffers = Array.from({ length: 10 }, () => makeTable('Buffer', { data }))
    const file = writeTflite({ ...model, buffers })
    expect(file.length).toBeLessThan(10_000)
    expect(new Set(readTflite(file).buffers?.map((buffer) => buffer.data)).size).toBe(1)
  })

  it('keeps what is there and empty apart from what is not there', () => {
    const buffers = [makeTable('Buffer', {}), makeTable('Buffer', { data: new Uint8Array(0) })]
    const again = readTflite(writeTflite({ ...model, buffers, signatureDefs: [], metadata: undefined }))
    expect(again.buffers).toEqual(buffers)
    expect(again.signatureDefs).toEqual([])
    expect(again.metadata).toBeUndefined()
  })

  it('keeps a union of which a file has only the tag, and a negative zero', () => {
    const operator = makeTable('Operator', { builtinOptions: { type: 'LeakyReluOptions', value: undefined } })
    const other = makeTable('Operator', {
      builtinOptions: { type: 'LeakyReluOptions', value: makeTable('LeakyReluOptions', { alpha: -0 }) },
    })
    const graph = makeTable('SubGraph', { operators: [operator, other] })
    const again = readTflite(writeTflite({ ...model, subgraphs: [graph] }))
    expect(again.subgraphs).toEqual([graph])
  })

  it('puts data behind the FlatBuffer whose offset says so, and the zip archive behind them', () => {
    const outside: TfliteModel = {
      ...model,
      buffers: model.buffers?.map((buffer) => ({ ...buffer, offset: buffer.data === undefined ? 0n : 2n })),
      subgraphs: model.subgraphs?.map((graph) => ({
        ...graph,
        operators: graph.operators?.map((operator) => ({
          ...operator,
          customOptions: Uint8Array.of(1, 2, 3),
          largeCustomOptionsOffset: 2n,
        })),
      })),
    }
    const file = writeTflite(outside)
    const again = readTflite(file)
    expect(again.buffers?.map(({ data }) => data)).toEqual(model.buffers?.map(({ data }) => data))
    expect(again.subgraphs?.[0]?.operators?.map(({ customOptions }) => [...(customOptions ?? [])])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    for (const { data, offset, size } of again.buffers ?? []) {
      expect(Number(offset) % 16).toBe(0)
      expect(Number(size)).toBe(data?.length ?? 0)
    }
    const described = writeMetadata(file, { outputs: [{ labels: ['a', 'b', 'c'] }] })
    expect(
      readTflite(described)
        .buffers?.slice(0, 3)
        .map(({ data }) => data),
    ).toEqual(model.buffers?.map(({ data }) => data))
    expect([...readAssociatedFiles(described).keys()]).toEqual(['labels.txt'])
  })

  it('refuses more than 2 GB inside the FlatBuffer, and says what to do', () => {
    const memory = new Uint8Array(1024 * 1024)
    const data = Array.from({ length: 2048 }, () => memory.subarray(0))
    const buffers = data.map((entry) => makeTable('Buffer', { data: entry }))
    expect(() => writeTflite({ ...model, buffers })).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        remedy: expect.stringContaining('offset'),
      }),
    )
  })

  it.each([
    ['a number out of range', { version: -1 }, 'version', 'a whole number from 0 to 4294967295'],
    ['a number that is not whole', { version: 1.5 }, 'version', 'a whole number'],
    ['text in the place of a number', { version: '3' }, 'version', 'a whole number'],
    ['a list in the place of a typed array', { metadataBuffer: [1] }, 'metadataBuffer', 'a vector of int'],
    [
      'a field that the table does not have',
      { versoin: 3 },
      'its root',
      'only the fields of the table Model',
    ],
    ['a table in the place of a list', { operatorCodes: {} }, 'operatorCodes', 'an array'],
    ['nothing in the place of a table', { operatorCodes: [undefined] }, 'operatorCodes.0', 'an object'],
  ])('refuses %s', (_, fields, place, expected) => {
    const wrong: TfliteModel = Object.assign({}, model, fields)
    expect(() => writeTflite(wrong)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        summary: expect.stringContaining(place),
        expected: expect.stringContaining(expected),
      }),
    )
  })
})

describe('readTflite', () => {
  it('reads a file from memory that is not aligned', () => {
    const file = writeTflite(model)
    const shifted = new Uint8Array(file.length + 1)
    shifted.set(file, 1)
    expect(readTflite(shifted.subarray(1))).toEqual(readTflite(file))
    expect(readTflite(Buffer.from(file))).toEqual(readTflite(file))
  })

  it('does not copy weights', () => {
    const file = writeTflite(model)
    expect(readTflite(file).buffers?.[1]?.data?.buffer).toBe(file.buffer)
  })

  it('refuses fields that it does not know, unless they may be ignored', () => {
    const { tables } = TFLITE_SCHEMA
    const future = planSchema({
      ...TFLITE_SCHEMA,
      tables: { ...tables, Model: { ...tables.Model, future: [10, 'int'] } },
    })
    const file = writeFlatBuffer({ ...model, future: 5 }, future, { source: 'a model of the future' })
    expect(() => readTflite(file)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', found: 'field 10 of the table Model' }),
    )
    expect(readTflite(file, { unknownFields: 'ignore' })).toEqual(readTflite(writeTflite(model)))
    expect(() => validateTflite(file)).not.toThrow()
  })
})

describe('editTflite', () => {
  it('keeps the files behind a model', () => {
    const described = writeMetadata(writeTflite(model), { outputs: [{ labels: ['a', 'b', 'c'] }] })
    const edited = editTflite(described, (before) => ({ ...before, description: 'edited' }))
    expect(readTflite(edited).description).toBe('edited')
    expect([...readAssociatedFiles(edited).keys()]).toEqual(['labels.txt'])
  })
})

describe('enums', () => {
  it('are names of numbers', () => {
    expect(enumName('TensorType', 9)).toBe('INT8')
    expect(enumName('TensorType', 99)).toBeUndefined()
    expect(enumValue('BuiltinOperator', 'CONV_2D')).toBe(3)
  })
})
