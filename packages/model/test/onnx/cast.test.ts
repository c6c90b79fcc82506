import { describe, expect, it } from 'vitest'
import {
  castOnnxToHalf,
  type GraphProto,
  type ModelProto,
  onnxDataType,
  onnxMessage,
  onnxTensor,
  validateOnnx,
} from '../../src/onnx/index.js'
import { classifier, floats, graph, integers, model, node, value } from './tiny-models.js'

function cast(given: ModelProto, options: Parameters<typeof castOnnxToHalf>[1] = {}) {
  const result = castOnnxToHalf(given, options)
  validateOnnx(result.model)
  return result
}

const operators = ({ graph: main }: ModelProto): string =>
  (main?.node ?? []).map(({ opType }) => opType).join(' ')
const typeNames = (list: GraphProto['initializer'] = []): string[] =>
  list.map(({ name, dataType }) => `${name} ${onnxDataType(dataType)?.name}`)
const attribute = (name: string, fields: Parameters<typeof onnxMessage<'AttributeProto'>>[1]) =>
  onnxMessage('AttributeProto', { name, ...fields })

describe('a model that is cast', () => {
  it('computes in 16 bits between the same inputs and outputs', () => {
    const given = classifier('batch')
    const { model: made, kept } = cast(given)
    expect(operators(made)).toBe('Cast Conv Relu GlobalAveragePool Flatten MatMul Cast')
    expect(typeNames(made.graph?.initializer)).toEqual(['kernel float16', 'bias float16', 'weights float16'])
    expect([made.graph?.input, made.graph?.output]).toEqual([given.graph?.input, given.graph?.output])
    expect(kept).toEqual([])
  })

  it('has value_info of its types', () => {
    const given = classifier()
    const hidden = [value('active', [1, 3, 4, 4]), value('image', [1, 2, 8, 8]), value('bias', [3])]
    const { graph: made } = cast({ ...given, graph: graph({ ...given.graph, valueInfo: hidden }) }).model
    expect(made?.valueInfo.map(({ type }) => onnxDataType(type?.tensorType?.elemType)?.name)).toEqual([
      'float16',
      'float32',
      'float16',
    ])
  })

  it('keeps what was asked for, by the name of a node or of an operator', () => {
    const byOperator = cast(classifier(), { keep: ['Relu'] })
    expect(operators(byOperator.model)).toBe('Cast Conv Cast Relu Cast GlobalAveragePool Flatten MatMul Cast')
    expect(byOperator.kept).toEqual([{ name: 'Relu of active', operator: 'Relu', why: 'it was asked for' }])
    // Its weights are wanted as they are, and so are not rounded.
    const byName = cast(classifier(), { keep: ['MatMul of scores'] })
    expect(typeNames(byName.model.graph?.initializer)).toContain('weights_float32 float32')
  })

  it('gives each reader of a constant the form that it takes', () => {
    const given = model({
      input: [value('x', [1, 1, 2, 2])],
      output: [value('y', ['n', 'c', 'h', 'w'])],
      initializer: [floats('four', [4], [1, 1, 2, 2])],
      node: [
        node('Resize', ['x', '', 'four'], ['large']),
        node('Constant', [], ['scale'], [attribute('value_float', { type: 1, f: 0.1 })]),
        node('Mul', ['large', 'scale'], ['scaled']),
        node('Reshape', ['four', 'shape'], ['column']),
        node('Mul', ['scaled', 'column'], ['y']),
      ],
    })
    const shape = integers('shape', [4n, 1n, 1n, 1n])
    const whole = {
      ...given,
      graph: graph({ ...given.graph, initializer: [floats('four', [4], [1, 1, 2, 2]), shape] }),
    }
    const { model: made } = cast(whole)
    expect(typeNames(made.graph?.initializer)).toEqual([
      'four_float32 float32',
      'four float16',
      'shape int64',
    ])
    expect(made.graph?.node.find(({ opType }) => opType === 'Resize')?.input).toEqual([
      'x_float16',
      '',
      'four_float32',
    ])
  })

  it('computes with sizes in float32', () => {
    const given = model({
      input: [value('x', ['n', 4])],
      output: [value('y', ['n', 4])],
      initializer: [floats('two', [], [2])],
      node: [
        node('Shape', ['x'], ['shape']),
        node('Cast', ['shape'], ['sizes'], [attribute('to', { type: 2, i: 1n })]),
        node('Mul', ['sizes', 'two'], ['doubled']),
        node('ReduceMax', ['doubled'], ['most'], [attribute('keepdims', { type: 2, i: 0n })]),
        node('Div', ['x', 'most'], ['y']),
      ],
    })
    const { model: made, kept } = cast(given)
    expect(kept.map(({ operator }) => operator)).toEqual(['Cast', 'Mul', 'ReduceMax'])
    expect(operators(made)).toBe('Shape Cast Mul ReduceMax Cast Cast Div Cast')
    expect(typeNames(made.graph?.initializer)).toEqual(['two_float32 float32'])
  })

  it('counts weights that 16 bits do not hold', () => {
    const values = [1e5, -65520, 65519, 1e-9, -1e-30, 0, Number.POSITIVE_INFINITY, Number.NaN]
    const given = model({
      input: [value('x', [8])],
      output: [value('y', [8])],
      initializer: [floats('w', [8], values)],
      node: [node('Add', ['x', 'w'], ['y'])],
    })
    const { model: made, clamped, raised } = cast(given)
    expect({ clamped, raised }).toEqual({ clamped: 2, raised: 2 })
    const bytes = made.graph?.initializer[0]?.rawData ?? new Uint8Array()
    expect([...new Uint16Array(bytes.slice().buffer)].map((bits) => bits.toString(16))).toEqual([
      '7bff',
      'fbff',
      '7bff',
      '1',
      '8001',
      '0',
      '7c00',
      '7e00',
    ])
    const brain = cast(given, { type: 'bfloat16' })
    expect([brain.clamped, brain.raised]).toEqual([0, 0])
    const brainBytes = brain.model.graph?.initializer[0]?.rawData?.slice() ?? new Uint8Array()
    // 100,000 is 0x47c35000: the nearest that has its upper half alone.
    expect(new Uint16Array(brainBytes.buffer)[0]).toBe(0x47c3)
  })

  it('of the format’s first versions has constants that are no inputs', () => {
    const given = classifier()
    const inputs = [value('image', [1, 2, 8, 8]), value('bias', [3])]
    const old = { ...given, irVersion: 3n, graph: graph({ ...given.graph, input: inputs }) }
    const { model: made } = cast(old)
    expect(made.irVersion).toBe(4n)
    expect(made.graph?.input.map(({ name }) => name)).toEqual(['image'])
    const { graph: later } = cast({ ...old, irVersion: 8n }).model
    // There, whoever runs the model may give another bias.
    expect(later?.input).toEqual(inputs)
    expect(typeNames(later?.initializer)).toContain('bias float32')
  })
})

describe('a model that cannot be cast', () => {
  const x = value('x', [1])
  const y = value('y', [1])
  const one = (...nodes: GraphProto['node']): ModelProto => model({ input: [x], output: [y], node: nodes })
  const strange = onnxMessage('NodeProto', {
    opType: 'Strange',
    domain: 'somewhere',
    input: ['x'],
    output: ['t'],
  })
  const opsetImport = ['', 'somewhere'].map((domain) =>
    onnxMessage('OperatorSetIdProto', { domain, version: 21n }),
  )

  it.each<[string, ModelProto, string, string]>([
    [
      'since it is quantized',
      {
        ...classifier(),
        graph: graph({
          ...classifier().graph,
          node: [node('QuantizeLinear', ['image', 'bias'], ['scores'])],
        }),
      },
      'MODEL_UNSUPPORTED',
      'QuantizeLinear',
    ],
    [
      'since nobody knows what a strange operator gives',
      { ...one(strange, node('Relu', ['t'], ['y'])), opsetImport },
      'MODEL_UNSUPPORTED',
      '"t"',
    ],
    [
      'since its operators are too old',
      {
        ...one(node('Relu', ['x'], ['y'])),
        opsetImport: [onnxMessage('OperatorSetIdProto', { version: 5n })],
      },
      'MODEL_UNSUPPORTED',
      'version 6',
    ],
    ['since it is none', one(node('Relu', ['nothing'], ['y'])), 'MODEL_INVALID', 'nothing'],
  ])('%s', (_, given, code, said) => {
    expect(() => castOnnxToHalf(given)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(said) }),
    )
  })

  it('since nothing has the name that is to be kept', () => {
    expect(() => castOnnxToHalf(classifier(), { keep: ['Softmax'] })).toThrow(/"Softmax"/)
  })

  it('since its data are elsewhere', () => {
    const away = onnxMessage('TensorProto', {
      name: 'w',
      dataType: 1,
      dims: BigInt64Array.of(1n),
      dataLocation: 1,
      externalData: [onnxMessage('StringStringEntryProto', { key: 'location', value: 'w.bin' })],
    })
    const given = model({
      input: [x],
      output: [y],
      initializer: [away],
      node: [node('Add', ['x', 'w'], ['y'])],
    })
    expect(() => castOnnxToHalf(given)).toThrow(/loadExternalData/)
  })

  it('unless the strange operator’s values are declared', () => {
    const given = { ...one(strange, node('Relu', ['t'], ['y'])), opsetImport }
    const declared = { ...given, graph: graph({ ...given.graph, valueInfo: [value('t', [1])] }) }
    expect(operators(cast(declared).model)).toBe('Strange Cast Relu Cast')
  })
})

describe('rounding', () => {
  it('gives every number of float16 as itself, and what lies between two to the nearer, or to the even one', () => {
    const patterns = Array.from({ length: 0x7c00 }, (_, bits) => bits)
    const exact = patterns.map(numberOf)
    const between = patterns.slice(1).map((bits) => (numberOf(bits) + numberOf(bits - 1)) / 2)
    const below = between.map((middle) => middle * (1 - 2 ** -20))
    const above = between.map((middle) => middle * (1 + 2 ** -20))
    expect(halves(exact)).toEqual(patterns)
    // Nothing becomes 0 that was not.
    expect(halves(between)).toEqual(patterns.slice(1).map((bits) => Math.max(1, bits - (bits % 2))))
    expect(halves(below)).toEqual(patterns.slice(1).map((bits) => Math.max(1, bits - 1)))
    expect(halves(above)).toEqual(patterns.slice(1))
  })

  /** IEEE 754's own words: sign, exponent, fraction. */
  function numberOf(bits: number): number {
    const [exponent, fraction] = [bits >>> 10, bits & 0x3ff]
    return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
  }

  function halves(values: readonly number[]): number[] {
    const tensor = onnxTensor(
      'w',
      'float32',
      [values.length],
      new Uint8Array(Float32Array.from(values).buffer),
    )
    const { model: made } = cast(
      model({
        input: [value('x', [1])],
        output: [value('y', ['n'])],
        initializer: [tensor],
        node: [node('Add', ['x', 'w'], ['y'])],
      }),
    )
    return [...new Uint16Array(made.graph?.initializer[0]?.rawData?.slice().buffer ?? new ArrayBuffer(0))]
  }
})
