import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DType, Tensor, type TensorInfo } from '@edge/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImageSource, preprocess, sourceName } from '../src/index.js'
import { png } from './pictures.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-image-'))
})
afterAll(() => rm(directory, { recursive: true }))

const ELEMENT: Partial<Record<DType, number>> = { float32: 4, float16: 2 }

function tensor<D extends DType>(
  dtype: D,
  shape: number[],
  quantization?: TensorInfo['quantization'],
): Tensor<D> {
  const bytes = shape.reduce((product, side) => product * side, ELEMENT[dtype] ?? 1)
  const info = { name: 'image', dtype, shape, bytes, ...(quantization !== undefined && { quantization }) }
  return new Tensor(info, new ArrayBuffer(bytes), 0)
}

/** Two rows of two pixels. */
const FOUR = [0, 127, 255, 64, 128, 200, 1, 2, 3, 251, 252, 253]
const four = png(2, 2, 3, (x, y, channel) => FOUR[(y * 2 + x) * 3 + channel] ?? 0)
const SHAPE = [1, 2, 2, 3]
const HALVES = [48128, 39940, 15360, 47096, 7172, 14477, 48112, 48096, 48080, 15296, 15312, 15328]

describe('preprocess', () => {
  it('writes normalised floats', async () => {
    const target = tensor('float32', SHAPE)
    const timing = await preprocess(await four, target, { mean: [127.5], std: [127.5] })
    expect([...target.data]).toEqual(FOUR.map((value) => Math.fround((value - 127.5) / 127.5)))
    expect(timing.decodeMs).toBeGreaterThan(0)
    expect(timing.resampleMs).toBeGreaterThan(0)
    expect(timing.writeMs).toBeGreaterThan(0)
  })

  it('writes halves, and values by scale and offset', async () => {
    const target = tensor('float16', SHAPE)
    await preprocess(await four, target, { scale: [1 / 127.5], offset: [-1] })
    // numpy.float16((numpy.array(FOUR) - 127.5) / 127.5).view('uint16')
    expect([...target.data]).toEqual(HALVES)
    const floats = tensor('float32', SHAPE)
    await preprocess(await four, floats, { scale: [-2], offset: [1, 2, 3] })
    expect([...floats.data]).toEqual(FOUR.map((value, index) => value * -2 + 1 + (index % 3)))
  })

  it('puts channels into planes for NCHW', async () => {
    const target = tensor('float32', [1, 3, 2, 2])
    await preprocess(await four, target, { mean: [0], std: [1] })
    expect([...target.data]).toEqual([0, 64, 1, 251, 127, 128, 2, 252, 255, 200, 3, 253])
  })

  it("orders BGR, and takes mean and std in the tensor's order", async () => {
    const target = tensor('float32', SHAPE)
    await preprocess(await four, target, { channels: 'bgr', mean: [100, 10, 1], std: [1, 1, 1] })
    expect([...target.data]).toEqual([155, 117, -1, 100, 118, 63, -97, -8, 0, 153, 242, 250])
  })

  it('quantises to uint8 and int8 after normalising, to nearest, clamped', async () => {
    const unsigned = tensor('uint8', SHAPE, { scale: 1 / 64, zeroPoint: 128 })
    await preprocess(await four, unsigned, { mean: [127], std: [128] })
    // round((x − 127) / 2) + 128, halves to even: −63.5 → −64, .5 → 0, 36.5 → 36, −31.5 → −32, −62.5 → −62, 62.5 → 62.
    expect([...unsigned.data]).toEqual([64, 128, 192, 96, 128, 164, 65, 66, 66, 190, 190, 191])
    const signed = tensor('int8', SHAPE, { scale: 1 / 256, zeroPoint: 0 })
    await preprocess(await four, signed, { mean: [127], std: [128] })
    expect([...signed.data]).toEqual([-128, 0, 127, -126, 2, 127, -128, -128, -128, 127, 127, 127])
  })

  it('gives a uint8 tensor pixels as they are by default, and an int8 one on request', async () => {
    const unsigned = tensor('uint8', SHAPE, { scale: 1 / 128, zeroPoint: 127 })
    await preprocess(await four, unsigned)
    expect([...unsigned.data]).toEqual(FOUR)
    const signed = tensor('int8', SHAPE, { scale: 1 / 128, zeroPoint: -1 })
    await preprocess(await four, signed, { preset: 'raw' })
    expect([...signed.data]).toEqual(FOUR.map((value) => value - 128))
  })

  it("makes grey as PIL's convert('L') does", async () => {
    const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 200, 30, 255, 255, 255]
    const picture = await png(5, 2, 3, (x, _, channel) => colours[x * 3 + channel] ?? 0)
    const target = tensor('uint8', [1, 2, 5, 1])
    await preprocess(picture, target)
    // PIL 13.0: Image.fromarray(numpy.array([colours], 'uint8').reshape(1, 5, 3)).convert('L')
    expect([...target.data]).toEqual([76, 150, 29, 124, 255, 76, 150, 29, 124, 255])
  })

  it('reads a path and a file: URL, and a file that was written over', async () => {
    const target = tensor('uint8', SHAPE)
    await writeFile(at('frame.png'), await four)
    await preprocess(at('frame.png'), target)
    expect([...target.data]).toEqual(FOUR)
    await writeFile(at('frame.png'), await png(2, 2, 3, () => 9))
    await preprocess(pathToFileURL(at('frame.png')), target)
    expect([...target.data]).toEqual(Array(12).fill(9))
  })

  it('stops for an aborted signal and leaves the tensor alone', async () => {
    const target = tensor('uint8', SHAPE)
    const early = preprocess(await four, target, { signal: AbortSignal.abort() })
    await expect(early).rejects.toMatchObject({ code: 'ABORTED' })
    const controller = new AbortController()
    const late = preprocess(await four, target, { signal: controller.signal })
    controller.abort()
    await expect(late).rejects.toMatchObject({ code: 'ABORTED' })
    expect([...target.data]).toEqual(Array(12).fill(0))
  })

  it('refuses a tensor whose memory is gone', async () => {
    const target = tensor('uint8', SHAPE)
    structuredClone(target.buffer, { transfer: [target.buffer] })
    await expect(preprocess(await four, target)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
  })
})

describe('a picture that is none', () => {
  const target = tensor('uint8', [1, 8, 8, 3])
  const failure = (source: ImageSource) =>
    preprocess(source, target).then(
      () => 'none',
      (error: unknown) => error,
    )

  it('is missing', async () => {
    expect(await failure(at('missing.jpg'))).toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  it('is a directory', async () => {
    expect(await failure(directory)).toMatchObject({ code: 'FILE_UNREADABLE', found: 'a directory' })
  })

  it('is a pipe that nobody writes to', { timeout: 2000 }, async () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(await failure(at('pipe'))).toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('not a picture, but text')],
    ['the beginning of a JPEG', Buffer.of(0xff, 0xd8, 0xff)],
    ['the beginning of a PNG', Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    [
      'a JPEG of random bytes',
      Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xe0), Buffer.alloc(5000, 'x7é\u0000')]),
    ],
  ])('is %s', async (name, bytes) => {
    expect(await failure(bytes)).toMatchObject({ code: 'IMAGE_INVALID' })
    await writeFile(at(name), bytes)
    expect(await failure(at(name))).toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining(at(name)),
    })
  })

  it('is SVG, which would make libvips read other files', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    expect(await failure(svg)).toMatchObject({ code: 'IMAGE_UNSUPPORTED', found: 'SVG' })
  })

  it.each(['7', 'null', '{}', '[1]', '""'])('is the value %s', async (json) => {
    // JavaScript may give anything.
    expect(await failure(JSON.parse(json))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('is on the web', async () => {
    expect(await failure(new URL('https://example.org/cat.jpg'))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('sourceName', () => {
  it('is short for bytes', () => {
    expect(sourceName(Buffer.alloc(1234))).toBe('(1234 bytes in memory)')
    expect(sourceName('a/cat.jpg')).toBe('a/cat.jpg')
  })
})
