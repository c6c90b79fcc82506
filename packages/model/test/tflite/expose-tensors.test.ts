import { describe, expect, it } from 'vitest'
import {
  exposeTensors,
  makeTable,
  type TfliteModel,
  validateTflite,
  writeTflite,
} from '../../src/tflite/index.js'
import { convolution, tinyModel } from './tiny-models.js'

const model: TfliteModel = {
  ...tinyModel(convolution),
  signatureDefs: [
    makeTable('SignatureDef', {
      signatureKey: 'serve',
      outputs: [makeTable('TensorMap', { name: 'features', tensorIndex: 4 })],
    }),
    makeTable('SignatureDef', { signatureKey: 'other', subgraphIndex: 1 }),
  ],
}

describe('exposeTensors', () => {
  it('adds outputs after those that there are, and to signatures of the graph', () => {
    const exposed = exposeTensors(model, ['features'])
    expect(exposed.subgraphs?.[0]?.outputs).toEqual(Int32Array.of(4, 3))
    expect(exposed.signatureDefs?.[0]?.outputs?.map(({ name, tensorIndex }) => [name, tensorIndex])).toEqual([
      ['features', 4],
      ['features:1', 3],
    ])
    expect(exposed.signatureDefs?.[1]).toBe(model.signatureDefs?.[1])
    expect(model.subgraphs?.[0]?.outputs).toEqual(Int32Array.of(4))
    expect(() =>
      validateTflite(writeTflite(exposeTensors(tinyModel(convolution), ['features']))),
    ).not.toThrow()
  })

  it('leaves outputs where they are, and takes a name twice for once', () => {
    expect(exposeTensors(model, ['sum', 'features', 'features']).subgraphs?.[0]?.outputs).toEqual(
      Int32Array.of(4, 3),
    )
  })

  it.each([
    ['a name that no tensor has', ['nothing'], 'TENSOR_NOT_FOUND', 'one of features, sum'],
    ['an input', ['image'], 'INVALID_ARGUMENT', 'the result of an operator'],
    ['a constant', ['bias'], 'INVALID_ARGUMENT', 'the result of an operator'],
    ['more than 64 names', Array.from({ length: 65 }, (_, at) => `t${at}`), 'INVALID_ARGUMENT', 'at most 64'],
  ])('refuses %s', (_, names, code, expected) => {
    expect(() => exposeTensors(model, names)).toThrow(expect.objectContaining({ code, expected }))
  })

  it('refuses a name that two tensors have', () => {
    const graph = model.subgraphs?.[0]
    const tensors = graph?.tensors?.map((tensor) => ({ ...tensor, name: 'same' }))
    const twins = { ...model, subgraphs: model.subgraphs?.map((entry) => ({ ...entry, tensors })) }
    expect(() => exposeTensors(twins, ['same'])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', expected: 'a name that one tensor has' }),
    )
  })
})
