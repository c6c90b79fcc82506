/** Pictures as the addon takes them, on the doubles of TensorRT and of the GPU's driver. */
import { fileURLToPath } from 'node:url'
import {
  type DevicePicture,
  loadAddon,
  type NativeRequest,
  type NativeSession,
  type Nv12Frame,
} from '@edge/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { model, node, value } from '../../../packages/runtime/test/onnx-models.js'
import { openDouble } from './double.js'

const addon = loadAddon()
const doubles = fileURLToPath(new URL('../../build/double/', import.meta.url))
const libraries = {
  tensorrt: [{ path: `${doubles}tensorrt/10/libnvinfer.so.10`, origin: 'the test' }],
  cuda: [{ path: `${doubles}cuda/libcuda.so.1`, origin: 'the test' }],
}
const invalid = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' })

const chroma = { offset: 12, rowBytes: 4, matrix: 'bt601', range: 'limited' } as const
const frame: Nv12Frame = { pixels: new Uint8Array(20).fill(128), width: 4, height: 3, rowBytes: 4, chroma }
const axis = (from: number, to: number) => ({ from, to, first: 0, count: to })
const picture: DevicePicture = {
  pixels: Uint8Array.from({ length: 36 }, (_, index) => index * 7),
  format: 'rgb',
  rowBytes: 12,
  columns: axis(4, 2),
  rows: axis(3, 2),
  kernel: 'bilinear',
  antialias: true,
  width: 2,
  height: 2,
  x: 0,
  y: 0,
  pad: [0, 0, 0],
  swapRedBlue: false,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'NCHW',
  dtype: 'float32',
}

/** What no TypeScript would let through, too. */
const convert = (given: unknown): unknown => Reflect.apply(addon.nv12ToRgb, addon, [given])
const write = (request: NativeRequest, ...values: unknown[]): unknown =>
  Reflect.apply(request.writePicture ?? expect.fail, request, values)

async function open(copyBuffers: boolean): Promise<NativeSession> {
  const content = model({
    input: [value('picture', [1, 3, 2, 2])],
    output: [value('seen', [1, 3, 2, 2])],
    node: [node('Relu', ['picture'], ['seen'])],
  })
  const engine = await addon.buildEngine({
    ...{ libraries, device: 0, model: content, precision: 'fp32', tf32: true, profiles: [] },
    ...{ versionCompatible: false, hardwareCompatibility: 'none', refittable: false },
    detailedProfiling: false,
  }).done
  return addon.openTensorRtSession({
    ...{ libraries, device: 0, plan: engine.plan, versionCompatible: false, transfer: 'copied' },
    ...{
      graph: true,
      profileLayers: false,
      waitAsleep: false,
      pictures: true,
      queueCapacity: 4,
      copyBuffers,
    },
  })
}

describe('nv12ToRgb', () => {
  it('gives the pixels of the frame, of whatever size its last blocks are', () => {
    expect([...addon.nv12ToRgb(frame)]).toEqual(new Array(36).fill(130))
    expect(addon.nv12ToRgb({ ...frame, width: 3 })).toHaveLength(27)
  })

  it.each([
    ['pixels', [1, 2, 3]],
    ['width', 0],
    ['width', 65537],
    ['height', 1.5],
    ['rowBytes', 3],
    ['chroma', undefined],
    ['chroma', { ...chroma, offset: 11 }],
    ['chroma', { ...chroma, offset: -1 }],
    ['chroma', { ...chroma, offset: 2 ** 60 }],
    ['chroma', { ...chroma, rowBytes: 3 }],
    ['chroma', { ...chroma, matrix: 'bt2020' }],
    ['chroma', { ...chroma, range: 'video' }],
  ])('refuses %s: %s', (key, given) => {
    expect(() => convert({ ...frame, [key]: given })).toThrow(invalid)
  })

  it('refuses a frame that is cut off', () => {
    expect(() => convert({ ...frame, pixels: new Uint8Array(19) })).toThrow(mismatch)
    expect(() => convert({ ...frame, chroma: { ...chroma, offset: 2 ** 52 } })).toThrow(mismatch)
  })
})

describe.skipIf(!addon.gpuPreprocessing)('writePicture (skipped where the addon has no kernels)', () => {
  let session: NativeSession
  let request: NativeRequest
  beforeAll(async () => {
    session = await open(false)
    request = session.createRequest()
  })
  afterAll(() => session.dispose())

  it.each([
    ['pixels', [1, 2, 3]],
    ['pixels', -1n],
    ['pixels', 2n ** 64n],
    ['pixels', 0n],
    ['pixels', 4096n],
    ['format', 'bgr'],
    ['format', 'nv12'],
    ['rowBytes', 11],
    ['rowBytes', 2 ** 31],
    ['columns', axis(0, 2)],
    ['columns', { ...axis(4, 2), count: 3 }],
    ['rows', { ...axis(3, 2), first: 2 }],
    ['rows', axis(2 ** 20, 2)],
    ['kernel', 'area'],
    ['antialias', 1],
    ['width', 0],
    ['height', 65537],
    ['x', 1],
    ['x', -1],
    ['y', 65536],
    ['pad', [0, 0]],
    ['pad', [0, 0, 256]],
    ['pad', [0, -1, 0]],
    ['pad', [0.5, 0, 0]],
    ['swapRedBlue', 0],
    ['mean', [0]],
    ['std', [1, 0, 1]],
    ['layout', 'CHWN'],
    ['dtype', 'float16'],
    ['quantization', { scale: 0, zeroPoint: 0 }],
  ])('refuses %s: %s', (key, given) => {
    expect(() => write(request, 0, { ...picture, [key]: given })).toThrow(invalid)
  })

  it.each([[[]], [[0]], [[1, picture]], [[-1, picture]], [['0', picture]], [[0, undefined]], [[0, 7]]])(
    'refuses %j',
    (values) => {
      expect(() => write(request, ...values)).toThrow(invalid)
    },
  )

  it('refuses pixels that are cut off, or that a getter takes away', () => {
    expect(() => write(request, 0, { ...picture, pixels: new Uint8Array(35) })).toThrow(mismatch)
    expect(() => write(request, 0, { ...picture, pixels: new Uint8Array(0) })).toThrow(mismatch)
    expect(() => write(request, 0, { ...picture, width: 3 })).toThrow(mismatch)
    const pixels = new Uint8Array(36)
    const odd = {
      ...picture,
      pixels,
      get quantization() {
        structuredClone(pixels.buffer, { transfer: [pixels.buffer] })
        return undefined
      },
    }
    expect(() => write(request, 0, odd)).toThrow(mismatch)
  })

  it('refuses a picture whose getter disposes of the request, or has it run', async () => {
    const other = session.createRequest()
    const disposing = {
      ...picture,
      get kernel() {
        void other.dispose()
        return 'bilinear'
      },
    }
    expect(() => write(other, 0, disposing)).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    let run: Promise<void> | undefined
    const running = {
      ...picture,
      get kernel() {
        run = request.run()
        return 'bilinear'
      },
    }
    expect(() => write(request, 0, running)).toThrow(expect.objectContaining({ code: 'REQUEST_BUSY' }))
    await run
  })

  it('takes pictures again after all that, and forgets one that is taken back', async () => {
    const floats = () => [...new Float32Array(request.outputs[0] ?? new ArrayBuffer(0))]
    write(request, 0, { ...picture, pixels: new Uint8Array(36).fill(9) })
    await request.run()
    expect(floats()).toEqual(new Array(12).fill(9))
    write(request, 0, picture)
    write(request, 0, null)
    await request.run()
    expect(floats()).toEqual(new Array(12).fill(9))
  })

  it('shows what it became where the engine refuses memory that is not its own, too', async () => {
    const copying = await open(true)
    const mine = copying.createRequest()
    expect(mine.copies).toBe(1)
    const input = new Float32Array(mine.inputs[0] ?? new ArrayBuffer(0))
    write(mine, 0, { ...picture, pixels: new Uint8Array(36).fill(5) })
    await mine.run()
    expect([...input]).toEqual(new Array(12).fill(5))
    input.fill(3)
    mine.runSync()
    expect([...new Float32Array(mine.outputs[0] ?? new ArrayBuffer(0))]).toEqual(new Array(12).fill(3))
    await copying.dispose()
  })

  it('is nothing for a backend that runs on the processor', async () => {
    const onProcessor = await openDouble(addon, 'in=a:float32:12 out=b:float32:12')
    expect(() => write(onProcessor.createRequest(), 0, picture)).toThrow(invalid)
    await onProcessor.dispose()
  })
})
