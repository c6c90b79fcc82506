import { describe, expect, it } from 'vitest'
import { makeTable, type TfliteModel, type TfliteOptions } from '../../src/tflite/index.js'
import { fault } from './fault.js'
import {
  CONV_OPTIONS,
  convolution,
  type TinyModel,
  type TinyTensor,
  tinyModel,
  withTensor,
} from './tiny-models.js'

function withConvOptions(change: Partial<typeof CONV_OPTIONS>): TinyModel {
  const [conv, ...others] = convolution.operators
  if (conv === undefined) throw new Error('no operator')
  const options: TfliteOptions = { type: 'Conv2DOptions', value: { ...CONV_OPTIONS, ...change } }
  return { ...convolution, operators: [{ ...conv, options }, ...others] }
}

/** One operator on a float tensor `x` and constants. */
function single(
  op: TinyModel['operators'][number]['op'],
  tensors: TinyModel['tensors'],
  inputs: readonly (string | -1)[],
  outputs: readonly string[],
  options?: TfliteOptions,
): TfliteModel {
  return tinyModel({
    tensors,
    operators: [{ op, inputs, outputs, ...(options !== undefined && { options }) }],
    inputs: ['x'],
    outputs,
  })
}

describe('a convolution', () => {
  it.each([
    ['a stride of 0', withConvOptions({ strideW: 0 }), 'its stride', '1 to 32767'],
    ['a dilation of 0', withConvOptions({ dilationHFactor: 0 }), 'its dilation', '1 to 32767'],
    ['an unknown padding', withConvOptions({ padding: 7 }), 'its padding', 'a value from 0 to 1'],
    [
      'a filter larger than its input',
      withConvOptions({ padding: 1, dilationHFactor: 4 }),
      'its filter',
      'one that fits into its input',
    ],
    [
      'a filter of size 0',
      withTensor('filter', { shape: [3, 0, 3, 2] }),
      'the shape of its input 1',
      'no size of 0',
    ],
    [
      'a bias for other channels',
      withTensor('bias', { shape: [1], values: [1] }),
      'its bias',
      '3 values, one for each channel',
    ],
    [
      'channels that make no groups',
      withTensor('filter', { shape: [3, 3, 2, 3] }),
      'the channels of its filter',
      'a divisor of 2 that makes equal groups',
    ],
    [
      'a result of another shape',
      withTensor('features', { shape: [1, 4, 5, 3] }),
      'the shape of its output 0',
      '[1, 4, 4, 3], as its inputs say',
    ],
  ])('with %s is refused', (_, broken, what, expected) => {
    expect(fault(tinyModel(broken))).toMatchObject({
      summary: `m.tflite is not valid: subgraph 0, operator 0 (CONV_2D): ${what}`,
      expected,
    })
  })

  it('without options is refused, since TensorFlow Lite would take a stride of 0', () => {
    const [conv, add] = convolution.operators
    if (conv === undefined || add === undefined) throw new Error('no operator')
    const { options: _, ...bare } = conv
    expect(fault(tinyModel({ ...convolution, operators: [bare, add] }))?.expected).toBe('Conv2DOptions')
  })
})

describe('an operator', () => {
  const x = { shape: [2, 3] }
  const axis = (value: number): TinyTensor => ({ shape: [1], type: 'INT32', values: [value] })
  const concat = (value: number): TfliteOptions => ({
    type: 'ConcatenationOptions',
    value: makeTable('ConcatenationOptions', { axis: value }),
  })

  it.each([
    ['with too few inputs', single('ADD', { x, y: x }, ['x'], ['y']), 'its number of inputs', '2'],
    ['without a needed input', single('ADD', { x, y: x }, ['x', -1], ['y']), 'its input 1', 'a tensor'],
    [
      'of shapes that do not broadcast',
      single('ADD', { x, c: { shape: [2], values: [1, 2] }, y: x }, ['x', 'c'], ['y']),
      'the shapes of its inputs',
      'equal sizes, or 1',
    ],
    [
      'of other dtypes',
      single('ADD', { x, c: axis(1), y: x }, ['x', 'c'], ['y']),
      'the dtype of its input 1',
      'FLOAT32',
    ],
    [
      'on 8-bit values without a scale',
      single('LOGISTIC', { x: { shape: [2], type: 'INT8' }, y: { shape: [2], type: 'INT8' } }, ['x'], ['y']),
      'the scale of its input 0',
      'one greater than 0',
    ],
    [
      'RESHAPE to two unknown sizes',
      single('RESHAPE', { x, c: { shape: [2], type: 'INT32', values: [-1, -1] }, y: x }, ['x', 'c'], ['y']),
      'its target shape',
      'at most one -1, and none beside a 0',
    ],
    [
      'RESHAPE to -1 beside 0',
      single('RESHAPE', { x, c: { shape: [2], type: 'INT32', values: [-1, 0] }, y: x }, ['x', 'c'], ['y']),
      'its target shape',
      'at most one -1, and none beside a 0',
    ],
    [
      'CONCATENATION along no axis',
      single('CONCATENATION', { x, y: { shape: [4, 3] } }, ['x', 'x'], ['y'], concat(2)),
      'its axis',
      '-2 to 1',
    ],
    [
      'SPLIT along no axis',
      single(
        'SPLIT',
        { x, c: { shape: [], type: 'INT32', values: [5] }, y: { shape: [1, 3] }, z: { shape: [1, 3] } },
        ['c', 'x'],
        ['y', 'z'],
        { type: 'SplitOptions', value: makeTable('SplitOptions', { numSplits: 2 }) },
      ),
      'its axis',
      '-2 to 1',
    ],
    [
      'GATHER outside its input',
      single('GATHER', { x, c: axis(2), y: { shape: [1, 3] } }, ['x', 'c'], ['y'], {
        type: 'GatherOptions',
        value: makeTable('GatherOptions', {}),
      }),
      'its indices',
      'values from 0 to 1',
    ],
    [
      'TRANSPOSE by no permutation',
      single('TRANSPOSE', { x, c: { shape: [2], type: 'INT32', values: [1, 1] }, y: x }, ['x', 'c'], ['y']),
      'its permutation',
      'each dimension once',
    ],
    [
      'PAD by less than nothing',
      single(
        'PAD',
        { x, c: { shape: [2, 2], type: 'INT32', values: [0, 0, -1, 0] }, y: x },
        ['x', 'c'],
        ['y'],
      ),
      'its paddings',
      '0 to 16777216',
    ],
    [
      'TILE beyond memory',
      single(
        'TILE',
        { x, c: { shape: [2], type: 'INT32', values: [65536, 65536] }, y: x },
        ['x', 'c'],
        ['y'],
      ),
      'the result of its multiples',
      'sizes of 0 or more with a product of at most 134217728',
    ],
    [
      'STRIDED_SLICE by steps of 0',
      single('STRIDED_SLICE', { x, b: axis(0), s: axis(0), y: x }, ['x', 'b', 'b', 's'], ['y']),
      'its strides',
      'none of 0',
    ],
    [
      'SPACE_TO_DEPTH by blocks of 0',
      single('SPACE_TO_DEPTH', { x: { shape: [1, 2, 2, 1] }, y: { shape: [1, 1, 1, 4] } }, ['x'], ['y'], {
        type: 'SpaceToDepthOptions',
        value: makeTable('SpaceToDepthOptions', {}),
      }),
      'its block_size',
      '1 to 16777216',
    ],
    [
      'AVERAGE_POOL_2D of no size',
      single('AVERAGE_POOL_2D', { x: { shape: [1, 2, 2, 1] }, y: { shape: [1, 2, 2, 1] } }, ['x'], ['y'], {
        type: 'Pool2DOptions',
        value: makeTable('Pool2DOptions', { strideH: 1, strideW: 1, filterWidth: 1 }),
      }),
      'its filter size',
      '1 to 32767',
    ],
    [
      'FULLY_CONNECTED with weights for other inputs',
      single(
        'FULLY_CONNECTED',
        { x, w: { shape: [1, 4], values: [1, 2, 3, 4] }, y: { shape: [2, 1] } },
        ['x', 'w'],
        ['y'],
      ),
      'its input',
      'a multiple of 4 elements, as its weights say',
    ],
  ] satisfies readonly (readonly [string, TfliteModel, string, string])[])(
    '%s is refused',
    (_, broken, what, expected) => {
      expect(fault(broken)).toMatchObject({
        code: 'MODEL_INVALID',
        expected,
        summary: expect.stringMatching(new RegExp(`: ${what}$`)),
      })
    },
  )
})

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

  it('TRANSPOSE goes by as many values as its permutation has, not by what lies behind them', () => {
    const transpose = (shape: number[], ...values: number[]): TfliteModel =>
      single('TRANSPOSE', { x, c: { shape, type: 'INT32', values }, y: { shape: [3, 2] } }, ['x', 'c'], ['y'])
    expect(fault(transpose([2], 1, 0, 7))).toBeUndefined()
    expect(fault(transpose([1], 1, 0))).toMatchObject({
      summary: expect.stringContaining('the values of its input 1'),
      expected: '2 of them',
      found: '1',
    })
  })

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
