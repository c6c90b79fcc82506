import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { ResizeKernel } from '../src/geometry.js'
import { decoded, difference, png } from './pictures.js'

// PIL 13.0, with y, x, c = numpy.mgrid[0:12, 0:20, 0:3]:
//   Image.fromarray(((x*x*3 + y*y*5 + x*y*7 + c*101) // 2 % 256).astype('uint8')).resize((4, 3), Image.Resampling.…)
const PIL: Partial<Record<ResizeKernel, readonly number[]>> = {
  bilinear: [
    43, 93, 140, 119, 145, 140, 125, 122, 121, 134, 135, 128, 118, 142, 141, 126, 126, 121, 129, 127, 126,
    121, 132, 131, 124, 123, 121, 122, 125, 123, 122, 130, 124, 135, 133, 130,
  ],
  bicubic: [
    31, 86, 142, 122, 151, 142, 127, 120, 119, 134, 135, 128, 122, 147, 143, 129, 124, 118, 129, 127, 126,
    120, 131, 132, 127, 122, 118, 119, 124, 123, 121, 130, 125, 137, 133, 129,
  ],
  lanczos: [
    24, 83, 146, 125, 154, 142, 129, 120, 117, 131, 135, 129, 124, 148, 144, 132, 125, 116, 127, 125, 127,
    121, 130, 131, 129, 122, 115, 116, 121, 124, 123, 132, 124, 137, 134, 129,
  ],
}

describe('resample', () => {
  const picture = png(20, 12, 3, (x, y, channel) => (x * x * 3 + y * y * 5 + x * y * 7 + channel * 101) >> 1)

  it.each(['bilinear', 'bicubic', 'lanczos'] as const)(
    "is PIL's filter for %s, and no other",
    async (kernel) => {
      const { data } = await decoded(await picture, { width: 4, height: 3, kernel })
      expect(difference(data, PIL[kernel] ?? []).max).toBeLessThanOrEqual(1)
      const means = Object.entries(PIL).map(([name, values]) => ({ name, ...difference(data, values) }))
      expect(means.sort((a, b) => a.mean - b.mean)[0]?.name).toBe(kernel)
    },
  )

  it('takes the middle of a picture that covers the crop', async () => {
    // Columns 0 … 39, each of its own grey; 40 × 20 covers 20 × 20 as it is, and the middle begins at column 10.
    const { data } = await decoded(await png(40, 20, 3, (x) => x * 5), {
      width: 20,
      height: 20,
      fit: 'cover-crop',
      cropRatio: 1,
    })
    expect(Array.from({ length: 20 }, (_, x) => data[x * 3])).toEqual(
      Array.from({ length: 20 }, (_, x) => (x + 10) * 5),
    )
  })

  it('takes the middle of the rows too', async () => {
    const { data } = await decoded(await png(20, 40, 3, (_, y) => y * 5), {
      width: 20,
      height: 20,
      fit: 'cover-crop',
      cropRatio: 1,
    })
    expect(Array.from({ length: 20 }, (_, y) => data[y * 60])).toEqual(
      Array.from({ length: 20 }, (_, y) => (y + 10) * 5),
    )
  })

  it('fills what a picture leaves free', async () => {
    const blue = await png(4, 2, 3, (_x, _y, channel) => (channel === 2 ? 200 : 0))
    const { data } = await decoded(blue, { width: 4, height: 4, fit: 'contain', pad: [9, 8, 7] })
    const [padding, picture] = [
      [9, 8, 7],
      [0, 0, 200],
    ].map((colour) => Array(4).fill(colour).flat())
    expect([...data]).toEqual([padding, picture, picture, padding].flat())
    const tall = await decoded(blue, { width: 2, height: 3, fit: 'contain', pad: [5] })
    expect([...tall.data]).toEqual([5, 5, 5, 5, 5, 5, 0, 0, 200, 0, 0, 200, 5, 5, 5, 5, 5, 5])
  })

  it('enlarges a single pixel', async () => {
    const { data } = await decoded(await png(1, 1, 3, () => 9), { width: 3, height: 3, fit: 'cover-crop' })
    expect([...data]).toEqual(Array(27).fill(9))
  })
})

describe("the photographs, against PIL's resize and crop of them", () => {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url))

  it.each(['chelsea.png', 'coffee.png', 'rocket.jpg', 'motorcycle_left.png', 'china.jpg', 'flower.jpg'])(
    '%s',
    async (file) => {
      // Made at set-up by scripts/models/efficientnet-lite: short side 256, bicubic, the middle 224 × 224.
      const reference = `${cache}models/efficientnet-lite0/inputs/${file.replace(/\..*/, '.png')}`
      if (!existsSync(reference)) throw new Error(`${reference} is missing: pnpm run setup`)
      const expected = await sharp(reference).removeAlpha().raw().toBuffer()
      const { data } = await decoded(`${cache}photos/${file}`, {
        width: 224,
        height: 224,
        fit: 'cover-crop',
        kernel: 'bicubic',
      })
      expect(data.length).toBe(expected.length)
      const { mean, p99 } = difference(data, expected)
      expect(mean).toBeLessThan(0.02)
      expect(p99).toBeLessThanOrEqual(1)
    },
  )
})

describe('a large JPEG, against the same filter on all of its pixels', () => {
  const photos = fileURLToPath(new URL('../../../.cache/photos/', import.meta.url))
  const [width, height] = [341, 256]

  /** Photographs side by side: detail of every kind. */
  async function collage(width: number, height: number): Promise<Buffer> {
    const files = ['chelsea.png', 'coffee.png', 'rocket.jpg', 'china.jpg', 'flower.jpg']
    const side = 300
    const tiles = await Promise.all(
      files.map((file) =>
        sharp(photos + file)
          .resize(side, side, { fit: 'cover' })
          .removeAlpha()
          .toBuffer(),
      ),
    )
    const columns = Math.ceil(width / side)
    const placed = Array.from({ length: columns * Math.ceil(height / side) }, (_, index) => ({
      input: tiles[index % tiles.length] ?? Buffer.of(),
      left: (index % columns) * side,
      top: Math.floor(index / columns) * side,
    }))
    const whole = { width: columns * side, height: Math.ceil(height / side) * side }
    const pixels = await sharp({ create: { ...whole, channels: 3, background: 'black' } })
      .composite(placed)
      .removeAlpha()
      .raw()
      .toBuffer()
    return await sharp(pixels, { raw: { ...whole, channels: 3 } })
      .extract({ left: 0, top: 0, width, height })
      .jpeg({ quality: 90 })
      .toBuffer()
  }

  // What PreprocessingOptions.shrinkOnLoad states. A difference below the lower bounds is good news, and makes it out of date.
  it.each([
    { from: [1500, 1125], way: true, mean: [1.2, 2], p99: [12, 18] },
    { from: [3000, 2250], way: true, mean: [1.5, 2.5], p99: [15, 21] },
    { from: [3600, 2700], way: true, mean: [3.5, 4.5], p99: [28, 35] },
    { from: [1500, 1125], way: 'fine', mean: [1.2, 2], p99: [12, 18] },
    { from: [3000, 2250], way: 'fine', mean: [1.5, 2.5], p99: [15, 21] },
    { from: [3600, 2700], way: 'fine', mean: [0.3, 0.8], p99: [2, 4] },
  ] as const)(
    'of $from pixels, $way, differs as the documentation says',
    async ({ from, way, mean, p99 }) => {
      const jpeg = await collage(from[0], from[1])
      const exact = await decoded(jpeg, { width, height, kernel: 'bicubic' })
      const shrunk = await decoded(jpeg, { width, height, kernel: 'bicubic', shrinkOnLoad: way })
      const found = difference(shrunk.data, exact.data)
      expect(found.mean).toBeGreaterThan(mean[0])
      expect(found.mean).toBeLessThan(mean[1])
      expect(found.p99).toBeGreaterThanOrEqual(p99[0])
      expect(found.p99).toBeLessThanOrEqual(p99[1])
    },
  )

  it.each([
    ['below the least factor', { width: 341, height: 256 }, [1000, 750]],
    ['without antialiasing', { width: 50, height: 50, antialias: false }, [1000, 750]],
    ['for nearest', { width: 50, height: 50, kernel: 'nearest' }, [1000, 750]],
  ] as const)('is not decoded smaller %s', async (_, wanted, [fromWidth, fromHeight]) => {
    const jpeg = await collage(fromWidth, fromHeight)
    const { data } = await decoded(jpeg, { ...wanted, shrinkOnLoad: true })
    expect(difference(data, (await decoded(jpeg, wanted)).data).max).toBe(0)
  })

  it('is the same whether or not the rows below the crop are decoded', async () => {
    const jpeg = await collage(900, 1200)
    const wanted = {
      width: 64,
      height: 48,
      fit: 'cover-crop',
      kernel: 'bicubic',
      shrinkOnLoad: true,
    } as const
    const crop = await decoded(jpeg, wanted)
    // A byte behind its end, as after one that is truncated: all of it is decoded.
    const all = await decoded(Buffer.concat([jpeg, Buffer.alloc(1)]), wanted)
    expect(difference(crop.data, all.data).max).toBe(0)
    const damaged = Buffer.from(jpeg)
    const below = Math.floor(damaged.length * 0.85)
    damaged.fill(0xff, below, below + 1000)
    await expect(decoded(damaged, { ...wanted, fit: 'stretch' })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    })
    // Nothing of the damage is in the crop.
    expect(difference((await decoded(damaged, wanted)).data, crop.data).max).toBe(0)
  })

  it('is cut and turned as without it', async () => {
    const jpeg = await sharp(await collage(1200, 900))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 90 })
      .toBuffer()
    for (const fit of ['cover-crop', 'contain'] as const) {
      const wanted = { width: 64, height: 48, fit, kernel: 'bilinear' } as const
      const shrunk = await decoded(jpeg, { ...wanted, shrinkOnLoad: true })
      expect(difference(shrunk.data, (await decoded(jpeg, wanted)).data).mean).toBeLessThan(2)
    }
  })
})

describe('a picture of few bytes that would take gigabytes', () => {
  it.each([
    ['thin', { width: 1, height: 600_000 }, { width: 224, height: 224 }],
    ['long', { width: 1_000_001, height: 1 }, { width: 8, height: 8 }],
  ] as const)('is refused where it is too %s', async (_, { width, height }, target) => {
    const data = Buffer.alloc(width * height)
    await expect(decoded({ data, width, height, channels: 1 }, target)).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      found: `${width} × ${height}`,
    })
  })

  it('is resized as far as it is not too thin, and of a crop only the rows that it needs count', async () => {
    const thin = { data: Buffer.alloc(300, 7), width: 1, height: 300, channels: 1 } as const
    const wanted = { width: 10, height: 10 }
    await expect(decoded(thin, { ...wanted, maxPixels: 3000 })).resolves.toMatchObject(wanted)
    await expect(decoded(thin, { ...wanted, maxPixels: 2999 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
    })
    const cut = { ...wanted, fit: 'cover-crop', maxPixels: 300 } as const
    await expect(decoded(thin, cut)).resolves.toMatchObject(wanted)
  })
})
