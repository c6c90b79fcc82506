import { describe, expect, it } from 'vitest'
import { checkModelHeader, identifyModel } from '../../src/index.js'
import {
  exposeOnnxTensors,
  inspectOnnx,
  readOnnx,
  readOnnxTensor,
  validateOnnx,
} from '../../src/onnx/index.js'
import {
  appendAssociatedFiles,
  editTflite,
  exposeTensors,
  inspectTflite,
  makeTable,
  readAssociatedFiles,
  readMetadata,
  readMetadataTable,
  readTflite,
  validateTflite,
  validateTfliteModel,
  writeMetadata,
  writeTflite,
} from '../../src/tflite/index.js'
import { convolution, tinyModel } from './tiny-models.js'

const model = tinyModel(convolution)
const bytes = writeTflite(model)

describe('options', () => {
  const misspelt: object = { sauce: 'a.tflite' }

  it.each([
    ['readTflite', () => readTflite(bytes, misspelt)],
    ['validateTflite', () => validateTflite(bytes, misspelt)],
    ['validateTfliteModel', () => validateTfliteModel(model, misspelt)],
    ['readAssociatedFiles', () => readAssociatedFiles(bytes, misspelt)],
  ])('of %s that are misspelt are refused', (of, act) => {
    expect(act).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: `${of} has no option "sauce"` }),
    )
  })
})

/** Calls a function as JavaScript does, which knows no types. */
function call(of: (...given: never[]) => unknown, ...given: readonly unknown[]): () => unknown {
  return () => Reflect.apply(of, undefined, given)
}

const refused = {
  code: 'INVALID_ARGUMENT',
  summary: expect.any(String),
  expected: expect.any(String),
  found: expect.any(String),
}

describe('what is not the bytes of a model', () => {
  it.each([
    readTflite,
    validateTflite,
    readMetadata,
    writeMetadata,
    readAssociatedFiles,
    appendAssociatedFiles,
    readOnnx,
    readOnnxTensor,
    identifyModel,
    checkModelHeader,
  ])('is refused by $name', (of) => {
    for (const given of [
      'model.tflite',
      new URL('file:///model.tflite'),
      undefined,
      null,
      5,
      model,
      new ArrayBuffer(8),
    ]) {
      expect(call(of, given, {})).toThrow(expect.objectContaining(refused))
    }
    expect(call(of, 'model.tflite', {})).toThrow(/found "model.tflite". Read the file first/)
  })

  it('is refused by editTflite', () => {
    expect(call(editTflite, 'model.tflite', () => model)).toThrow(expect.objectContaining(refused))
  })
})

describe('what is not a model that was read', () => {
  it.each([
    inspectTflite,
    exposeTensors,
    writeTflite,
    readMetadataTable,
    validateTfliteModel,
    inspectOnnx,
    validateOnnx,
    exposeOnnxTensors,
  ])('is refused by $name', (of) => {
    for (const given of [bytes, 'model.tflite', undefined, null, {}, Promise.resolve(model)]) {
      expect(call(of, given)).toThrow(expect.objectContaining(refused))
    }
  })
})

describe('what is not an edit', () => {
  it.each([
    ['a function that returns nothing', () => undefined, 'undefined'],
    ['a function that returns a promise', async () => model, 'an object (Promise)'],
    ['a function that returns bytes', () => bytes, `${bytes.length} bytes`],
    ['nothing', undefined, 'undefined'],
  ])('is refused: %s', (_, edit, found) => {
    expect(call(editTflite, bytes, edit)).toThrow(expect.objectContaining({ ...refused, found }))
  })
})

describe('names of tensors', () => {
  it.each([exposeTensors, exposeOnnxTensors])('are refused where they are no list of names: $name', (of) => {
    const given = of === exposeTensors ? model : readOnnx(new Uint8Array(0))
    for (const names of ['sum', undefined, [5]]) {
      expect(call(of, given, names)).toThrow(
        expect.objectContaining({ ...refused, summary: 'the names of tensors are not a list of strings' }),
      )
    }
  })
})

describe('messages', () => {
  const header = Buffer.from([16, 0, 0, 0, ...Buffer.from('TFL3'), 0, 0])

  it('call what is in memory a model', () => {
    const source = '(10 bytes in memory)'
    const notValid = { ...model, version: 2 }
    for (const act of [
      () => readTflite(header, { source }),
      () => validateTflite(header, { source }),
      () => validateTfliteModel(notValid, { source }),
      () => checkModelHeader(header, 10, source),
      () => checkModelHeader(Buffer.from('<html></html>'), 10, source),
    ]) {
      expect(act).toThrow(/^the model \(10 bytes in memory\) is /)
    }
    expect(() => readTflite(header, { source: 'a.tflite' })).toThrow(/^a\.tflite is /)
  })

  it('say how short a file is', () => {
    for (const act of [() => readTflite(header), () => checkModelHeader(header, 10, 'a.tflite')]) {
      expect(act).toThrow(
        expect.objectContaining({ expected: 'at least 12 bytes', found: expect.stringMatching(/^10 bytes/) }),
      )
    }
    expect(() => checkModelHeader(header, 18, 'a.tflite')).toThrow(/between byte 8 and byte 14/)
  })

  it('name the tensors that come nearest, of many', () => {
    const names = ['block_1/add', 'block_2/add', 'block_3/add', 'head/Mean', 'head/Mean/axis', 'head/Softmax']
    const tensors = names.map((name) => makeTable('Tensor', { name, shape: Int32Array.of(1) }))
    const operators = names.map((_, at) => makeTable('Operator', { outputs: Int32Array.of(at) }))
    const many = { ...model, subgraphs: [makeTable('SubGraph', { tensors, operators })] }
    const expected = (name: string): unknown =>
      expect.objectContaining({
        code: 'TENSOR_NOT_FOUND',
        expected: expect.stringMatching(`^one of 6, perhaps ${name} or `),
      })
    expect(() => exposeTensors(many, ['Mean'])).toThrow(expected('head/Mean'))
    expect(() => exposeTensors(many, ['blok_2/Add'])).toThrow(expected('block_2/add'))
  })
})
