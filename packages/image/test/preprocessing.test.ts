import type { TensorInfo } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { resolvePreprocessing } from '../src/index.js'

function tensor(
  dtype: TensorInfo['dtype'],
  shape: number[],
  quantization?: TensorInfo['quantization'],
): TensorInfo {
  return { name: 'image', dtype, shape, bytes: 0, ...(quantization !== undefined && { quantization }) }
}

const FLOAT = tensor('float32', [1, 224, 192, 3])
const BYTES = tensor('uint8', [1, 224, 224, 3], { scale: 1 / 128, zeroPoint: 127 })
const refusal = (code: string, found?: unknown) =>
  expect.objectContaining({ code, ...(found !== undefined && { found }) })

describe('resolvePreprocessing', () => {
  it('takes size and layout from the shape', () => {
    expect(resolvePreprocessing(FLOAT, { preset: 'tf' })).toMatchObject({
      width: 192,
      height: 224,
      layout: 'NHWC',
    })
    expect(resolvePreprocessing(tensor('float32', [1, 3, 96, 128]), { preset: 'tf' })).toMatchObject({
      width: 128,
      height: 96,
      layout: 'NCHW',
      channels: 'rgb',
    })
    expect(resolvePreprocessing(tensor('float32', [1, 28, 28, 1]), { preset: 'tf' })).toMatchObject({
      channels: 'grey',
      mean: [127.5],
    })
  })

  it('asks which layout it is where the shape leaves a choice', () => {
    const either = tensor('uint8', [1, 3, 8, 3])
    expect(() => resolvePreprocessing(either)).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH', remedy: expect.stringContaining('layout') }),
    )
    expect(resolvePreprocessing(either, { layout: 'NCHW' })).toMatchObject({ height: 8, width: 3 })
    expect(resolvePreprocessing(either, {}, { layout: 'NHWC' })).toMatchObject({ height: 3, width: 8 })
  })

  it.each([[[1, 224, 224]], [[224, 224, 3]], [[2, 224, 224, 3]], [[1, 224, 224, 4]], [[1, 0, 224, 3]], [[]]])(
    'refuses a shape of %j',
    (shape) => {
      expect(() => resolvePreprocessing(tensor('uint8', shape))).toThrow(
        refusal('SHAPE_MISMATCH', `[${shape.join(', ')}]`),
      )
    },
  )

  it.each(['float64', 'int32', 'bool'] as const)('refuses %s', (dtype) => {
    expect(() => resolvePreprocessing(tensor(dtype, [1, 8, 8, 3]), { preset: 'tf' })).toThrow(
      refusal('DTYPE_MISMATCH', dtype),
    )
  })

  it('refuses claims that the shape contradicts', () => {
    expect(() => resolvePreprocessing(BYTES, {}, { width: 299 })).toThrow(
      refusal('SHAPE_MISMATCH', 'width 224'),
    )
    expect(() => resolvePreprocessing(BYTES, { channels: 'grey' })).toThrow(refusal('SHAPE_MISMATCH'))
    expect(() => resolvePreprocessing(BYTES, { layout: 'NCHW' })).toThrow(refusal('SHAPE_MISMATCH'))
  })

  it('prefers an option to a preset, a preset to the manifest, the manifest to defaults', () => {
    const manifest = {
      channels: 'bgr',
      resize: { fit: 'cover-crop', cropRatio: 0.5, kernel: 'lanczos' },
      mean: [1, 2, 3],
      std: [4, 5, 6],
    } as const
    expect(resolvePreprocessing(FLOAT, {}, manifest)).toMatchObject(manifest)
    expect(resolvePreprocessing(FLOAT, { preset: 'efficientnet-lite' }, manifest)).toMatchObject({
      channels: 'bgr',
      resize: { fit: 'cover-crop', cropRatio: 0.875, kernel: 'bicubic' },
      mean: [127, 127, 127],
      std: [128, 128, 128],
    })
    expect(
      resolvePreprocessing(
        FLOAT,
        { preset: 'tf', mean: [7], std: [8], resize: { fit: 'stretch', kernel: 'nearest' }, channels: 'rgb' },
        manifest,
      ),
    ).toMatchObject({
      channels: 'rgb',
      mean: [7, 7, 7],
      std: [8, 8, 8],
      resize: { fit: 'stretch', kernel: 'nearest' },
    })
  })

  it('takes what an option leaves out of a resize from the preset, or from the manifest', () => {
    const resize = { fit: 'contain', pad: [1, 2, 3] } as const
    expect(resolvePreprocessing(FLOAT, { preset: 'tf', resize }).resize).toMatchObject({
      ...resize,
      kernel: 'bilinear',
      antialias: false,
    })
    const manifest = { resize: { fit: 'stretch', kernel: 'lanczos', antialias: false } } as const
    expect(resolvePreprocessing(BYTES, { resize }, manifest).resize).toMatchObject({
      ...resize,
      kernel: 'lanczos',
      antialias: false,
    })
    expect(resolvePreprocessing(BYTES).resize).toEqual({
      fit: 'stretch',
      cropRatio: 0.875,
      rounding: 'nearest',
      pad: [0],
      kernel: 'bilinear',
      antialias: true,
    })
  })

  it('has the numbers of torchvision and Keras', () => {
    const torch = resolvePreprocessing(FLOAT, { preset: 'torch' })
    // Of values of 0 to 1 there: mean [0.485, 0.456, 0.406], std [0.229, 0.224, 0.225].
    expect(torch.mean.map((value) => value / 255)).toEqual(
      [0.485, 0.456, 0.406].map((value) => expect.closeTo(value)),
    )
    expect(torch.std.map((value) => value / 255)).toEqual(
      [0.229, 0.224, 0.225].map((value) => expect.closeTo(value)),
    )
    expect(torch).toMatchObject({
      channels: 'rgb',
      resize: { fit: 'cover-crop', cropRatio: 0.875, rounding: 'torchvision', antialias: true },
    })
    expect(resolvePreprocessing(FLOAT, { preset: 'caffe' })).toMatchObject({
      channels: 'bgr',
      mean: [103.939, 116.779, 123.68],
      std: [1, 1, 1],
    })
  })

  it("orders a preset's numbers as the tensor its channels", () => {
    const mean = [123.68, 116.779, 103.939]
    expect(resolvePreprocessing(FLOAT, { preset: 'caffe', channels: 'rgb' })).toMatchObject({
      channels: 'rgb',
      mean,
    })
    expect(resolvePreprocessing(FLOAT, { preset: 'caffe' }, { channels: 'rgb' }).channels).toBe('bgr')
    const bgr = resolvePreprocessing(FLOAT, { preset: 'torch' }, { channels: 'bgr' })
    expect(bgr.mean[0]).toBeCloseTo(0.406 * 255)
    expect(bgr.std[0]).toBeCloseTo(0.225 * 255)
  })

  it('turns scale and offset into mean and std', () => {
    expect(resolvePreprocessing(FLOAT, { scale: [1 / 127.5], offset: [-1] })).toMatchObject({
      mean: [127.5, 127.5, 127.5],
      std: [127.5, 127.5, 127.5],
    })
    expect(resolvePreprocessing(FLOAT, { scale: [2, 4, -1] })).toMatchObject({
      std: [0.5, 0.25, -1],
    })
    expect(resolvePreprocessing(FLOAT, { scale: [2, 4, -1], offset: [8] }).mean).toEqual([-4, -2, 8])
    expect(resolvePreprocessing(FLOAT, { preset: 'tf' }, { scale: [7] }).std).toEqual([127.5, 127.5, 127.5])
    expect(resolvePreprocessing(FLOAT, {}, { offset: [-3] })).toMatchObject({
      mean: [3, 3, 3],
      std: [1, 1, 1],
    })
  })

  it('does not guess how pixels become values', () => {
    expect(() => resolvePreprocessing(FLOAT)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', expected: expect.stringContaining('preset') }),
    )
    expect(() => resolvePreprocessing(tensor('int8', [1, 8, 8, 3]))).toThrow(refusal('INVALID_ARGUMENT'))
  })

  it('gives a uint8 tensor the pixels as they are, whatever its scale', () => {
    const plain = resolvePreprocessing(BYTES)
    expect(plain).toMatchObject({
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: { fit: 'stretch', kernel: 'bilinear' },
    })
    expect(plain.quantization).toBeUndefined()
    expect(resolvePreprocessing(BYTES, { preset: 'raw' }, { mean: [1], std: [2] })).toEqual(plain)
  })

  it("quantises what was normalised, with the tensor's own parameters", () => {
    expect(resolvePreprocessing(BYTES, { preset: 'efficientnet-lite' }).quantization).toEqual(
      BYTES.quantization,
    )
    expect(resolvePreprocessing(FLOAT, { preset: 'efficientnet-lite' }).quantization).toBeUndefined()
    expect(() => resolvePreprocessing(tensor('uint8', [1, 8, 8, 3]), { preset: 'tf' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', remedy: 'Use the preset raw.' }),
    )
  })

  it('wants as many means as channels, or one', () => {
    const grey = tensor('float32', [1, 8, 8, 1])
    expect(() => resolvePreprocessing(grey, { mean: [1, 2, 3], std: [1, 1, 1] })).toThrow(
      refusal('INVALID_ARGUMENT', '3'),
    )
    expect(resolvePreprocessing(grey, { mean: [1], std: [2] })).toMatchObject({ mean: [1], std: [2] })
  })

  it.each([
    ['preset', { preset: 'imagenet' }],
    ['preset', { preset: 'toString' }],
    ['resise', { resise: {} }],
    ['std', { mean: [1] }],
    ['std[0]', { mean: [1], std: [0] }],
    ['resize.kernel', { resize: { fit: 'stretch', kernel: 'area' } }],
    ['resize.cropRatio', { resize: { fit: 'cover-crop', cropRatio: 2 } }],
    ['colorManaged', { colorManaged: 'yes' }],
    ['maxPixels', { maxPixels: Number.NaN }],
    ['maxPixels', { maxPixels: 0 }],
    ['shrinkOnLoad', { shrinkOnLoad: 'yes' }],
    ['resize.antialias', { resize: { fit: 'stretch', antialias: 'no' } }],
    ['resize.pad', { resize: { fit: 'stretch', pad: [0] } }],
    ['resize.pad[0]', { resize: { fit: 'contain', pad: [-1] } }],
    ['scale', { mean: [0], std: [1], scale: [1] }],
    ['scale[0]', { scale: [0] }],
  ])('names a wrong option: %s', (name, options) => {
    // Options that TypeScript would refuse, as JavaScript may give them.
    const loose: object = options
    expect(() => resolvePreprocessing(FLOAT, loose)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: expect.stringContaining(name) }),
    )
  })

  it.each([{ presett: 'tf' }, { width: 224 }, { threads: 3 }])('refuses the option in %j', (options) => {
    expect(() => Reflect.apply(resolvePreprocessing, undefined, [BYTES, options])).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        expected:
          'none but preset, resize, mean, std, scale, offset, channels, layout, colorManaged, maxPixels, shrinkOnLoad',
      }),
    )
  })

  it('refuses pictures of more than 64 megapixels, unless it is told otherwise', () => {
    expect(resolvePreprocessing(BYTES).maxPixels).toBe(2 ** 26)
    expect(resolvePreprocessing(BYTES, { maxPixels: 1e9 }).maxPixels).toBe(1e9)
  })
})
