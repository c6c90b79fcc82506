import { describe, expect, it } from 'vitest'
import {
  enumValue,
  makeTable,
  type TfliteModel,
  type TfliteSubGraph,
  type TfliteTable,
  validateTfliteModel,
} from '../../src/tflite/index.js'
import { fault } from './fault.js'
import { convolution, tinyModel, withTensor } from './tiny-models.js'

function withGraph(model: TfliteModel, change: Partial<TfliteSubGraph>): TfliteModel {
  return { ...model, subgraphs: model.subgraphs?.map((graph) => ({ ...graph, ...change })) }
}

type Names = readonly (readonly [name: string, tensor: number])[]

function signature(inputs: Names, outputs: Names): TfliteTable<'SignatureDef'> {
  const maps = (names: Names): TfliteTable<'TensorMap'>[] =>
    names.map(([name, tensorIndex]) => makeTable('TensorMap', { name, tensorIndex }))
  return makeTable('SignatureDef', { signatureKey: 'run', inputs: maps(inputs), outputs: maps(outputs) })
}

describe('a valid model', () => {
  it('passes', () => {
    expect(fault(tinyModel(convolution))).toBeUndefined()
    expect(() => validateTfliteModel(tinyModel(convolution))).not.toThrow()
  })

  it('passes with a signature that names what its graph takes and gives', () => {
    const signatureDefs = [signature([['picture', 0]], [['scores', 4]])]
    expect(fault({ ...tinyModel(convolution), signatureDefs })).toBeUndefined()
  })
})

describe('a model whose parts do not fit together', () => {
  const model = tinyModel(convolution)
  const graph = model.subgraphs?.[0]
  if (graph === undefined) throw new Error('no graph')

  it.each([
    ['schema version', { ...model, version: 2 }, 'its schema version', '3', '2'],
    ['no graph', { ...model, subgraphs: [] }, 'its subgraphs', 'at least one', 'none'],
    [
      'operator code',
      { ...model, operatorCodes: [] },
      'subgraph 0, operator 0: its opcode_index',
      'below 0',
      '0',
    ],
    [
      'output of the graph',
      withGraph(model, { outputs: Int32Array.of(9) }),
      'subgraph 0, its outputs: a tensor of it',
      'an index below 5',
      '9',
    ],
    [
      'left-out output',
      withGraph(model, { outputs: Int32Array.of(-1) }),
      'subgraph 0: its outputs',
      'indices of tensors',
      '-1',
    ],
    [
      'order of operators',
      withGraph(model, { operators: [...(graph.operators ?? [])].reverse() }),
      'subgraph 0, operator 0 (ADD): its input 3',
      'a constant, an input of the graph, or the result of an operator before',
      'a tensor that nothing has written yet',
    ],
    [
      'input that is a constant',
      withGraph(model, { inputs: Int32Array.of(0, 1) }),
      'subgraph 0, its inputs: tensor 1, which it writes',
      'a tensor that nothing else writes',
      'a constant',
    ],
    [
      'metadata',
      { ...model, metadata: [makeTable('Metadata', { name: 'x', buffer: 99 })] },
      'metadata x: its buffer',
      'an index below 3',
      '99',
    ],
    [
      'signature of another graph',
      { ...model, signatureDefs: [makeTable('SignatureDef', { signatureKey: 'run', subgraphIndex: 3 })] },
      'signature 0 (run): its subgraph_index',
      'below 1',
      '3',
    ],
    [
      'signature of a tensor that is no input',
      {
        ...model,
        signatureDefs: [
          makeTable('SignatureDef', {
            signatureKey: 'run',
            inputs: [makeTable('TensorMap', { name: 'image', tensorIndex: 4 })],
          }),
        ],
      },
      'signature 0 (run): its input "image"',
      "one of the graph's: 0",
      '4',
    ],
    [
      'signature that leaves an input out',
      { ...model, signatureDefs: [signature([], [['sum', 4]])] },
      'signature 0 (run): its inputs',
      '1 names, as many as the graph has',
      '0',
    ],
    [
      'signature with one name for two outputs',
      {
        ...withGraph(model, { outputs: Int32Array.of(4, 3) }),
        signatureDefs: [
          signature(
            [['image', 0]],
            [
              ['sum', 4],
              ['sum', 3],
            ],
          ),
        ],
      },
      'signature 0 (run): its outputs',
      '2 names, as many as the graph has',
      '1',
    ],
  ] satisfies readonly (readonly [string, TfliteModel, string, string, string])[])(
    'is refused: %s',
    (_, broken, place, expected, found) => {
      expect(fault(broken)).toMatchObject({
        code: 'MODEL_INVALID',
        summary: `m.tflite is not valid: ${place}`,
        expected,
        found,
        remedy: expect.any(String),
      })
    },
  )

  it('is refused where two operators write a tensor', () => {
    const { operators = [] } = convolution
    const twice = { ...convolution, operators: [...operators, ...operators.slice(1)] }
    expect(fault(tinyModel(twice))?.summary).toContain('operator 2 (ADD): tensor 4, which it writes')
  })

  it('is refused where results lead nowhere, on which XNNPACK ends the process', () => {
    expect(fault(withGraph(tinyModel(convolution), { outputs: Int32Array.of(3) }))).toMatchObject({
      summary: expect.stringContaining('operator 1 (ADD): its results'),
      remedy: 'Remove the operator, or make its result an output of the graph.',
    })
  })

  it('is refused where its weights lie outside the FlatBuffer, as not supported', () => {
    const { buffers } = tinyModel(convolution)
    const outside = {
      ...tinyModel(convolution),
      buffers: buffers?.map((buffer) => ({ ...buffer, offset: buffer.data === undefined ? 0n : 2n })),
    }
    expect(fault(outside)).toMatchObject({ code: 'MODEL_UNSUPPORTED' })
  })
})

describe('a tensor', () => {
  it.each([
    ['a negative size', withTensor('features', { shape: [1, -4, 4, 3] }), 'its shape', 'no negative size'],
    [
      'more elements than memory',
      withTensor('features', { shape: [1, 65536, 65536, 3] }),
      'its shape',
      'at most',
    ],
    [
      'too little data',
      withTensor('bias', { values: [1, 2] }),
      'its data',
      '12 bytes, as its shape and dtype say',
    ],
    [
      'more data than elements, which some kernels copy',
      withTensor('bias', { values: [1, 2, 3, 4] }),
      'its data',
      '12 bytes, as its shape and dtype say',
    ],
    ['an unknown dtype', withTensor('sum', { more: { type: 99 } }), 'its dtype', 'a type of the format'],
    [
      'a buffer that is not there',
      withTensor('sum', { more: { buffer: 77 } }),
      'its buffer',
      'an index below 3',
    ],
    [
      'a signature of another rank',
      withTensor('image', { more: { shapeSignature: Int32Array.of(-1) } }),
      'its shape_signature',
      '4 dimensions, as its shape',
    ],
    [
      'zero points without scales',
      withTensor('image', { scale: [1], zeroPoint: [] }),
      'its zero points',
      '1, as many as scales',
    ],
    [
      'an axis that it does not have',
      withTensor('image', {
        scale: [1],
        more: {
          quantization: makeTable('QuantizationParameters', {
            scale: Float32Array.of(1),
            zeroPoint: BigInt64Array.of(0n),
            quantizedDimension: 4,
          }),
        },
      }),
      'its quantized_dimension',
      '0 to 3',
    ],
    [
      'scales for another number of slices',
      withTensor('filter', { scale: [1, 2] }),
      'its scales',
      '1, or 3 as dimension 0 has',
    ],
    [
      'a scale that is no number',
      withTensor('image', { scale: [Number.NaN] }),
      'its scale',
      '0, or 1e-18 to 1000000000000000000',
    ],
    [
      'a zero point beyond its dtype',
      withTensor('image', { type: 'INT8', scale: [1], zeroPoint: [128n] }),
      'its zero point',
      '-128 to 127',
    ],
    [
      'a value although it is a variable',
      withTensor('bias', { more: { isVariable: true } }),
      'its data',
      'none, since it is a variable',
    ],
  ])('with %s is refused', (_, broken, what, expected) => {
    const found = fault(tinyModel(broken))
    expect(found?.summary).toMatch(new RegExp(`tensor \\d \\(\\w+\\): ${what}$`))
    expect(found?.expected).toContain(expected)
  })

  it('of strings has as many as its shape says, each inside its bytes', () => {
    const strings = (...words: number[]) =>
      tinyModel({
        tensors: {
          x: { shape: [1] },
          text: { shape: [1], type: 'STRING', values: new Uint8Array(Int32Array.from(words).buffer) },
        },
        operators: [],
        inputs: ['x'],
        outputs: ['text'],
      })
    expect(fault(strings(1, 12, 12))).toBeUndefined()
    expect(fault(strings(2, 12, 12))?.expected).toBe('1 strings, as its shape says')
    expect(fault(strings(1, 12, 13))?.expected).toBe('offsets from 12 to 12')
  })
})

describe('graphs that run graphs', () => {
  /** Graph 0 runs what `calls` says of it by IF, and so on. */
  function calling(...calls: readonly (readonly [then: number, otherwise: number])[]): TfliteModel {
    const tensor = (name: string, type: 'FLOAT32' | 'BOOL') =>
      makeTable('Tensor', {
        name,
        shape: Int32Array.of(1),
        type: enumValue('TensorType', type),
        hasRank: true,
      })
    const graph = ([thenSubgraphIndex, elseSubgraphIndex]: readonly [number, number]): TfliteSubGraph =>
      makeTable('SubGraph', {
        tensors: [tensor('choice', 'BOOL'), tensor('y', 'BOOL')],
        inputs: Int32Array.of(0),
        outputs: Int32Array.of(1),
        operators: [
          makeTable('Operator', {
            inputs: Int32Array.of(0, 0),
            outputs: Int32Array.of(1),
            builtinOptions: {
              type: 'IfOptions',
              value: makeTable('IfOptions', { thenSubgraphIndex, elseSubgraphIndex }),
            },
          }),
        ],
      })
    const leaf = makeTable('SubGraph', {
      tensors: [tensor('x', 'BOOL')],
      inputs: Int32Array.of(0),
      outputs: Int32Array.of(0),
      operators: [],
    })
    const builtinCode = enumValue('BuiltinOperator', 'IF')
    return makeTable('Model', {
      version: 3,
      buffers: [makeTable('Buffer', {})],
      operatorCodes: [makeTable('OperatorCode', { builtinCode, deprecatedBuiltinCode: builtinCode })],
      subgraphs: [...calls.map(graph), leaf],
    })
  }

  it('may run a graph twice', () => {
    expect(fault(calling([1, 2], [2, 2]))).toBeUndefined()
  })

  it('are refused where a graph runs itself, at once or by way of others', () => {
    expect(fault(calling([0, 1]))?.found).toBe('a cycle')
    expect(fault(calling([1, 3], [2, 3], [0, 3]))?.found).toBe('a cycle')
  })

  it('are refused where one is not there', () => {
    expect(fault(calling([1, 9]))).toMatchObject({
      summary: 'm.tflite is not valid: subgraph 0, operator 0 (IF): the subgraph that it runs',
      expected: 'an index below 2',
      found: '9',
    })
  })

  it('are refused where an operator stands for a graph that it does not name', () => {
    const composite = (name: string | undefined): TfliteModel => {
      const model = calling([1, 1])
      const operators = model.subgraphs?.[0]?.operators?.map((operator) => ({
        ...operator,
        builtinOptions: undefined,
        builtinOptions2: {
          type: 'StableHLOCompositeOptions' as const,
          value: makeTable('StableHLOCompositeOptions', { name, decompositionSubgraphIndex: 1 }),
        },
        inputs: Int32Array.of(0),
      }))
      const builtinCode = enumValue('BuiltinOperator', 'STABLEHLO_COMPOSITE')
      return {
        ...model,
        operatorCodes: [makeTable('OperatorCode', { builtinCode, deprecatedBuiltinCode: 127 })],
        subgraphs: model.subgraphs?.map((graph, at) => (at === 0 ? { ...graph, operators } : graph)),
      }
    }
    expect(fault(composite('odml.rms_norm'))).toBeUndefined()
    expect(fault(composite(undefined))).toMatchObject({
      summary: 'm.tflite is not valid: subgraph 0, operator 0 (STABLEHLO_COMPOSITE): its name',
      expected: 'a name',
    })
  })

  it('are refused where inputs or dtypes differ', () => {
    const model = calling([1, 1])
    const [main, leaf] = model.subgraphs ?? []
    if (main === undefined || leaf === undefined) throw new Error('no graph')
    const more = {
      ...leaf,
      tensors: [...(leaf.tensors ?? []), ...(leaf.tensors ?? [])],
      inputs: Int32Array.of(0, 1),
    }
    expect(fault({ ...model, subgraphs: [main, more] })).toMatchObject({
      summary: 'm.tflite is not valid: subgraph 0, operator 0 (IF): the inputs of subgraph 1, which it runs',
      expected: '1 of them',
      found: '2',
    })
    const tensors = leaf.tensors?.map((tensor) => ({ ...tensor, type: enumValue('TensorType', 'FLOAT32') }))
    expect(fault({ ...model, subgraphs: [main, { ...leaf, tensors }] })).toMatchObject({
      expected: 'FLOAT32',
      found: 'BOOL',
    })
  })
})
