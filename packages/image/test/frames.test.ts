import { Tensor } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { preprocess, sourceName } from '../src/index.js'
import { decodeFrame } from './pictures.js'

const refusal = (source: unknown) =>
  Promise.resolve(Reflect.apply(preprocess, undefined, [source, input()])).then(
    () => 'none',
    (error: unknown) => error,
  )

function input(): Tensor {
  return new Tensor({ name: 'image', dtype: 'uint8', shape: [1, 2, 2, 3], bytes: 12 }, new ArrayBuffer(12), 0)
}

const BYTES = { 4: 24, 5: 48 }
const nv12 = (width: 4 | 5, fields: object = {}, data: unknown = new Uint8Array(BYTES[width])) => ({
  ...{ data, width, height: width, format: 'nv12' },
  ...fields,
})

describe('pixels of NV12', () => {
  it.each([
    [4, {}, undefined, { rowBytes: 4, chroma: { offset: 16, rowBytes: 4 } }],
    // Three pairs a row, three rows of them.
    [5, {}, new Uint8Array(25 + 18), { rowBytes: 5, chroma: { offset: 25, rowBytes: 6 } }],
    [5, { rowBytes: 8 }, new Uint8Array(64), { rowBytes: 8, chroma: { offset: 40, rowBytes: 8 } }],
    [
      4,
      { chromaOffset: 64 },
      new Uint8ClampedArray(72),
      { rowBytes: 4, chroma: { offset: 64, rowBytes: 4 } },
    ],
    [4, { rowBytes: 6, chromaRowBytes: 10 }, new Uint8Array(38), { chroma: { offset: 24, rowBytes: 10 } }],
  ] as const)('of width %o lie where %o says', async (width, fields, data, expected) => {
    const frame = await decodeFrame(nv12(width, fields, data))
    expect(frame).toMatchObject({ width, height: width, ...expected })
    expect(frame).toMatchObject({ chroma: { matrix: 'bt601', range: 'limited' } })
  })

  it('may be objects of a class, whose fields are getters', async () => {
    class CameraFrame {
      get data() {
        return new Uint8Array(64)
      }
      get width() {
        return 5
      }
      get height() {
        return 5
      }
      get format() {
        return 'nv12' as const
      }
      get rowBytes() {
        return 8
      }
      get matrix() {
        return 'bt709' as const
      }
    }
    expect(await decodeFrame(new CameraFrame())).toMatchObject({
      rowBytes: 8,
      chroma: { offset: 40, rowBytes: 8, matrix: 'bt709' },
    })
  })

  it.each([
    [nv12(4, { width: 0 }), 'the size is out of range'],
    [nv12(4, { width: 65537 }), 'the size is out of range'],
    [nv12(4, { height: 4.5 }), 'the size is out of range'],
    [nv12(4, { format: 'nv21' }), 'the format is not known'],
    [nv12(4, {}, [1, 2]), 'data is not an array of bytes'],
    [nv12(4, {}, new Uint8Array(23)), 'data is of the wrong length'],
    // As many as RGB has.
    [nv12(4, {}, new Uint8Array(48)), 'data is of the wrong length'],
    [nv12(4, { rowBytes: 8 }, new Uint8Array(43)), 'data is of the wrong length'],
    [nv12(4, { chromaOffset: 17 }), 'data is of the wrong length'],
    [nv12(4, { rowBytes: 3 }), 'rowBytes is out of range'],
    [nv12(4, { rowBytes: '8' }), 'rowBytes is out of range'],
    [nv12(4, { chromaOffset: 15 }), 'chromaOffset is out of range'],
    [nv12(5, { chromaRowBytes: 5 }), 'chromaRowBytes is out of range'],
    [nv12(4, { matrix: 'bt2020' }), 'the matrix is not known'],
    [nv12(4, { range: 'tv' }), 'the range is not known'],
  ])('that contradict each other are refused: %o', async (source, problem) => {
    const error = await refusal(source)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error).toHaveProperty('summary', `pixels of NV12: ${problem}`)
  })

  it('are no raw pixels, which may carry the format of something else', async () => {
    const raw = { data: new Uint8Array(12), width: 2, height: 2, channels: 3, format: 'raw' }
    expect(await refusal(raw)).toBe('none')
  })

  it('have a name', () => {
    expect(sourceName({ data: new Uint8Array(24), width: 4, height: 4, format: 'nv12' })).toBe(
      '(4 × 4 pixels of NV12)',
    )
  })
})

describe('a frame in the memory of a GPU', () => {
  const frame = { deviceAddress: 4096n, width: 4, height: 4, format: 'rgb' } as const

  it.each([
    [{ ...frame, deviceAddress: 4096 }, 'deviceAddress is not an address'],
    [{ ...frame, deviceAddress: 0n }, 'deviceAddress is not an address'],
    [{ ...frame, deviceAddress: 2n ** 64n }, 'deviceAddress is not an address'],
    [{ ...frame, width: -1 }, 'the size is out of range'],
    [{ ...frame, format: 'bgr' }, 'the format is not known'],
    [{ ...frame, format: undefined }, 'the format is not known'],
    [{ ...frame, rowBytes: 11 }, 'rowBytes is out of range'],
    [{ ...frame, rowBytes: 2 ** 31 }, 'rowBytes is out of range'],
    [{ ...frame, matrix: 'bt709' }, 'it is of RGB, and has no chroma'],
    [{ ...frame, chromaOffset: 48 }, 'it is of RGB, and has no chroma'],
    [{ ...frame, format: 'nv12', chromaOffset: 15 }, 'chromaOffset is out of range'],
  ])('that contradicts itself is refused: %o', async (source, problem) => {
    const error = await refusal(source)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error).toHaveProperty('summary', `a frame in the memory of a GPU: ${problem}`)
  })

  it('has a name', () => {
    expect(sourceName(frame)).toBe('(4 × 4 pixels in the memory of a GPU)')
  })
})
