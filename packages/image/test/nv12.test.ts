import { Tensor } from '@edge/native'
import { describe, expect, it } from 'vitest'
import { type Nv12Pixels, preprocess } from '../src/index.js'
import { readNv12Golden } from './nv12-golden.js'
import { difference } from './pictures.js'

const { width, height, frame, opencv, formula } = readNv12Golden()
const golden: Nv12Pixels = { data: frame, width, height, format: 'nv12' }

/** The pixels of a frame, in RGB. */
async function rgb(source: Nv12Pixels): Promise<Uint8Array> {
  const bytes = source.width * source.height * 3
  const shape = [1, source.height, source.width, 3]
  const tensor = new Tensor({ name: 'image', dtype: 'uint8', shape, bytes }, new ArrayBuffer(bytes), 0)
  await preprocess(source, tensor)
  return tensor.data
}

/** Rows of a plane, farther apart, with something else in between. */
function apart(plane: Uint8Array, row: number, rowBytes: number): Uint8Array {
  const rows = plane.length / row
  const padded = new Uint8Array(rows * rowBytes).fill(99)
  for (let y = 0; y < rows; y += 1) padded.set(plane.subarray(y * row, (y + 1) * row), y * rowBytes)
  return padded
}

/** The upper left of a picture. */
function cut(pixels: Uint8Array, row: number, columns: number, rows: number): Uint8Array {
  const parts = Array.from({ length: rows }, (_, y) => pixels.subarray(y * row, y * row + columns))
  return Buffer.concat(parts)
}

describe('pixels of NV12', () => {
  it('become RGB as OpenCV makes it', async () => {
    expect(opencv.equals(await rgb(golden))).toBe(true)
  })

  it.each(['bt601', 'bt709'] as const)(
    "of %s are within a level of the standard's formula",
    async (matrix) => {
      for (const range of ['limited', 'full'] as const) {
        const expected = formula.get(`${matrix} ${range}`)
        expect(expected).toHaveLength(width * height * 3)
        const { max, mean } = difference(await rgb({ ...golden, matrix, range }), expected ?? [])
        expect(max).toBeLessThanOrEqual(1)
        expect(mean).toBeLessThan(0.05)
      }
    },
  )

  it('are the same however far apart their rows lie', async () => {
    const luma = apart(frame.subarray(0, width * height), width, 80)
    const chroma = apart(frame.subarray(width * height), width, 96)
    const data = Buffer.concat([luma, Buffer.alloc(200), chroma])
    const layout = { rowBytes: 80, chromaOffset: luma.length + 200, chromaRowBytes: 96 }
    expect(opencv.equals(await rgb({ ...golden, ...layout, data }))).toBe(true)
    // The last rows need no padding.
    const shortest = { ...golden, ...layout, data: data.subarray(0, data.length - 32) }
    expect(opencv.equals(await rgb(shortest))).toBe(true)
  })

  it('may be of odd width and height', async () => {
    const luma = cut(frame, width, width - 1, height - 1)
    const data = Buffer.concat([luma, frame.subarray(width * height)])
    const pixels = await rgb({ ...golden, width: width - 1, height: height - 1, data })
    expect(cut(opencv, width * 3, (width - 1) * 3, height - 1)).toEqual(Buffer.from(pixels))
  })
})
