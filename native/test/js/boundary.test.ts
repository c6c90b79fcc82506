import { DTYPES, loadAddon, type PixelResample, type PixelWrite } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { doubleModel, doublePath, openDouble } from './double.js'

const addon = loadAddon()

/** Calls a function of the addon with what TypeScript would not let through. */
function call(
  name: 'openTfliteSession' | 'resamplePixels' | 'writePixels' | 'describeTflite',
  ...values: unknown[]
): unknown {
  return Reflect.apply(addon[name], addon, values)
}

const invalid = expect.objectContaining({ code: 'INVALID_ARGUMENT' })

const goodOptions = {
  model: doubleModel('in=a:float32:1 out=b:float32:1'),
  libraries: [{ path: doublePath, origin: 'the test' }],
  threads: 1,
  xnnpack: true,
  queueCapacity: 1,
  copyBuffers: false,
}

const goodWrite: PixelWrite = {
  pixels: Uint8Array.from([1, 2, 3, 4, 5, 6]),
  width: 2,
  height: 1,
  channels: 3,
  swapRedBlue: false,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: 'NHWC',
  dtype: 'uint8',
  target: new ArrayBuffer(6),
  byteOffset: 0,
}

describe('openTfliteSession', () => {
  it.each([[[]], [[undefined]], [[7]], [['text']], [[{}]]])('refuses %j', (values) => {
    expect(() => call('openTfliteSession', ...values)).toThrow(invalid)
  })

  it.each([
    ['model', undefined],
    ['model', 7],
    ['model', 'a\0b'],
    ['model', new Float32Array(4)],
    ['model', new ArrayBuffer(8)],
    ['libraries', undefined],
    ['libraries', [{}]],
    ['libraries', ['path']],
    // To dlopen, an empty path is the running program.
    ['libraries', [{ path: '', origin: 'x' }]],
    ['threads', 0],
    ['threads', 1.5],
    ['threads', Number.NaN],
    ['threads', 257],
    ['threads', '1'],
    ['xnnpack', 1],
    ['queueCapacity', 0],
    ['queueCapacity', Number.POSITIVE_INFINITY],
    ['copyBuffers', undefined],
  ])('refuses %s: %s', (key, value) => {
    expect(() => call('openTfliteSession', { ...goodOptions, [key]: value })).toThrow(invalid)
    expect(addon.liveObjects()).toMatchObject({ threads: 0, tasks: 0 })
  })

  it('passes on what a getter throws', () => {
    const odd = {
      ...goodOptions,
      get threads() {
        throw new RangeError('from the getter')
      },
    }
    expect(() => call('openTfliteSession', odd)).toThrow('from the getter')
  })

  it('says where it looked for a library, and what to do', async () => {
    const libraries = [{ path: '/nonexistent/lib.so', origin: 'nobody' }]
    await expect(openDouble(addon, '', { libraries })).rejects.toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
      found: expect.stringContaining('/nonexistent/lib.so (from nobody): '),
      remedy: expect.stringContaining('EDGE_TFLITE_LIBRARY'),
    })
    await expect(openDouble(addon, '', { libraries: [] })).rejects.toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
    })
  })
})

describe('native classes', () => {
  it('cannot be made from JavaScript, or used with a foreign receiver', async () => {
    const session = await openDouble(addon, 'in=a:float32:1 out=b:float32:1')
    const request = session.createRequest()
    try {
      for (const made of [session, request]) {
        const make: unknown = made.constructor
        if (typeof make !== 'function') throw new Error('no constructor')
        for (const values of [[], [{}], [session], [null]]) {
          expect(() => Reflect.construct(make, values)).toThrow(invalid)
        }
      }
      expect(() => Reflect.apply(session.createRequest, request, [])).toThrow(TypeError)
      expect(() => Reflect.apply(request.run, session, [])).toThrow(TypeError)
      expect(() => Reflect.apply(request.run, {}, [])).toThrow(TypeError)
    } finally {
      await session.dispose()
    }
  })
})

const goodResample: PixelResample = {
  pixels: Uint8Array.from({ length: 4 * 2 * 3 }, (_, index) => index),
  channels: 3,
  columns: { from: 4, to: 2, first: 0, count: 2 },
  rows: { from: 2, to: 2, first: 0, count: 2 },
  kernel: 'bilinear',
  antialias: true,
}

describe('resamplePixels', () => {
  it('gives the part that is wanted', async () => {
    const columns = { from: 4, to: 4, first: 1, count: 2 }
    const rows = { from: 2, to: 2, first: 1, count: 1 }
    const pixels = await addon.resamplePixels({ ...goodResample, columns, rows })
    expect([...pixels]).toEqual([15, 16, 17, 18, 19, 20])
    expect(addon.liveObjects().tasks).toBe(0)
  })

  it.each([[[]], [[undefined]], [[7]], [[{}]]])('refuses %j', (values) => {
    expect(() => call('resamplePixels', ...values)).toThrow(invalid)
  })

  it.each([
    ['pixels', undefined],
    ['pixels', [1, 2, 3]],
    ['pixels', new Float32Array(24)],
    ['pixels', new ArrayBuffer(24)],
    ['channels', 0],
    ['channels', 5],
    ['channels', 1.5],
    ['kernel', 'area'],
    ['kernel', 'toString'],
    ['kernel', 3],
    ['antialias', 'yes'],
    ['antialias', undefined],
    ['columns', undefined],
    ['columns', { from: 0, to: 2, first: 0, count: 2 }],
    ['columns', { from: 4, to: 0, first: 0, count: 0 }],
    ['columns', { from: 4, to: 2, first: 2, count: 1 }],
    ['columns', { from: 4, to: 2, first: -1, count: 1 }],
    ['columns', { from: 4, to: 2, first: 1, count: 2 }],
    ['columns', { from: 4, to: 2, first: 0, count: 0 }],
    ['columns', { from: 4, to: Number.NaN, first: 0, count: 1 }],
    ['columns', { from: 4, to: 2 ** 40, first: 0, count: 1 }],
    ['columns', { from: 4, to: 2 ** 20, first: 0, count: 2 ** 20 }],
    ['rows', { from: 2, to: 2, first: 0.5, count: 1 }],
    ['rows', { from: 2, to: 2, count: 1 }],
  ])('refuses %s: %j', (key, value) => {
    expect(() => call('resamplePixels', { ...goodResample, [key]: value })).toThrow(invalid)
    expect(addon.liveObjects().tasks).toBe(0)
  })

  it.each([
    ['too few pixels', { pixels: new Uint8Array(23) }],
    ['too many', { pixels: new Uint8Array(25) }],
    ['another number of channels', { channels: 4 }],
    ['a source whose size overflows', { columns: { from: 2 ** 30, to: 2, first: 0, count: 2 } }],
  ])('refuses %s', (_what, change) => {
    expect(() => addon.resamplePixels({ ...goodResample, ...change })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    )
  })

  it('does not read memory that was taken away, also by a getter', () => {
    const taken = Uint8Array.from(goodResample.pixels)
    structuredClone(taken.buffer, { transfer: [taken.buffer] })
    const gone = expect.objectContaining({ code: 'SHAPE_MISMATCH', found: '0' })
    expect(() => addon.resamplePixels({ ...goodResample, pixels: taken })).toThrow(gone)
    const pixels = Uint8Array.from(goodResample.pixels)
    const resample = {
      ...goodResample,
      pixels,
      get rows() {
        structuredClone(pixels.buffer, { transfer: [pixels.buffer] })
        return goodResample.rows
      },
    }
    expect(() => addon.resamplePixels(resample)).toThrow(gone)
  })

  it('keeps the pixels alive until it has read them', async () => {
    const results = Array.from({ length: 20 }, (_, value) =>
      addon.resamplePixels({
        ...goodResample,
        pixels: new Uint8Array(2000 * 1000 * 3).fill(value),
        columns: { from: 2000, to: 20, first: 0, count: 20 },
        rows: { from: 1000, to: 10, first: 0, count: 10 },
      }),
    )
    globalThis.gc?.()
    for (const [value, pixels] of (await Promise.all(results)).entries()) {
      expect(new Set(pixels)).toEqual(new Set([value]))
    }
    expect(addon.liveObjects().tasks).toBe(0)
  })
})

describe('writePixels', () => {
  it('writes where it is told', () => {
    const target = new ArrayBuffer(8)
    addon.writePixels({ ...goodWrite, target, byteOffset: 1, swapRedBlue: true })
    expect([...new Uint8Array(target)]).toEqual([0, 3, 2, 1, 6, 5, 4, 0])
  })

  it.each([
    ['pixels', [1, 2, 3]],
    ['pixels', new Float32Array(6)],
    ['width', 0],
    ['width', 2 ** 40],
    ['height', -1],
    ['channels', 4],
    ['channels', 2],
    ['swapRedBlue', 'no'],
    ['mean', [0, 0]],
    ['mean', [0, 0, Number.NaN]],
    ['std', [1, 0, 1]],
    ['std', 'abc'],
    ['layout', 'CHWN'],
    ['target', new Uint8Array(6)],
    ['byteOffset', -1],
    ['quantization', { scale: 0, zeroPoint: 0 }],
    ['quantization', { scale: Number.NaN, zeroPoint: 0 }],
    ['quantization', { scale: Number.POSITIVE_INFINITY, zeroPoint: 0 }],
    ['quantization', { scale: 1, zeroPoint: 0.5 }],
    ['quantization', 7],
  ])('refuses %s: %s', (key, value) => {
    const write =
      key === 'channels' && value === 2 ? { mean: [0, 0], std: [1, 1], pixels: new Uint8Array(4) } : {}
    expect(() => call('writePixels', { ...goodWrite, ...write, [key]: value })).toThrow(invalid)
  })

  it.each([
    ['too few pixels', { pixels: new Uint8Array(5) }],
    ['a target that is too small', { target: new ArrayBuffer(5) }],
    ['an offset that leaves no room', { target: new ArrayBuffer(8), byteOffset: 3 }],
    ['an offset past the end', { byteOffset: 7 }],
    ['an offset between elements', { dtype: 'float32', target: new ArrayBuffer(64), byteOffset: 2 } as const],
  ])('refuses %s', (_what, change) => {
    expect(() => addon.writePixels({ ...goodWrite, ...change })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    )
  })

  it('refuses dtypes it cannot write, and a target that was taken away', () => {
    for (const dtype of DTYPES.filter((name) => !['float32', 'float16', 'uint8', 'int8'].includes(name))) {
      expect(() => call('writePixels', { ...goodWrite, dtype })).toThrow(
        expect.objectContaining({ code: 'DTYPE_MISMATCH' }),
      )
    }
    expect(() => addon.writePixels({ ...goodWrite, target: new ArrayBuffer(0) })).toThrow(
      expect.objectContaining({ code: 'SESSION_DISPOSED' }),
    )
  })

  it('does not read memory that a getter took away meanwhile', () => {
    const pixels = new Uint8Array(3 * 4096 * 64)
    const write = {
      ...goodWrite,
      pixels,
      width: 4096,
      height: 64,
      get target() {
        structuredClone(pixels.buffer, { transfer: [pixels.buffer] })
        return new ArrayBuffer(3 * 4096 * 64)
      },
    }
    expect(() => addon.writePixels(write)).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH', found: '0' }),
    )
  })
})
