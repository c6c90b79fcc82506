import { describe, expect, it } from 'vitest'
import {
  type GraphProto,
  type ModelProto,
  onnxMessage,
  type TensorProto,
  validateOnnx,
} from '../../src/onnx/index.js'
import { classifier, floats, graph, integers, model, node, value } from './tiny-models.js'

const x = value('x', [1])
const y = value('y', [1])
const relu = node('Relu', ['x'], ['y'])
const good = { input: [x], output: [y], node: [relu] }

const tensor = (fields: Partial<TensorProto>): Partial<GraphProto> => ({
  ...good,
  initializer: [onnxMessage('TensorProto', { name: 'w', dataType: 1, ...fields })],
})
const attribute = (fields: Parameters<typeof onnxMessage<'AttributeProto'>>[1]): Partial<GraphProto> => ({
  ...good,
  node: [node('Relu', ['x'], ['y'], [onnxMessage('AttributeProto', { name: 'a', ...fields })])],
})
const external = (entries: Record<string, string>, fields: Partial<TensorProto> = {}): Partial<GraphProto> =>
  tensor({
    dims: BigInt64Array.of(4n),
    dataLocation: 1,
    externalData: Object.entries(entries).map(([key, text]) =>
      onnxMessage('StringStringEntryProto', { key, value: text }),
    ),
    ...fields,
  })
const branch = (...nodes: ReturnType<typeof node>[]): GraphProto =>
  graph({ node: nodes, output: [value('r', [1])] })
const conditional = (
  then: GraphProto,
  others: readonly ReturnType<typeof node>[] = [],
): Partial<GraphProto> => ({
  ...good,
  node: [
    node('If', ['x'], ['y'], [onnxMessage('AttributeProto', { name: 'then_branch', type: 5, g: then })]),
    ...others,
  ],
})

describe('validateOnnx accepts', () => {
  it.each<[string, Partial<GraphProto>]>([
    ['a small network', classifier().graph ?? {}],
    ['an input left out', { ...good, node: [node('Clip', ['x', '', 'x'], ['y'])] }],
    ['an output left out', { ...good, node: [node('Dropout', ['x'], ['y', ''])] }],
    ['an initializer as the default of an input', { ...good, initializer: [floats('x', [1], [1])] }],
    ['a branch that uses names around it', conditional(branch(node('Neg', ['x'], ['r'])))],
    ['no data for no elements', tensor({ dims: BigInt64Array.of(0n, 3n) })],
    ['int4 two to a byte', tensor({ dims: BigInt64Array.of(3n), dataType: 22, rawData: new Uint8Array(2) })],
    [
      'half floats in int32Data',
      tensor({ dims: BigInt64Array.of(1n), dataType: 10, int32Data: Int32Array.of(1) }),
    ],
    ['data beside the model', external({ location: 'weights/w.bin', offset: '4096', length: '16' })],
  ])('%s', (_, fields) => {
    expect(() => validateOnnx(model(fields))).not.toThrow()
  })
})

describe('validateOnnx refuses', () => {
  it.each<[string, Partial<GraphProto>, string, string]>([
    [
      'a name that nothing has',
      { ...good, node: [node('Relu', ['z'], ['y'])] },
      'graph.node[0] ("Relu of y").input[0]',
      'nothing has the name "z"',
    ],
    [
      'use before computation',
      { ...good, node: [node('Relu', ['t'], ['y']), node('Neg', ['x'], ['t'])] },
      'input[0]',
      'used before it is computed',
    ],
    [
      'a cycle',
      { ...good, node: [node('Add', ['x', 'y'], ['y'])] },
      'input[1]',
      'used before it is computed',
    ],
    [
      'one name for two outputs',
      { ...good, node: [relu, relu] },
      'graph.node[1] ("Relu of y").output[0]',
      '"y" is given twice',
    ],
    [
      'an output named as an input',
      { ...good, node: [node('Relu', ['x'], ['x'])] },
      'output[0]',
      'given twice',
    ],
    ['two inputs of one name', { ...good, input: [x, x] }, 'graph.input[1]', 'one name'],
    [
      'an output that nothing computes',
      { ...good, output: [value('q', [1])] },
      'graph.output[0]',
      'nothing computes',
    ],
    [
      'two initializers of one name',
      { ...good, initializer: [floats('w', [1], [1]), floats('w', [1], [1])] },
      'graph.initializer[1]',
      'one name',
    ],
    ['a node without operator', { ...good, node: [node('', ['x'], ['y'])] }, 'graph.node[0]', 'no operator'],
    [
      'too little data',
      tensor({ dims: BigInt64Array.of(2n), rawData: new Uint8Array(7) }),
      'graph.initializer[0] ("w")',
      'another amount of data',
    ],
    [
      'too much data',
      tensor({ dims: BigInt64Array.of(2n), floatData: new Float32Array(3) }),
      'graph.initializer[0]',
      'another amount of data',
    ],
    [
      'data in the wrong field',
      tensor({ dims: BigInt64Array.of(1n), int32Data: Int32Array.of(1) }),
      'graph.initializer[0]',
      'in the wrong field',
    ],
    [
      'data twice',
      tensor({ dims: BigInt64Array.of(1n), floatData: Float32Array.of(1), rawData: new Uint8Array(4) }),
      'graph.initializer[0]',
      'twice',
    ],
    [
      'a negative dimension',
      tensor({ dims: BigInt64Array.of(-1n) }),
      'graph.initializer[0]',
      'impossible dimensions',
    ],
    [
      'dimensions that overflow',
      tensor({ dims: BigInt64Array.of(2n ** 32n, 2n ** 32n) }),
      'graph.initializer[0]',
      'impossible dimensions',
    ],
    [
      'dimensions that overflow behind a zero',
      tensor({ dims: BigInt64Array.of(0n, 2n ** 62n, 2n ** 62n) }),
      'graph.initializer[0]',
      'impossible dimensions',
    ],
    ['a type that is none', tensor({ dataType: 99 }), 'graph.initializer[0]', 'no known type'],
    [
      'text as raw data',
      tensor({ dims: BigInt64Array.of(1n), dataType: 8, rawData: new Uint8Array(1) }),
      'graph.initializer[0]',
      'text as raw data',
    ],
    ['external data outside', external({ location: '../w.bin' }), 'graph.initializer[0]', 'not allowed'],
    ['external data at a root', external({ location: '/etc/passwd' }), 'graph.initializer[0]', 'not allowed'],
    ['external data at a drive', external({ location: 'C:\\w.bin' }), 'graph.initializer[0]', 'not allowed'],
    [
      'external data behind a backslash',
      external({ location: '..\\w.bin' }),
      'graph.initializer[0]',
      'not allowed',
    ],
    ['external data nowhere', external({}), 'graph.initializer[0]', 'not allowed'],
    ['a negative offset', external({ location: 'w', offset: '-1' }), 'graph.initializer[0]', 'not allowed'],
    [
      'another length than the shape’s',
      external({ location: 'w', length: '15' }),
      'graph.initializer[0]',
      'another amount',
    ],
    [
      'external data and raw data',
      external({ location: 'w' }, { rawData: new Uint8Array(16) }),
      'graph.initializer[0]',
      'twice',
    ],
    [
      'an attribute without type',
      attribute({ i: 1n }),
      'graph.node[0] ("Relu of y").attribute[0]',
      'no type',
    ],
    [
      'an attribute of another type',
      attribute({ type: 1, i: 1n }),
      'attribute[0] ("a")',
      'that its type does not',
    ],
    [
      'an attribute with two values',
      attribute({ type: 2, i: 1n, f: 1 }),
      'attribute[0]',
      'that its type does not',
    ],
    ['an attribute without a tensor', attribute({ type: 4 }), 'attribute[0]', 'no value'],
    ['an attribute of no known type', attribute({ type: 77 }), 'attribute[0]', 'not known'],
    ['a reference outside a function', attribute({ refAttrName: 'q' }), 'attribute[0]', 'of a function'],
    [
      'a tensor in an attribute',
      attribute({ type: 4, t: onnxMessage('TensorProto', { dataType: 1, dims: BigInt64Array.of(9n) }) }),
      'attribute[0].t',
      'another amount',
    ],
    [
      'a branch’s name used outside it',
      conditional(branch(node('Neg', ['x'], ['r'])), [node('Neg', ['r'], ['q'])]),
      'graph.node[1]',
      'nothing has the name "r"',
    ],
    [
      'a branch that hides a name',
      conditional(branch(node('Neg', ['x'], ['x']), node('Neg', ['x'], ['r']))),
      'attribute[0].g.node[0]',
      'given twice',
    ],
    [
      'a branch with a mistake',
      conditional(branch(node('Neg', ['nope'], ['r']))),
      'attribute[0].g.node[0]',
      'nothing has the name',
    ],
    [
      'an annotation of nothing',
      { ...good, quantizationAnnotation: [onnxMessage('TensorAnnotation', { tensorName: 'q' })] },
      'graph.quantizationAnnotation[0]',
      'not there',
    ],
    [
      'an input without type',
      { ...good, input: [onnxMessage('ValueInfoProto', { name: 'x' })] },
      'graph.input[0]',
      'no type',
    ],
    [
      'a size of -2',
      { ...good, input: [value('x', [-2])] },
      'graph.input[0].type.shape.dim[0]',
      'impossible',
    ],
  ])('%s', (_, fields, place, rule) => {
    const error = {
      code: 'MODEL_INVALID',
      summary: expect.stringMatching(/^the ONNX model is invalid at |^graph/),
    }
    expect(() => validateOnnx(model(fields))).toThrow(expect.objectContaining(error))
    expect(() => validateOnnx(model(fields))).toThrow(place)
    expect(() => validateOnnx(model(fields))).toThrow(rule)
  })

  const opset = (domain: string, version: bigint) => onnxMessage('OperatorSetIdProto', { domain, version })
  it.each<[string, Partial<ModelProto>, string]>([
    ['no IR version', { irVersion: 0n }, 'irVersion'],
    ['no operator sets', { opsetImport: [] }, 'opsetImport'],
    ['an operator set twice', { opsetImport: [opset('', 13n), opset('ai.onnx', 14n)] }, 'opsetImport[1]'],
    [
      'an operator set without version',
      { opsetImport: [onnxMessage('OperatorSetIdProto')] },
      'opsetImport[0]',
    ],
    ['an operator set that is not imported', { opsetImport: [opset('com.example', 1n)] }, 'graph.node[0]'],
    [
      'two values for a key',
      { metadataProps: ['a', 'a'].map((key) => onnxMessage('StringStringEntryProto', { key })) },
      'metadataProps[1]',
    ],
  ])('%s', (_, fields, place) => {
    expect(() => validateOnnx(model(good, fields))).toThrow(`invalid at ${place}`)
  })

  it('external data that end outside their file', () => {
    const broken = model(external({ location: 'w.bin', offset: '8', length: '16' }))
    expect(() => validateOnnx(broken, { externalFileBytes: new Map([['w.bin', 23]]) })).toThrow(
      'end outside w.bin',
    )
    expect(() => validateOnnx(broken, { externalFileBytes: new Map([['w.bin', 24]]) })).not.toThrow()
  })

  it('sparse tensors with indices outside their shape, or out of order', () => {
    const sparse = (indices: readonly bigint[], dims = [4n]): ModelProto =>
      model({
        ...good,
        sparseInitializer: [
          onnxMessage('SparseTensorProto', {
            values: floats('s', [2], [1, 2]),
            indices: integers('', indices),
            dims: BigInt64Array.from(dims),
          }),
        ],
      })
    expect(() => validateOnnx(sparse([1n, 3n]))).not.toThrow()
    expect(() => validateOnnx(sparse([1n, 4n]))).toThrow('outside the shape')
    expect(() => validateOnnx(sparse([3n, 1n]))).toThrow('out of order')
    expect(() => validateOnnx(sparse([1n, 1n]))).toThrow('out of order')
    expect(() => validateOnnx(sparse([-1n, 1n]))).toThrow('outside the shape')
    expect(() => validateOnnx(sparse([1n]))).toThrow('do not fit the values')
  })
})

describe('functions', () => {
  const opsetImport = [
    onnxMessage('OperatorSetIdProto', { domain: '', version: 21n }),
    onnxMessage('OperatorSetIdProto', { domain: 'me', version: 1n }),
  ]
  const call = (name: string, from: string, to: string) => ({ ...node(name, [from], [to]), domain: 'me' })
  const definition = (name: string, nodes: ReturnType<typeof node>[]) =>
    onnxMessage('FunctionProto', {
      name,
      domain: 'me',
      input: ['a'],
      output: ['b'],
      node: nodes,
      opsetImport,
    })
  const withFunctions = (...functions: ReturnType<typeof definition>[]) =>
    model({ ...good, node: [call('F0', 'x', 'y')] }, { opsetImport, functions })

  it('are accepted, and their mistakes named', () => {
    expect(() => validateOnnx(withFunctions(definition('F0', [node('Relu', ['a'], ['b'])])))).not.toThrow()
    expect(() => validateOnnx(withFunctions(definition('F0', [node('Relu', ['x'], ['b'])])))).toThrow(
      'functions[0] ("F0").node[0]',
    )
    const twice = definition('F0', [node('Relu', ['a'], ['b'])])
    expect(() => validateOnnx(withFunctions(twice, twice))).toThrow('two functions have one name')
  })

  it('may not call themselves', () => {
    expect(() => validateOnnx(withFunctions(definition('F0', [call('F0', 'a', 'b')])))).toThrow(
      'calls itself',
    )
    const [first, second] = [
      definition('F0', [call('F1', 'a', 'b')]),
      definition('F1', [call('F0', 'a', 'b')]),
    ]
    expect(() => validateOnnx(withFunctions(first, second))).toThrow('calls itself')
  })

  it('may not multiply without measure', () => {
    const doubling = Array.from({ length: 40 }, (_, i) =>
      definition(
        `F${i}`,
        i === 39 ? [node('Relu', ['a'], ['b'])] : [call(`F${i + 1}`, 'a', 't'), call(`F${i + 1}`, 't', 'b')],
      ),
    )
    expect(() => validateOnnx(withFunctions(...doubling))).toThrow('multiply without measure')
  })

  it('may call each other in long chains', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      definition(`F${i}`, [i === 19_999 ? node('Relu', ['a'], ['b']) : call(`F${i + 1}`, 'a', 'b')]),
    )
    expect(() => validateOnnx(withFunctions(...chain))).not.toThrow()
  })
})
