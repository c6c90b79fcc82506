import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import {
  enumValue,
  exposeTensors,
  inspectTflite,
  makeTable,
  readMetadata,
  readTflite,
  type TfliteModel,
  type TfliteSubGraph,
  validateTflite,
  validateTfliteModel,
  writeTflite,
} from '../../src/tflite/index.js'
import { processorTime } from '../processor-time.js'
import { convolution, tinyModel } from './tiny-models.js'

const tiny = tinyModel(convolution)
const graph: TfliteSubGraph = tiny.subgraphs?.[0] ?? makeTable('SubGraph', {})
const INT8 = enumValue('TensorType', 'INT8')
const STRING = enumValue('TensorType', 'STRING')
const CUSTOM = makeTable('OperatorCode', { builtinCode: 32, deprecatedBuiltinCode: 32, customCode: 'Mine' })

function many<T>(count: number, one: T): readonly T[] {
  return new Array<T>(count).fill(one)
}

function withGraph(changes: Partial<TfliteSubGraph>, model: Partial<TfliteModel> = {}): TfliteModel {
  return { ...tiny, ...model, subgraphs: [{ ...graph, ...changes }] }
}

/** Fails where something takes more than two seconds, for files of a few hundred kilobytes. */
function quickly<T>(act: () => T): T {
  const begin = processorTime()
  const result = act()
  expect(processorTime() - begin).toBeLessThan(2000)
  return result
}

/** What an act is refused with. */
function failure(act: () => unknown): EdgeError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof EdgeError) return error
    throw error
  }
}

/** What inspection, and everything else that takes files, does to one; what it refuses it refuses with an error of ours. */
function everything(bytes: Uint8Array): void {
  for (const take of [validateTflite, readMetadata, (file: Uint8Array) => inspectTflite(readTflite(file))]) {
    quickly(() => {
      try {
        take(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: 'MODEL_INVALID' })
      }
    })
  }
}

describe('parts that a small file refers to many times', () => {
  it('are refused where an operator of 20,000 inputs is there 20,000 times', () => {
    const operator = makeTable('Operator', { inputs: new Int32Array(20_000) })
    const file = writeTflite(withGraph({ operators: many(20_000, operator) }, { operatorCodes: [CUSTOM] }))
    expect(file.length).toBeLessThan(200_000)
    expect(quickly(() => failure(() => validateTflite(file)))).toMatchObject({
      code: 'MODEL_INVALID',
      expected: expect.stringContaining('parts shared so that all references stand for at most'),
    })
    everything(file)
  })

  it('are refused where a tensor of 40,000 scales is there 40,000 times', () => {
    const quantization = makeTable('QuantizationParameters', {
      scale: new Float32Array(40_000).fill(1),
      zeroPoint: new BigInt64Array(40_000),
    })
    const tensor = makeTable('Tensor', { name: 'x', shape: Int32Array.of(40_000), quantization })
    everything(writeTflite(withGraph({ tensors: [...(graph.tensors ?? []), ...many(40_000, tensor)] })))
  })

  it('are refused where there are more than a million references to tables', () => {
    const operator = makeTable('Operator', {})
    const operators = many(2000, operator)
    const subgraphs = Array.from({ length: 600 }, () => ({ ...graph, operators }))
    expect(() => quickly(() => readTflite(writeTflite({ ...tiny, subgraphs })))).toThrow(
      expect.objectContaining({ expected: 'at most 1000000 references to tables' }),
    )
  })

  it('cost what they are where signatures name inputs that repeat', () => {
    const count = 400_000
    const variable = makeTable('Tensor', { name: 'v', shape: Int32Array.of(1), isVariable: true })
    const tensors = [...(graph.tensors ?? []), variable, { ...variable, name: 'last' }]
    const inputs = new Int32Array(count + 2).fill(5)
    inputs.set([0], 0)
    inputs.set([6], count + 1)
    const maps = many(count, makeTable('TensorMap', { name: 'last', tensorIndex: 6 }))
    const signatureDefs = [makeTable('SignatureDef', { signatureKey: 'run', inputs: maps })]
    const model = withGraph({ tensors, inputs }, { signatureDefs })
    expect(quickly(() => failure(() => validateTfliteModel(model)))).toMatchObject({ found: '1' })
  })

  it('cost what they are where a signature asks for an input that a large graph lacks', () => {
    const variable = makeTable('Tensor', { name: 'v', shape: Int32Array.of(1), isVariable: true })
    const inputs = new Int32Array(100_000).fill(5)
    inputs.set([0], 0)
    const maps = [makeTable('TensorMap', { name: 'a', tensorIndex: 3 })]
    const signatureDefs = [makeTable('SignatureDef', { signatureKey: 'run', inputs: maps })]
    const model = withGraph({ tensors: [...(graph.tensors ?? []), variable], inputs }, { signatureDefs })
    expect(failure(() => validateTfliteModel(model))?.message.length).toBeLessThan(500)
  })

  it('cost what they are where many operators take a tensor of many scales', () => {
    const size = 600_000
    const quantization = makeTable('QuantizationParameters', {
      scale: new Float32Array(size).fill(1),
      zeroPoint: new BigInt64Array(size),
    })
    const wide = makeTable('Tensor', { name: 'w', shape: Int32Array.of(size), type: INT8, quantization })
    const count = 40_000
    const results = Array.from({ length: count }, (_, at) =>
      makeTable('Tensor', { name: `r${at}`, shape: Int32Array.of(size) }),
    )
    const operators = Array.from({ length: count }, (_, at) =>
      makeTable('Operator', { inputs: Int32Array.of(0), outputs: Int32Array.of(at + 1) }),
    )
    const code = enumValue('BuiltinOperator', 'DEQUANTIZE')
    const model = withGraph(
      {
        tensors: [wide, ...results],
        operators,
        inputs: Int32Array.of(0),
        outputs: Int32Array.of(1),
      },
      { operatorCodes: [makeTable('OperatorCode', { builtinCode: code, deprecatedBuiltinCode: code })] },
    )
    quickly(() => failure(() => validateTfliteModel(model)))
  })

  it('cost what they are where many tensors have one buffer of strings', () => {
    const count = 400_000
    const ends = new Int32Array(count + 2).fill(4 * (count + 2))
    ends[0] = count
    const data = new Uint8Array(ends.buffer)
    const strings = Array.from({ length: 10_000 }, (_, at) =>
      makeTable('Tensor', { name: `s${at}`, type: STRING, shape: Int32Array.of(count), buffer: 3 }),
    )
    const buffers = [...(tiny.buffers ?? []), makeTable('Buffer', { data })]
    const model = withGraph({ tensors: [...(graph.tensors ?? []), ...strings] }, { buffers })
    quickly(() => validateTfliteModel(model))
  })

  it('cost what they are where one operator chooses among many branches', () => {
    const inputs = Int32Array.from({ length: 5000 }, (_, at) => at)
    const tensor = makeTable('Tensor', { shape: Int32Array.of(1), hasRank: true })
    const inner = makeTable('SubGraph', { tensors: many(5000, tensor), inputs, outputs: inputs })
    const value = makeTable('StablehloCaseOptions', {
      branchSubgraphIndices: new Int32Array(400_000).fill(1),
    })
    const code = enumValue('BuiltinOperator', 'STABLEHLO_CASE')
    const results = Int32Array.from({ length: 5000 }, (_, at) => at + 5001)
    const choice = makeTable('Operator', {
      inputs: Int32Array.of(0, ...inputs.map((at) => at + 1)),
      outputs: results,
      builtinOptions2: { type: 'StablehloCaseOptions', value },
    })
    const outer = makeTable('SubGraph', {
      tensors: many(10_001, tensor),
      inputs: Int32Array.from({ length: 5001 }, (_, at) => at),
      outputs: results,
      operators: [choice],
    })
    const operatorCodes = [makeTable('OperatorCode', { builtinCode: code, deprecatedBuiltinCode: 127 })]
    quickly(() => validateTfliteModel({ ...tiny, operatorCodes, subgraphs: [outer, inner] }))
  })
})

describe('inspection', () => {
  it('costs what a file holds where metadata share their data', () => {
    const buffer = makeTable('Buffer', { data: new Uint8Array(2_000_000) })
    const metadata = Array.from({ length: 8000 }, (_, at) =>
      makeTable('Metadata', { name: `m${at}`, buffer: 3 + (at % 2) }),
    )
    const buffers = [...(tiny.buffers ?? []), buffer, { ...buffer }]
    quickly(() => inspectTflite({ ...tiny, buffers, metadata }))
  })

  it('costs what a file holds where weights share their data', () => {
    const data = new Uint8Array(2_000_000)
    const buffers = Array.from({ length: 2000 }, () => makeTable('Buffer', { data }))
    const tensors = buffers.map((_, buffer) => makeTable('Tensor', { buffer, shape: Int32Array.of(500_000) }))
    const inputs = Int32Array.from(tensors, (_, at) => at)
    const operators = [makeTable('Operator', { inputs })]
    const { parameters } = quickly(() => inspectTflite(withGraph({ tensors, operators }, { buffers })))
    expect(parameters).toBe(500_000)
  })

  it('costs what a file holds where many operators have a name of a megabyte', () => {
    const customCode = 'n'.repeat(1_000_000)
    const operators = Array.from({ length: 20_000 }, () => makeTable('Operator', {}))
    const model = withGraph({ operators }, { operatorCodes: [{ ...CUSTOM, customCode }] })
    expect(quickly(() => inspectTflite(model)).operators).toMatchObject([{ count: 20_000 }])
  })
})

describe('edits', () => {
  it('write a list that is one object in several places once', () => {
    const operators = Array.from({ length: 300 }, () => makeTable('Operator', {}))
    const subgraphs = Array.from({ length: 300 }, () => makeTable('SubGraph', { operators }))
    const file = writeTflite({ ...tiny, subgraphs })
    expect(file.length).toBeLessThan(20_000)
    expect(new Set(readTflite(file).subgraphs?.map((entry) => entry.operators)).size).toBe(1)
  })

  it('write data after the FlatBuffer once, where buffers share them', () => {
    const data = new Uint8Array(10_000)
    const buffers = Array.from({ length: 100 }, () => makeTable('Buffer', { data, offset: 2n }))
    const file = writeTflite({ ...tiny, buffers })
    expect(file.length).toBeLessThan(20_000)
    const again = writeTflite(readTflite(file))
    expect(again.length).toBe(file.length)
    expect(readTflite(again).buffers?.map((buffer) => buffer.data?.length)).toEqual(many(100, 10_000))
  })

  it('refuse data after the FlatBuffer whose parts overlap', () => {
    const buffers = Array.from({ length: 100 }, (_, at) =>
      makeTable('Buffer', { offset: BigInt(at + 16), size: 2000n }),
    )
    const file = Buffer.concat([writeTflite({ ...tiny, buffers }), Buffer.alloc(4000)])
    expect(failure(() => readTflite(file))).toMatchObject({
      code: 'MODEL_INVALID',
      expected: 'parts that do not overlap',
    })
  })

  it('expose tensors of operators, and in signatures, that share their lists', () => {
    const outputs = new Int32Array(100_000).fill(3)
    const operators = Array.from({ length: 20_000 }, () => makeTable('Operator', { outputs }))
    const maps = many(100_000, makeTable('TensorMap', { name: 'sum', tensorIndex: 4 }))
    const signatureDefs = Array.from({ length: 2000 }, (_, at) =>
      makeTable('SignatureDef', { signatureKey: `s${at}`, outputs: maps }),
    )
    const exposed = quickly(() => exposeTensors(withGraph({ operators }, { signatureDefs }), ['features']))
    expect(new Set(exposed.signatureDefs?.map((signature) => signature.outputs)).size).toBe(1)
  })
})
