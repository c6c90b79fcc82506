/** Pictures that the GPU preprocesses, on the doubles of TensorRT and of the driver: what the model gets is what the processor makes. */
import {
  type ImageSource,
  type Nv12Pixels,
  type PreprocessOptions,
  preprocess,
  type RawPixels,
  type Resize,
} from '@edge/image'
import { loadAddon } from '@edge/native'
import type { Session } from '@edge/runtime'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNv12Golden } from '../../packages/image/test/nv12-golden.js'
import { noisyJpeg, pixels, png } from '../../packages/image/test/pictures.js'
import { useDoubles } from '../../packages/runtime/test/tensorrt/doubles.js'
import { deviceMemory, onProcessor, open, seeingModel, seen } from './gpu-picture-sessions.js'

useDoubles(10)

const values = (x: number, y: number, channel: number) => x * x * 5 + y * 11 + channel * 83 + ((x * y) % 7)
const rgb = (width: number, height: number): RawPixels => ({
  ...{ width, height, channels: 3 },
  data: pixels(width, height, 3, values),
})
const golden = readNv12Golden()
const nv12: Nv12Pixels = { data: golden.frame, width: golden.width, height: golden.height, format: 'nv12' }
const normalised = { mean: [120, 110, 100], std: [60, 50, 40] } as const

async function using(session: Session, use: (session: Session) => Promise<void>): Promise<void> {
  try {
    await use(session)
  } finally {
    await session.dispose()
  }
}

/** Holds what the model got against what the processor makes of the same picture. */
async function expectSame(session: Session, source: ImageSource, options: PreprocessOptions): Promise<void> {
  const { input, output, device } = await seen(session, source, options)
  const expected = await onProcessor(session, source, options)
  expect(input.equals(expected)).toBe(true)
  expect(new Set(input).size).toBeGreaterThan(8)
  expect(device?.preprocessMs).toBeGreaterThan(0)
  if (session.inputs[0]?.dtype !== 'float32') return
  const floats = new Float32Array(expected.buffer, expected.byteOffset, expected.length / 4)
  expect(output).toEqual(Array.from(floats, (value) => Math.fround(value * 2)))
}

const FITS: Resize[] = [{ fit: 'stretch' }, { fit: 'cover-crop' }, { fit: 'contain', pad: [114, 13, 200] }]
const KERNELS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const

it('the addon has the kernels', () => {
  expect(loadAddon().gpuPreprocessing).toBe(true)
})

describe.each(['mapped', 'copied'] as const)('tensors that are %s', (transfer) => {
  let session: Session
  beforeAll(async () => {
    session = await open(seeingModel([1, 3, 20, 28], 'float32'), { transfer })
  })
  afterAll(() => session.dispose())

  it.each(FITS)('get every kernel, up and down: %o', async (fit) => {
    for (const source of [rgb(61, 40), rgb(13, 33), rgb(28, 20)]) {
      for (const kernel of KERNELS) {
        for (const antialias of [true, false])
          await expectSame(session, source, { resize: { ...fit, kernel, antialias }, ...normalised })
      }
    }
  })

  it.each(['bt601', 'bt709'] as const)('get NV12 of %s', async (matrix) => {
    for (const range of ['limited', 'full'] as const) {
      for (const resize of FITS) {
        await expectSame(session, { ...nv12, matrix, range }, { resize, channels: 'bgr', ...normalised })
      }
    }
  })

  it('get NV12 of odd sizes and any layout', async () => {
    const data = pixels(80, 70, 1, values)
    const layout = { rowBytes: 50, chromaOffset: 2000, chromaRowBytes: 64 }
    for (const size of [
      { width: 37, height: 33 },
      { width: 1, height: 1 },
      { width: 37, height: 1 },
    ]) {
      const source = { ...size, data, format: 'nv12' as const, ...layout }
      await expectSame(session, source, { resize: { fit: 'contain', kernel: 'lanczos' }, preset: 'torch' })
    }
  })

  it.each<[string, () => Promise<ImageSource>]>([
    ['JPEG', () => noisyJpeg(40, 30)],
    ['JPEG that is decoded smaller', () => noisyJpeg(400, 301)],
    ['PNG of grey', () => png(33, 21, 1, values)],
    ['PNG with alpha', () => png(33, 21, 4, values)],
    [
      'instance of sharp',
      async () => sharp(await noisyJpeg(64, 48)).extract({ left: 3, top: 5, width: 50, height: 31 }),
    ],
  ])('get a %s', async (_name, source) => {
    await expectSame(session, await source(), { preset: 'torch' })
  })

  it('get what the graph of the inference then takes, run after run', async () => {
    const request = session.createRequest()
    for (let run = 0; run < 6; run += 1) {
      const source = run % 2 === 0 ? { ...nv12, range: 'full' as const } : rgb(30 + run, 20)
      await preprocess(source, request.input(), normalised)
      await request.run()
      const expected = await onProcessor(session, source, normalised)
      expect(Buffer.from(request.input().buffer).equals(expected)).toBe(true)
      expect(request.output(0, 'float32').data[0]).toBe(expected.readFloatLE(0) * 2)
    }
    expect(request.graphRefusal).toBeUndefined()
    await request.dispose()
  })
})

describe('an input', () => {
  it.each([
    ['float16', [1, 20, 28, 3], { preset: 'tf' }],
    ['float16', [1, 3, 20, 28], { preset: 'torch' }],
    ['float32', [1, 20, 28, 3], { preset: 'caffe' }],
    ['uint8', [1, 20, 28, 3], {}],
    ['uint8', [1, 3, 20, 28], { channels: 'bgr' }],
    ['int8', [1, 3, 20, 28], { preset: 'raw' }],
  ] as const)('of %s and %o gets the same', async (dtype, shape, options) => {
    await using(await open(seeingModel(shape, dtype)), async (session) => {
      for (const source of [rgb(61, 40), nv12]) await expectSame(session, source, options)
    })
  })

  it('of one channel is left to the processor', async () => {
    await using(await open(seeingModel([1, 1, 20, 28], 'float32')), async (session) => {
      const options = { mean: [0], std: [1] }
      const { input, device } = await seen(session, rgb(61, 40), options)
      expect(input.equals(await onProcessor(session, rgb(61, 40), options))).toBe(true)
      expect(device?.preprocessMs).toBe(0)
    })
  })
})

describe('a frame in the memory of the GPU', () => {
  it('is taken from there', async () => {
    // Of which an input is the memory: mapped memory has an address of the GPU's, too.
    const camera = await open(seeingModel([1, 1, 64, 64], 'float32'), { transfer: 'mapped' })
    await using(await open(seeingModel([1, 3, 20, 28], 'float32')), async (session) => {
      const { bytes, address } = deviceMemory(camera)
      const cases = [
        [{ ...rgb(61, 40), rowBytes: 183 }, 'rgb', {}],
        [
          { data: pixels(80, 70, 1, values), width: 37, height: 33 },
          'nv12',
          { rowBytes: 50, chromaOffset: 2000 },
        ],
      ] as const
      for (const [{ data, width, height }, format, layout] of cases) {
        bytes.set(data)
        const options = { resize: { fit: 'contain' }, ...normalised } as const
        const frame = { deviceAddress: address, width, height, format, ...layout }
        const { input } = await seen(session, frame, options)
        const own =
          format === 'rgb'
            ? { data, width, height, channels: 3 as const }
            : { data, width, height, format, ...layout }
        expect(input.equals(await onProcessor(session, own, options))).toBe(true)
      }
    })
    await camera.dispose()
  })
})
