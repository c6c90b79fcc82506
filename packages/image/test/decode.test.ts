import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decode } from '../src/decode.js'
import { decoded, noisyJpeg, pixels, png } from './pictures.js'

const OPTIONS = { colorManaged: false, maxPixels: 1e8 }

describe('decode', () => {
  it('gives a PNG its own pixels', async () => {
    const wave = (x: number, y: number, channel: number) => x * 40 + y * 11 + channel * 70
    const { data, width, height, channels } = await decoded(await png(5, 4, 3, wave), { width: 5, height: 4 })
    expect({ width, height, channels }).toEqual({ width: 5, height: 4, channels: 3 })
    expect(Buffer.from(data)).toEqual(pixels(5, 4, 3, wave))
  })

  it('makes three equal channels of grey, of 8 and of 16 bits', async () => {
    const eight = await sharp(Buffer.of(0, 100, 200, 255), { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    expect((await sharp(eight).metadata()).channels).toBe(1)
    expect([...(await decoded(eight, { width: 2, height: 2 })).data]).toEqual(
      [0, 100, 200, 255].flatMap((value) => [value, value, value]),
    )
    const values = Uint16Array.of(0, 0x40ff, 0x8000, 0xffff)
    const sixteen = await sharp(values, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect((await sharp(sixteen).metadata()).depth).toBe('ushort')
    expect([...(await decoded(sixteen, { width: 2, height: 2 })).data]).toEqual(
      [0, 0x40, 0x80, 0xff].flatMap((value) => [value, value, value]),
    )
  })

  it('drops alpha and keeps the colours beneath, also when it resizes', async () => {
    // What PIL's convert('RGB') does. sharp by itself would make transparent pixels black.
    const picture = await png(4, 2, 4, (x, _, channel) => [200, 60, 20, x * 85][channel] ?? 0)
    const { data } = await decoded(picture, { width: 2, height: 1 })
    expect([...data]).toEqual([200, 60, 20, 200, 60, 20])
  })

  it('turns a picture upright as its EXIF data says', async () => {
    // Red above blue, stored lying on its side.
    const upright = pixels(20, 40, 3, (_, y, channel) => (channel === (y < 20 ? 0 : 2) ? 255 : 0))
    const stored = await sharp(upright, { raw: { width: 20, height: 40, channels: 3 } })
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    expect(await sharp(stored).metadata()).toMatchObject({ width: 40, height: 20, orientation: 6 })
    expect(await decode({ bytes: stored, format: 'png', name: 'p' }, OPTIONS)).toMatchObject({
      width: 20,
      height: 40,
    })
    const { data } = await decoded(stored, { width: 1, height: 2, kernel: 'nearest' })
    expect([...data]).toEqual([255, 0, 0, 0, 0, 255])
  })

  it('ignores a colour profile unless it is asked to apply it', async () => {
    const picture = await sharp(Buffer.of(255, 0, 0), { raw: { width: 1, height: 1, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const stored = [...(await decoded(picture, { width: 1, height: 1 })).data]
    // Display P3's coordinates of sRGB red: https://www.w3.org/TR/css-color-4/#color-conversion-code gives .9175 .2003 .1387.
    for (const [index, expected] of [234, 51, 35].entries()) {
      expect(Math.abs((stored[index] ?? 0) - expected)).toBeLessThanOrEqual(2)
    }
    const managed = [...(await decoded(picture, { width: 1, height: 1 }, true)).data]
    for (const [index, expected] of [255, 0, 0].entries()) {
      expect(Math.abs((managed[index] ?? 0) - expected)).toBeLessThanOrEqual(2)
    }
  })

  it('decodes CMYK to something like its colours', async () => {
    const picture = await sharp(
      pixels(16, 16, 3, (_x, _y, channel) => (channel === 1 ? 200 : 30)),
      {
        raw: { width: 16, height: 16, channels: 3 },
      },
    )
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    const [red = 0, green = 0, blue = 0] = (await decoded(picture, { width: 1, height: 1 })).data
    expect(green).toBeGreaterThan(red + 50)
    expect(green).toBeGreaterThan(blue + 50)
  })

  it('refuses a picture of more pixels than allowed before decoding it', async () => {
    const bytes = await png(20, 10, 3, () => 7)
    await expect(
      decode({ bytes, format: 'png', name: 'p' }, { ...OPTIONS, maxPixels: 199 }),
    ).rejects.toMatchObject({
      remedy: expect.stringContaining('the option maxPixels'),
      code: 'IMAGE_UNSUPPORTED',
      found: '20 × 10',
    })
    await expect(
      decode({ bytes, format: 'png', name: 'p' }, { ...OPTIONS, maxPixels: 200 }),
    ).resolves.toBeDefined()
  })
})

describe('a truncated picture', () => {
  const resize = { width: 32, height: 32, fit: 'cover-crop' } as const

  it.each([0.001, 0.01, 0.1, 0.5, 0.9, 0.99])('is an error at %f of its JPEG', async (fraction) => {
    // Tall: what the crop shows ends well before the file does.
    const whole = await noisyJpeg(100, 800)
    await expect(decoded(whole, resize)).resolves.toMatchObject({ width: 32 })
    const bytes = whole.subarray(0, Math.floor(whole.length * fraction))
    await expect(decoded(bytes, resize)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
    // libvips decodes it smaller, and no more rows of it than it is asked for.
    await expect(
      decoded(bytes, { ...resize, width: 16, height: 16, shrinkOnLoad: true }),
    ).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    })
  })

  it.each([0.001, 0.01, 0.1, 0.5, 0.9, 0.99])('is an error at %f of its PNG', async (fraction) => {
    const whole = await png(100, 800, 3, (x, y, channel) => x * x * 3 + y * x * 7 + channel * 101 + y * y)
    await expect(decoded(whole, resize)).resolves.toMatchObject({ width: 32 })
    const bytes = whole.subarray(0, Math.floor(whole.length * fraction))
    await expect(decoded(bytes, resize)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
  })

  it('is an error where alpha is dropped', async () => {
    const whole = await png(100, 800, 4, (x, y, channel) => x * x * 3 + y * x * 7 + channel * 101 + y * y)
    await expect(decoded(whole.subarray(0, whole.length * 0.9), resize)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      found: expect.stringContaining('libpng'),
    })
  })

  it('is not told from a corrupt one', async () => {
    const corrupt = Buffer.from(await noisyJpeg(64, 64))
    corrupt.fill(0xff, 200, 600)
    await expect(decoded(corrupt, resize)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
  })

  it.each([1, 2, 3, 4, 5])(
    'is an error where bytes within a JPEG were overwritten (seed %i)',
    async (seed) => {
      // The length stays, as do the header and the end: its decoder does no more than warn.
      const bytes = Buffer.from(await noisyJpeg(200, 200))
      let state = seed
      for (let index = Math.floor(bytes.length * 0.4); index < bytes.length * 0.6; index += 1) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        bytes[index] = state >>> 24
      }
      await expect(decoded(bytes, resize)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
    },
  )
})
