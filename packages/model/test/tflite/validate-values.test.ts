import { describe, expect, it } from 'vitest'
import { makeTable, type TfliteModel } from '../../src/tflite/index.js'
import { fault } from './fault.js'
import { single, type TinyTensor, tinyModel } from './tiny-models.js'

describe('an operator that only arranges values', () => {
  const x = { shape: [2, 3] }
  const integers = (...values: number[]): TinyTensor => ({ shape: [values.length], type: 'INT32', values })
  const open = (shape: number[]): TinyTensor => ({ shape, more: { shapeSignature: Int32Array.of(-1, 3) } })
  const reshape = (input: TinyTensor, output: TinyTensor): TfliteModel =>
    single('RESHAPE', { x: input, c: integers(-1, 3), y: output }, ['x', 'c'], ['y'])
  const squeeze = (output: TinyTensor): TfliteModel =>
    single('SQUEEZE', { x: { shape: [1, 2, 3] }, y: output }, ['x'], ['y'])
  const expand = (output: TinyTensor): TfliteModel =>
    single('EXPAND_DIMS', { x, c: integers(0), y: output }, ['x', 'c'], ['y'])

  it.each([
    ['RESHAPE', reshape(x, { shape: [3, 3] }), '9'],
    ['SQUEEZE', squeeze({ shape: [2, 4] }), '8'],
    ['EXPAND_DIMS', expand({ shape: [1, 2, 2] }), '4'],
  ])('%s is refused where values are lost or made up', (name, broken, found) => {
    expect(fault(broken)).toMatchObject({
      summary: `m.tflite is not valid: subgraph 0, operator 0 (${name}): its output`,
      expected: '6 elements, as its input has',
      found,
    })
  })

  it.each([
    ['RESHAPE', reshape(x, x)],
    ['RESHAPE of what the caller may enlarge', reshape(open([1, 3]), { shape: [2, 3] })],
    ['RESHAPE to what is not known yet', reshape(x, open([1, 3]))],
    ['SQUEEZE', squeeze(x)],
    ['EXPAND_DIMS', expand({ shape: [1, 2, 3] })],
  ])('%s passes', (_, model) => {
    expect(fault(model)).toBeUndefined()
  })

  it('BROADCAST_TO is refused where the file says another shape than its target', () => {
    const broadcast = (shape: number[]): TfliteModel =>
      single('BROADCAST_TO', { x: { shape: [1, 3] }, c: integers(2, 3), y: { shape } }, ['x', 'c'], ['y'])
    expect(fault(broadcast([2, 3]))).toBeUndefined()
    expect(fault(broadcast([1, 3]))).toMatchObject({
      summary: 'm.tflite is not valid: subgraph 0, operator 0 (BROADCAST_TO): the shape of its output 0',
      expected: '[2, 3], as its inputs say',
      found: '[1, 3]',
    })
  })

  it('FILL is refused beyond memory, beside an empty dimension as well', () => {
    const fill = (...shape: number[]): TfliteModel =>
      single('FILL', { x: { shape: [] }, c: integers(...shape), y: { shape: [0] } }, ['c', 'x'], ['y'])
    expect(fault(fill(0, 1000, 1000))).toBeUndefined()
    expect(fault(fill(0, 65536, 65536))).toMatchObject({
      expected: 'sizes of 0 or more with a product of at most 134217728',
      found: '[0, 65536, 65536]',
    })
  })

  it('CONCATENATION is refused of shapes that do not fit, and to another shape than they make', () => {
    const joined = (other: TinyTensor, shape: number[]): TfliteModel =>
      tinyModel({
        tensors: { x, z: other, y: { shape } },
        operators: [
          {
            op: 'CONCATENATION',
            inputs: ['x', 'z', 'x'],
            outputs: ['y'],
            options: {
              type: 'ConcatenationOptions',
              value: makeTable('ConcatenationOptions', { axis: -2 }),
            },
          },
        ],
        inputs: ['x', 'z'],
        outputs: ['y'],
      })
    expect(fault(joined({ shape: [0, 3] }, [4, 3]))).toBeUndefined()
    expect(fault(joined(open([1, 3]), [6, 3]))).toBeUndefined()
    expect(fault(joined({ shape: [1, 128] }, [5, 3]))).toMatchObject({
      summary: expect.stringContaining('(CONCATENATION): the shape of its input 1'),
      expected: '[1, 3], as the first has but for axis 0',
      found: '[1, 128]',
    })
    // The library makes a scalar of an input of the graph that has no shape.
    expect(fault(joined({ more: { hasRank: false } }, [5, 3]))).toMatchObject({
      summary: expect.stringContaining('(CONCATENATION): the rank of its input 1'),
      expected: '1 or more',
    })
    expect(fault(joined({ shape: [1, 3] }, [4, 3]))).toMatchObject({
      summary: expect.stringContaining('(CONCATENATION): the shape of its output 0'),
      expected: '[5, 3], as its inputs say',
    })
  })

  it('EMBEDDING_LOOKUP is refused of rows without values, and of rows that are not there', () => {
    const lookup = (rows: TinyTensor, ...places: number[]): TfliteModel =>
      single(
        'EMBEDDING_LOOKUP',
        { x: rows, c: integers(...places), y: { shape: [places.length, 3] } },
        ['c', 'x'],
        ['y'],
      )
    expect(fault(lookup(x, 1, 0))).toBeUndefined()
    expect(fault(lookup({ shape: [2, 0] }, 1))?.expected).toBe('no size of 0')
    expect(fault(lookup({ shape: [] }, 1))?.expected).toBe('2 to 8')
    for (const place of [-1, 2])
      expect(fault(lookup(x, place))).toMatchObject({ expected: 'values from 0 to 1' })
  })

  it.each(['LOG_SOFTMAX', 'L2_NORMALIZATION'] as const)(
    '%s is refused of what has no last dimension',
    (op) => {
      const along = (input: TinyTensor): TfliteModel => single(op, { x: input, y: input }, ['x'], ['y'])
      expect(fault(along(x))).toBeUndefined()
      for (const input of [{ shape: [] }, { more: { hasRank: false } }]) {
        expect(fault(along(input))).toMatchObject({
          summary: `m.tflite is not valid: subgraph 0, operator 0 (${op}): the rank of its input 0`,
          expected: '1 or more',
        })
      }
    },
  )

  it('TOPK_V2 is refused for the largest none, and for more than there are', () => {
    const largest = (k: number, found = k): TfliteModel =>
      single(
        'TOPK_V2',
        {
          x,
          c: { shape: [], type: 'INT32', values: [k] },
          y: { shape: [2, found] },
          z: { shape: [2, found], type: 'INT32' },
        },
        ['x', 'c'],
        ['y', 'z'],
      )
    expect(fault(largest(3))).toBeUndefined()
    for (const k of [0, -1, 4]) {
      expect(fault(largest(k, 0))).toMatchObject({ expected: '1 to 3', found: String(k) })
    }
  })
})

describe('the scale of a tensor', () => {
  const scaled = (scale: number, values?: Uint8Array): TfliteModel =>
    tinyModel({
      tensors: {
        x: { shape: [2], type: 'INT8', scale: [values === undefined ? scale : 1] },
        c: {
          shape: [2],
          type: 'INT8',
          scale: [values === undefined ? 1 : scale],
          values: values ?? new Uint8Array(2),
        },
        y: { shape: [2], type: 'INT8', scale: [1] },
      },
      operators: [{ op: 'MAXIMUM', inputs: ['x', 'c'], outputs: ['y'] }],
      inputs: ['x'],
      outputs: ['y'],
    })

  it('is one that kernels can divide by', () => {
    for (const scale of [1e-18, 1, 1e18])
      expect(fault(scaled(scale * 1.001 > 1e18 ? 9e17 : scale * 1.001))).toBeUndefined()
    for (const scale of [1e-20, 1e20, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(fault(scaled(scale))).toMatchObject({
        summary: expect.stringContaining('its scale'),
        expected: '0, or 1e-18 to 1000000000000000000',
      })
    }
  })

  it('may be any small one where the file holds the values: channels without weights have such', () => {
    expect(fault(scaled(1e-20, new Uint8Array(2)))).toBeUndefined()
    expect(fault(scaled(-1e-20, new Uint8Array(2)))).toMatchObject({ expected: '0 to 1000000000000000000' })
  })
})

describe('a handle', () => {
  type DType = NonNullable<TinyTensor['type']>

  const variable = (handle: DType, read: DType = handle): TfliteModel =>
    tinyModel({
      tensors: { h: { type: handle }, r: { type: read }, y: { shape: [2] } },
      operators: [
        {
          op: 'VAR_HANDLE',
          inputs: [],
          outputs: ['h'],
          options: { type: 'VarHandleOptions', value: makeTable('VarHandleOptions', { sharedName: 'v' }) },
        },
        { op: 'READ_VARIABLE', inputs: [read === handle ? 'h' : 'r'], outputs: ['y'] },
      ],
      inputs: read === handle ? [] : ['r'],
      outputs: read === handle ? ['y'] : ['y', 'h'],
    })

  it('of a variable is a resource where it is made, and where it is taken', () => {
    expect(fault(variable('RESOURCE'))).toBeUndefined()
    expect(fault(variable('FLOAT32'))).toMatchObject({
      summary: expect.stringContaining('operator 0 (VAR_HANDLE): the dtype of its output 0'),
      expected: 'RESOURCE',
    })
    expect(fault(variable('RESOURCE', 'INT32'))).toMatchObject({
      summary: expect.stringContaining('operator 1 (READ_VARIABLE): the dtype of its input 0'),
      expected: 'RESOURCE',
    })
  })
})
