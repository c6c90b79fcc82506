import { describe, expect, it } from 'vitest'
import { makeTable, type TfliteModel, type TfliteOptions } from '../../src/tflite/index.js'
import { fault } from './fault.js'
import {
  CONV_OPTIONS,
  convolution,
  single,
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
      withTensor('filter', { shape: [3, 0, 3, 2], values: [] }),
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
