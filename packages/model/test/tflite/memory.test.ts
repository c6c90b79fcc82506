import { describe, expect, it } from 'vitest'
import { enumValue, makeTable, type TfliteModel, writeTflite } from '../../src/tflite/index.js'
import { fault } from './fault.js'
import { type TinyModel, tinyModel } from './tiny-models.js'

const BIG = 2 ** 27

/** A number made into a large list, `count` negatives of that which are all needed at the end, and their sum's largest. */
function wide(count: number, more: Partial<TinyModel> = {}): TfliteModel {
  const names = Array.from({ length: count }, (_, at) => `n${at}`)
  const sums = names.slice(1).map((name) => `${name} added`)
  return tinyModel({
    tensors: {
      in: { shape: [1] },
      multiples: { shape: [1], type: 'INT32', values: [BIG] },
      axis: { shape: [1], type: 'INT32', values: [0] },
      big: { shape: [BIG] },
      ...Object.fromEntries([...names, ...sums].map((name) => [name, { shape: [BIG] }])),
      out: { shape: [1] },
    },
    operators: [
      { op: 'TILE', inputs: ['in', 'multiples'], outputs: ['big'] },
      ...names.map((name) => ({ op: 'NEG' as const, inputs: ['big'], outputs: [name] })),
      ...sums.map((name, at) => ({
        op: 'ADD' as const,
        inputs: [sums[at - 1] ?? names[0] ?? '', names[at + 1] ?? ''],
        outputs: [name],
        options: { type: 'AddOptions' as const, value: makeTable('AddOptions', {}) },
      })),
      {
        op: 'REDUCE_MAX',
        inputs: [sums.at(-1) ?? names[0] ?? '', 'axis'],
        outputs: ['out'],
        options: { type: 'ReducerOptions', value: makeTable('ReducerOptions', { keepDims: true }) },
      },
    ],
    inputs: ['in'],
    outputs: ['out'],
    ...more,
  })
}

/** One operator from an input to an output of so many float32 each. */
function through(elements: number): TfliteModel {
  return tinyModel({
    tensors: { x: { shape: [elements] }, y: { shape: [elements] } },
    operators: [{ op: 'NEG', inputs: ['x'], outputs: ['y'] }],
    inputs: ['x'],
    outputs: ['y'],
  })
}

describe('the memory for what a graph computes', () => {
  it('is refused beyond 4 GiB at one time, at the operator that exceeds it', () => {
    const model = wide(400)
    expect(writeTflite(model).length).toBeLessThan(100_000)
    expect(fault(model)).toMatchObject({
      code: 'MODEL_INVALID',
      // The first 8 of 512 MiB fit, beside the four bytes of the input and the output only 7.
      summary: 'm.tflite is not valid: subgraph 0, operator 7 (NEG): the memory for what is computed',
      expected: 'at most 4294967296 bytes at one time',
      found: String(8 * 4 * BIG + 8),
    })
    expect(fault(wide(6))).toBeUndefined()
  })

  it('counts what is needed at one time, not what there is', () => {
    const names = Array.from({ length: 100 }, (_, at) => `n${at}`)
    const chain = tinyModel({
      tensors: {
        in: { shape: [1] },
        multiples: { shape: [1], type: 'INT32', values: [BIG] },
        axis: { shape: [1], type: 'INT32', values: [0] },
        ...Object.fromEntries(names.map((name) => [name, { shape: [BIG] }])),
        out: { shape: [1] },
      },
      operators: [
        { op: 'TILE', inputs: ['in', 'multiples'], outputs: ['n0'] },
        ...names.slice(1).map((name, at) => ({ op: 'NEG' as const, inputs: [`n${at}`], outputs: [name] })),
        {
          op: 'REDUCE_MAX',
          inputs: ['n99', 'axis'],
          outputs: ['out'],
          options: { type: 'ReducerOptions', value: makeTable('ReducerOptions', { keepDims: true }) },
        },
      ],
      inputs: ['in'],
      outputs: ['out'],
    })
    expect(fault(chain)).toBeUndefined()
  })

  it('includes that of graphs that operators run', () => {
    const [inner] = wide(6).subgraphs ?? []
    const codes = wide(6).operatorCodes ?? []
    if (inner === undefined) throw new Error('no graph')
    const number = enumValue('BuiltinOperator', 'IF')
    const code = makeTable('OperatorCode', { builtinCode: number, deprecatedBuiltinCode: number })
    const scalar = { ...inner.tensors?.[0], buffer: 0, name: 'choice', type: enumValue('TensorType', 'BOOL') }
    const tensors = [
      makeTable('Tensor', scalar),
      ...(inner.tensors?.filter(({ name }) => name === 'in' || name === 'out') ?? []),
    ]
    const value = makeTable('IfOptions', { thenSubgraphIndex: 1, elseSubgraphIndex: 2 })
    const main = makeTable('SubGraph', {
      tensors,
      inputs: Int32Array.of(0, 1),
      outputs: Int32Array.of(2),
      operators: [
        makeTable('Operator', {
          opcodeIndex: codes.length,
          inputs: Int32Array.of(0, 1),
          outputs: Int32Array.of(2),
          builtinOptions: { type: 'IfOptions', value },
        }),
      ],
    })
    const model: TfliteModel = {
      ...wide(6),
      operatorCodes: [...codes, code],
      subgraphs: [main, inner, inner],
    }
    expect(fault(model)).toMatchObject({
      summary: expect.stringMatching(/subgraph 2, operator 0 \(TILE\): the memory/),
    })
  })
})

describe('the memory of inputs and outputs', () => {
  it('is refused beyond 384 MiB', () => {
    expect(writeTflite(through(BIG)).length).toBeLessThan(1000)
    expect(fault(through(BIG))).toMatchObject({
      code: 'MODEL_INVALID',
      summary: 'm.tflite is not valid: subgraph 0: its inputs and outputs',
      expected: 'at most 402653184 bytes in all of them',
      found: String(8 * BIG),
    })
    expect(fault(through(402653184 / 8))).toBeUndefined()
    expect(fault(through(402653184 / 8 + 1))).toBeDefined()
  })

  it('counts an output for each time that it is there', () => {
    const model = through(2 ** 24)
    const subgraphs = model.subgraphs?.map((graph) => ({ ...graph, outputs: new Int32Array(6).fill(1) }))
    expect(fault({ ...model, subgraphs })).toMatchObject({ found: String(7 * 2 ** 26) })
  })
})
