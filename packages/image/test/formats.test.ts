import { Buffer } from 'node:buffer'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PictureFormat } from '../src/signature.js'
import { decoded, difference, pixels } from './pictures.js'

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const satisfies readonly PictureFormat[]
const LOSSLESS: readonly PictureFormat[] = ['png', 'webp', 'tiff']

const [WIDTH, HEIGHT] = [96, 400]
const SIZE = { width: WIDTH, height: HEIGHT }
/** Smooth, so that lossy formats keep it, and of so many colours that cutting a file cuts pixels. */
const smooth = pixels(WIDTH, HEIGHT, 3, (x, y, channel) => [x * 2, y / 2, 200 - x - y / 4][channel] ?? 0)

const encoders: Readonly<Record<PictureFormat, (image: Sharp) => Sharp>> = {
  jpeg: (image) => image.jpeg({ quality: 95 }),
  png: (image) => image.png(),
  webp: (image) => image.webp({ lossless: true }),
  avif: (image) => image.avif({ quality: 90, effort: 0 }),
  tiff: (image) => image.tiff({ compression: 'lzw' }),
  gif: (image) => image.gif(),
}

const opened = (data: Uint8Array, channels: 1 | 3 | 4 = 3) => sharp(data, { raw: { ...SIZE, channels } })
const encode = (format: PictureFormat, data: Uint8Array = smooth, channels: 1 | 3 | 4 = 3) =>
  encoders[format](opened(data, channels)).toBuffer()

/** Numbers that are the same in each run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Bytes put elsewhere in a file: 32 bits, of either order. */
function patched(bytes: Buffer, write: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  write(copy)
  return copy
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

describe.each(FORMATS)('%s', (format) => {
  // A GIF of noise takes a second to encode.
  let noisy: Buffer
  beforeAll(async () => {
    noisy = await encode(format, noise())
  })

  it('is decoded', async () => {
    const { data, channels } = await decoded(await encode(format), SIZE)
    expect(channels).toBe(3)
    const { mean, max } = difference(data, smooth)
    if (LOSSLESS.includes(format)) expect(max).toBe(0)
    // GIF has 256 colours, dithered.
    else expect(mean).toBeLessThan(format === 'gif' ? 8 : 2)
  })

  it('becomes three equal channels where it is grey', async () => {
    const grey = pixels(WIDTH, HEIGHT, 1, (x, y) => x + y / 3)
    const bytes = await encoders[format](opened(grey, 1).toColourspace('b-w')).toBuffer()
    const { data } = await decoded(bytes, SIZE)
    const expected = Uint8Array.from(data, (_, index) => grey[Math.floor(index / 3)] ?? 0)
    expect(difference(data, expected).mean).toBeLessThan(2)
  })

  it.each([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])('is refused where it is cut off at %f', async (fraction) => {
    await expect(decoded(noisy, SIZE)).resolves.toBeDefined()
    const bytes = noisy.subarray(0, Math.floor(noisy.length * fraction))
    await expect(decoded(bytes, { width: 24, height: 24, fit: 'cover-crop' })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    })
  })

  it('is decoded or refused where its bytes were changed', { timeout: 60_000 }, async () => {
    const whole = await encode(format)
    const next = random(7)
    let refused = 0
    for (let round = 0; round < 60; round += 1) {
      const bytes = patched(whole, (copy) => {
        for (let change = 0; change <= round % 4; change += 1) {
          copy[Math.floor(next() ** 2 * copy.length)] = Math.floor(next() * 256)
        }
      })
      const result = await decoded(bytes, { width: 8, height: 8 }).catch((error: unknown) => error)
      if (result instanceof Error) {
        refused += 1
        expect(result).toMatchObject({ code: expect.stringMatching(/^IMAGE_(INVALID|UNSUPPORTED)$/) })
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
})

function noise(): Buffer {
  const next = random(1)
  return pixels(WIDTH, HEIGHT, 3, () => next() * 256)
}

describe('alpha', () => {
  const clear = pixels(
    WIDTH,
    HEIGHT,
    4,
    (x, y, channel) => [200, 60, 20, (x + y) & 1 ? 255 : 0][channel] ?? 0,
  )

  it.each(['png', 'tiff'] as const)('is dropped, the colour beneath kept: %s', async (format) => {
    const { data } = await decoded(await encode(format, clear, 4), { width: 7, height: 5 })
    expect([...data]).toEqual(Array(35).fill([200, 60, 20]).flat())
  })

  it('is dropped from a WebP that kept the colours', async () => {
    const bytes = await opened(clear, 4).webp({ lossless: true, exact: true }).toBuffer()
    const { data } = await decoded(bytes, { width: 7, height: 5 })
    expect([...data]).toEqual(Array(35).fill([200, 60, 20]).flat())
  })

  it('leaves black where a GIF is transparent', async () => {
    const half = pixels(WIDTH, HEIGHT, 4, (x, _, channel) => [200, 60, 20, x < 48 ? 255 : 0][channel] ?? 0)
    const { data } = await decoded(await encode('gif', half, 4), { ...SIZE, kernel: 'nearest' })
    expect([...data.subarray(0, 3)]).toEqual([200, 60, 20])
    expect([...data.subarray(WIDTH * 3 - 3, WIDTH * 3)]).toEqual([0, 0, 0])
  })
})

describe('16 bits', () => {
  it.each(['png', 'tiff'] as const)('become the upper eight: %s', async (format) => {
    const deep = Uint16Array.from(smooth, (value, index) => value * 256 + (index % 256))
    const image = sharp(deep, { raw: { ...SIZE, channels: 3 } }).toColourspace('rgb16')
    const bytes = await encoders[format](image).toBuffer()
    expect((await sharp(bytes).metadata()).depth).toBe('ushort')
    expect(difference((await decoded(bytes, SIZE)).data, smooth).max).toBe(0)
  })

  it('are ten in an AVIF', async () => {
    // sharp's own binaries write AVIF of 8 bits only. Made by ffmpeg: -c:v libaom-av1 -pix_fmt gbrp10le -aom-params lossless=1.
    const bytes = Buffer.from(
      'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAAD5bWV0YQAAAAAAAAAvaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAFBpY3R1cmVIYW5kbGVyAAAA' +
        'AA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAASEAAABSAAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAAGppcHJwAAAA' +
        'S2lwY28AAAAUaXNwZQAAAAAAAAAQAAAACAAAABBwaXhpAAAAAAMKCgoAAAAMYXYxQ4EgQAAAAAATY29scm5jbHgAAgACAACAAAAAF2lwbWEAAAAAAAAAAQABBAEC' +
        'gwQAAABabWRhdAoIOAy/t4CGgBAyRhAAAKtGW03dO8nin0fq2dnP+2Sjy9yta0sH4Dju4sp+WG8NBgpRYoRS7CuEXIktfbWn6S+lo/jkPLXx4HQiWdQbq5YDGxg=',
      'base64',
    )
    expect(await sharp(bytes).metadata()).toMatchObject({ bitsPerSample: 10, depth: 'ushort' })
    const { data } = await decoded(bytes, { width: 16, height: 8 })
    expect(Buffer.from(data)).toEqual(
      pixels(16, 8, 3, (x, y, channel) => [x * 16, y * 32, 128][channel] ?? 0),
    )
  })
})

describe('a TIFF', () => {
  /** Uncompressed, of one strip. */
  function tiff(bits: number, sampleFormat: number): Buffer {
    const [width, height] = [4, 4]
    const data = Buffer.alloc((width * height * 3 * bits) / 8, 0x40)
    const [bitsAt, formatsAt, dataAt] = [200, 206, 212]
    const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
      [256, 3, 1, width],
      [257, 3, 1, height],
      [258, 3, 3, bitsAt],
      [259, 3, 1, 1],
      [262, 3, 1, 2],
      [273, 4, 1, dataAt],
      [277, 3, 1, 3],
      [278, 3, 1, height],
      [279, 4, 1, data.length],
      [284, 3, 1, 1],
      [339, 3, 3, formatsAt],
    ]
    const head = Buffer.alloc(dataAt)
    head.write('II*\0', 'latin1')
    head.writeUInt32LE(8, 4)
    head.writeUInt16LE(entries.length, 8)
    for (const [index, [tag, type, count, value]] of entries.entries()) {
      const at = 10 + index * 12
      head.writeUInt16LE(tag, at)
      head.writeUInt16LE(type, at + 2)
      head.writeUInt32LE(count, at + 4)
      head.writeUInt32LE(value, at + 8)
    }
    for (const channel of [0, 2, 4]) {
      head.writeUInt16LE(bits, bitsAt + channel)
      head.writeUInt16LE(sampleFormat, formatsAt + channel)
    }
    return Buffer.concat([head, data])
  }

  it.each([
    ['char', 8, 2],
    ['short', 16, 2],
    ['uint', 32, 1],
    ['int', 32, 2],
    ['float', 32, 3],
  ])('is refused where its samples are %s, which is no colour', async (found, bits, sampleFormat) => {
    await expect(decoded(tiff(bits, sampleFormat), { width: 4, height: 4 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      found,
    })
  })

  it.each([8, 16])('is read where they are of %i bits without a sign', async (bits) => {
    const { data } = await decoded(tiff(bits, 1), { width: 4, height: 4 })
    expect(new Set(data)).toEqual(new Set([0x40]))
  })
})

describe('of several pictures', () => {
  it.each(['gif', 'webp', 'tiff'] as const)('the first is taken: %s', async (format) => {
    const frames = await Promise.all(
      ['red', 'blue'].map((background) =>
        sharp({ create: { ...SIZE, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    const bytes = await encoders[format](sharp(frames, { join: { animated: true } })).toBuffer()
    expect((await sharp(bytes).metadata()).pages).toBe(2)
    const { data } = await decoded(bytes, { width: 2, height: 2 })
    expect([...data]).toEqual(Array(4).fill([255, 0, 0]).flat())
  })
})

describe('a bomb', () => {
  const bombs: Readonly<Record<string, () => Promise<Buffer>>> = {
    'a PNG of 30000 × 30000': async () =>
      patched(await encode('png'), (copy) => {
        copy.writeUInt32BE(30000, 16)
        copy.writeUInt32BE(30000, 20)
        copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29)
      }),
    'a JPEG of 65000 × 65000': async () =>
      patched(await encode('jpeg'), (copy) => {
        const frame = copy.indexOf(Buffer.of(0xff, 0xc0))
        copy.writeUInt16BE(65000, frame + 5)
        copy.writeUInt16BE(65000, frame + 7)
      }),
    'a GIF of 65000 × 65000': async () =>
      patched(await encode('gif'), (copy) => {
        // Of a screen that is larger than all frames, the decoder takes no notice.
        const frame = copy.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, WIDTH, 0)) + 5
        for (const at of [6, 8, frame, frame + 2]) copy.writeUInt16LE(65000, at)
      }),
    'a TIFF of 300000 × 300000': async () =>
      patched(await encode('tiff'), (copy) => {
        const directory = copy.readUInt32LE(4)
        for (let entry = 0; entry < copy.readUInt16LE(directory); entry += 1) {
          const at = directory + 2 + entry * 12
          // ImageWidth and ImageLength, as 32 bits.
          if (![256, 257].includes(copy.readUInt16LE(at))) continue
          copy.writeUInt16LE(4, at + 2)
          copy.writeUInt32LE(300000, at + 8)
        }
      }),
    'an AVIF of 60000 × 60000': async () =>
      patched(await encode('avif'), (copy) => {
        const extents = copy.indexOf('ispe')
        copy.writeUInt32BE(60000, extents + 8)
        copy.writeUInt32BE(60000, extents + 12)
      }),
    'a WebP of 16383 × 16383': async () =>
      patched(await encode('webp'), (copy) => {
        // VP8L: 14 bits each, less one, behind a byte of signature.
        const at = copy.indexOf('VP8L') + 9
        copy.writeUInt32LE(((copy.readUInt32LE(at) & ~0xfffffff) | (16382 << 14) | 16382) >>> 0, at)
      }),
  }

  it.each(Object.entries(bombs))('is refused by its header: %s', async (name, make) => {
    const bytes = await make()
    const before = process.memoryUsage().rss
    const began = performance.now()
    await expect(decoded(bytes, { width: 8, height: 8 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      expected: 'at most 100000000',
      found: / of (.+)$/.exec(name)?.[1],
    })
    expect(performance.now() - began).toBeLessThan(2000)
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })
})
