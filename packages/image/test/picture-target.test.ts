import { type DevicePicture, loadAddon, type PictureTarget, Tensor } from '@edge/native'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  type ImageSource,
  type PreprocessOptions,
  preprocess,
  type RawPixels,
  type Resize,
} from '../src/index.js'
import { padded } from '../src/pixels.js'
import { noisyJpeg, pixels } from './pictures.js'

const [WIDTH, HEIGHT] = [31, 23]
const picture: RawPixels = {
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
  data: pixels(WIDTH, HEIGHT, 3, (x, y, channel) => x * x * 3 + y * 7 + channel * 71),
}

/** In place of a GPU: keeps the pictures that it is given. */
function recorder(): PictureTarget & { readonly written: (DevicePicture | null)[] } {
  const written: (DevicePicture | null)[] = []
  return { written, write: (one) => void written.push(one) }
}

const SIZES = { float32: 4, float16: 2, uint8: 1, int8: 1 }

function tensor(
  shape: readonly number[] = [1, 16, 16, 3],
  dtype: keyof typeof SIZES = 'float32',
  target?: PictureTarget,
): Tensor {
  const bytes = shape.reduce((product, side) => product * side, SIZES[dtype])
  const quantization = dtype === 'int8' || dtype === 'uint8' ? { scale: 1 / 64, zeroPoint: 3 } : undefined
  const info = { name: 'image', dtype, shape, bytes, ...(quantization && { quantization }) }
  return new Tensor(info, new ArrayBuffer(bytes), 0, target)
}

/** What the functions of the processor make of a picture that a GPU was to be given. */
async function workOut(work: DevicePicture | null | undefined, like: Tensor): Promise<ArrayBuffer> {
  if (!(work?.pixels instanceof Uint8Array) || work.format !== 'rgb') throw new Error('not of RGB in memory')
  const { columns, rows, width, height, x, y, pad, kernel, antialias, ...rest } = work
  expect(work.rowBytes).toBe(columns.from * 3)
  expect(work.pixels).toHaveLength(rows.from * work.rowBytes)
  const data = await loadAddon().resamplePixels({
    ...{ pixels: work.pixels, channels: 3, columns, rows },
    ...{ kernel, antialias },
  })
  const part = { data, width: columns.count, height: rows.count, channels: 3 } as const
  const target = new ArrayBuffer(like.bytes)
  const { swapRedBlue, mean, std, layout, dtype, quantization } = rest
  loadAddon().writePixels({
    ...{ pixels: padded(part, { width, height }, x, y, pad).data, width, height, channels: 3 },
    ...{ swapRedBlue, mean, std, layout, dtype, target, byteOffset: 0 },
    ...(quantization !== undefined && { quantization }),
  })
  return target
}

/** Preprocesses for a GPU and on the processor, and compares what comes of it. */
async function expectSame(
  source: ImageSource,
  options: PreprocessOptions,
  shape?: number[],
  dtype?: keyof typeof SIZES,
) {
  const target = recorder()
  const handed = tensor(shape, dtype, target)
  const { resampleMs } = await preprocess(source, handed, options)
  expect(resampleMs).toBe(0)
  expect(target.written).toHaveLength(1)
  expect(new Uint8Array(handed.buffer)).toEqual(new Uint8Array(handed.bytes))
  const own = tensor(shape, dtype)
  await preprocess(source, own, options)
  expect(Buffer.from(await workOut(target.written[0], own)).equals(Buffer.from(own.buffer))).toBe(true)
  return target.written[0]
}

describe('an input that a GPU writes', () => {
  const normalised = { mean: [120, 110, 100], std: [60, 50, 40] }
  const fits: Resize[] = [
    { fit: 'stretch', kernel: 'nearest' },
    { fit: 'stretch', kernel: 'bilinear', antialias: false },
    { fit: 'cover-crop', kernel: 'bicubic' },
    { fit: 'cover-crop', kernel: 'lanczos', rounding: 'torchvision', cropRatio: 0.7 },
    { fit: 'contain', kernel: 'bilinear', pad: [114, 13, 200] },
    { fit: 'contain', kernel: 'lanczos', antialias: false, pad: [9] },
  ]
  it.each(fits)('gets the pixels and all that is to be done to them: %o', async (resize) => {
    for (const shape of [
      [1, 16, 16, 3],
      [1, 16, 40, 3],
    ]) {
      await expectSame(picture, { resize, ...normalised }, shape)
    }
  })

  it.each<[keyof typeof SIZES, number[], PreprocessOptions]>([
    ['float32', [1, 3, 20, 12], { channels: 'bgr', ...normalised }],
    ['float16', [1, 20, 12, 3], { preset: 'tf' }],
    ['uint8', [1, 20, 12, 3], { preset: 'caffe' }],
    ['int8', [1, 3, 20, 12], { preset: 'raw' }],
  ])('as %s of %o', async (dtype, shape, options) => {
    await expectSame(picture, options, shape, dtype)
  })

  it.each<[string, () => Promise<ImageSource>]>([
    [
      'a picture of grey',
      async () => ({ ...picture, channels: 1, data: picture.data.subarray(0, WIDTH * HEIGHT) }),
    ],
    [
      'one with alpha',
      async () => ({
        ...picture,
        channels: 4,
        data: pixels(WIDTH, HEIGHT, 4, (x, y, c) => x * 9 + y + c * 60),
      }),
    ],
    [
      'a PNG',
      () =>
        sharp(picture.data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
          .png()
          .toBuffer(),
    ],
    ['a JPEG of about its size', () => noisyJpeg(40, 30)],
  ])('gets %s', async (_name, source) => {
    await expectSame(await source(), normalised)
  })

  it('gets a JPEG that is decoded smaller as it then is', async () => {
    const work = await expectSame(await noisyJpeg(400, 300), {
      ...normalised,
      resize: { fit: 'cover-crop', kernel: 'lanczos' },
    })
    expect(work).toMatchObject({
      columns: { from: 16, to: 16, first: 0, count: 16 },
      rows: { from: 16, to: 16, first: 0, count: 16 },
      kernel: 'nearest',
    })
  })

  it('is left to the processor where it is grey', async () => {
    const target = recorder()
    const grey = tensor([1, 16, 16, 1], 'uint8', target)
    await preprocess(picture, grey)
    expect(target.written).toEqual([])
    expect(new Uint8Array(grey.buffer).some((value) => value > 0)).toBe(true)
  })

  it('is written by who writes tensors, and by no picture that was never run', async () => {
    const target = recorder()
    const input = tensor([1, 16, 16, 3], 'uint8', target)
    await preprocess({ writeTensor: () => expect(target.written).toEqual([null]) }, input)
    expect(target.written).toEqual([null])
  })

  it('gets nothing once the signal says so, which is asked as often as for the processor', async () => {
    const target = recorder()
    const looks = async (input: Tensor) => {
      for (let look = 0; ; look += 1) {
        const options = { preset: 'raw', signal: abortedAt(look) } as const
        const error = await preprocess(picture, input, options).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        if (error === undefined || look > 20) return look
        expect(error).toMatchObject({ code: 'ABORTED' })
        expect(target.written).toEqual([])
      }
    }
    const own = await looks(tensor([1, 16, 16, 3], 'uint8'))
    expect(await looks(tensor([1, 16, 16, 3], 'uint8', target))).toBe(own)
    expect(target.written).toHaveLength(1)
  })

  it('gets nothing where its memory is gone', async () => {
    const target = recorder()
    const input = tensor([1, 16, 16, 3], 'uint8', target)
    structuredClone(input.buffer, { transfer: [input.buffer] })
    await expect(preprocess(picture, input)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    expect(target.written).toEqual([])
  })
})

/** A signal that is aborted from the so-manieth look at it on. */
function abortedAt(look: number): AbortSignal {
  const { signal } = new AbortController()
  let looks = 0
  const get = () => {
    looks += 1
    return looks > look
  }
  return Object.defineProperty(signal, 'aborted', { get })
}

describe('frames', () => {
  const frame = { deviceAddress: 4096n, width: 40, height: 30 } as const

  it('in the memory of the GPU are handed over by their address', async () => {
    const target = recorder()
    await preprocess({ ...frame, format: 'nv12', rowBytes: 64 }, tensor([1, 16, 16, 3], 'uint8', target))
    await preprocess({ ...frame, format: 'rgb' }, tensor([1, 16, 16, 3], 'uint8', target))
    expect(target.written).toMatchObject([
      {
        pixels: 4096n,
        format: 'nv12',
        rowBytes: 64,
        chroma: { offset: 1920, rowBytes: 64, matrix: 'bt601', range: 'limited' },
        columns: { from: 40, to: 16, first: 0, count: 16 },
        rows: { from: 30, to: 16, first: 0, count: 16 },
      },
      { pixels: 4096n, format: 'rgb', rowBytes: 120 },
    ])
    expect(target.written[1]).not.toHaveProperty('chroma')
  })

  it('of NV12 are handed over as they are', async () => {
    const target = recorder()
    const data = new Uint8Array(31 * 23 + 32 * 12)
    const full = { matrix: 'bt709', range: 'full' } as const
    await preprocess(
      { data, width: 31, height: 23, format: 'nv12', ...full },
      tensor([1, 16, 16, 3], 'uint8', target),
    )
    expect(target.written).toMatchObject([
      { pixels: data, format: 'nv12', rowBytes: 31, chroma: { offset: 713, rowBytes: 32, ...full } },
    ])
  })

  it('of the GPU are refused where the processor writes the input', async () => {
    const source = { ...frame, format: 'nv12' } as const
    for (const input of [tensor(), tensor([1, 16, 16, 1], 'float32', recorder())]) {
      await expect(preprocess(source, input, { mean: [0], std: [1] })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('preprocessOnGpu'),
      })
    }
  })

  it('of too many pixels are refused', async () => {
    const source = { ...frame, format: 'rgb' } as const
    const input = tensor([1, 16, 16, 3], 'uint8', recorder())
    await expect(preprocess(source, input, { maxPixels: 1199 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
    })
  })
})
