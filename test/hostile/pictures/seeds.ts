import sharp, { type Sharp } from 'sharp'
import { Random } from '../random.js'

/** The formats that @edge/image decodes. */
export const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const
export type Format = (typeof FORMATS)[number]

/** A picture that mutants are made of. */
export interface Seed {
  readonly name: string
  readonly format: Format
  readonly bytes: Buffer
}

const [WIDTH, HEIGHT] = [61, 47]

/** A slope with an edge and some noise, always the same: nothing that a coder could leave out. */
function samples(channels: 1 | 3 | 4, seed: number): Buffer {
  const random = new Random(seed)
  const data = Buffer.alloc(WIDTH * HEIGHT * channels)
  for (let index = 0; index < data.length; index += 1) {
    const pixel = Math.floor(index / channels)
    const [x, y, channel] = [pixel % WIDTH, Math.floor(pixel / WIDTH), index % channels]
    const edge = (x - 30) ** 2 + (y - 20) ** 2 < 200 ? 90 : 0
    data[index] = Math.min(255, x * 2 + (y * (channel + 1)) / 2 + edge + random.below(24))
  }
  return data
}

function picture(channels: 1 | 3 | 4 = 3, seed = 1): Sharp {
  const image = sharp(samples(channels, seed), { raw: { width: WIDTH, height: HEIGHT, channels } })
  return channels === 1 ? image.toColourspace('b-w') : image
}

/** With what cameras add: an orientation, a name, and a profile. */
function annotated(): Sharp {
  return picture()
    .withExif({ IFD0: { Make: 'Maker', Model: 'Model', Copyright: 'none' } })
    .withMetadata({ orientation: 6, density: 300 })
    .withIccProfile('p3')
}

function deep(channels: 1 | 3): Sharp {
  const data = Uint16Array.from(samples(channels, 2), (value, index) => value * 256 + (index % 256))
  const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } })
  return image.toColourspace(channels === 1 ? 'grey16' : 'rgb16')
}

async function animated(): Promise<Sharp> {
  const frames = await Promise.all([1, 2, 3].map((seed) => picture(4, seed).png().toBuffer()))
  return sharp(frames, { join: { animated: true } })
}

/** By format, each of another kind: what decoders have code of their own for. */
async function kinds(): Promise<Readonly<Record<Format, Readonly<Record<string, Sharp>>>>> {
  const frames = await animated()
  return {
    jpeg: {
      baseline: picture().jpeg(),
      full: picture().jpeg({ chromaSubsampling: '4:4:4', optimiseCoding: false }),
      progressive: picture().jpeg({ progressive: true }),
      cmyk: picture().toColourspace('cmyk').jpeg(),
      grey: picture(1).jpeg(),
      annotated: annotated().jpeg(),
    },
    png: {
      rgb: picture().png(),
      rgba: picture(4).png(),
      'rgb 16': deep(3).png(),
      'grey 16': deep(1).png(),
      palette: picture(4).png({ palette: true, colours: 16 }),
      bilevel: picture().png({ palette: true, colours: 2 }),
      interlaced: picture().png({ progressive: true }),
      'interlaced 16': deep(3).png({ progressive: true }),
      annotated: annotated().png(),
    },
    webp: {
      lossy: picture().webp(),
      lossless: picture(4).webp({ lossless: true }),
      alpha: picture(4).webp({ alphaQuality: 50 }),
      animated: frames.clone().webp(),
      annotated: annotated().webp(),
    },
    avif: {
      lossy: picture().avif({ effort: 0 }),
      lossless: picture().avif({ lossless: true, effort: 0 }),
      alpha: picture(4).avif({ effort: 0 }),
      annotated: annotated().avif({ effort: 0 }),
    },
    tiff: {
      none: picture().tiff({ compression: 'none' }),
      lzw: picture(4).tiff({ compression: 'lzw', predictor: 'horizontal' }),
      deflate: deep(3).tiff({ compression: 'deflate' }),
      jpeg: picture().tiff({ compression: 'jpeg' }),
      packbits: picture(1).tiff({ compression: 'packbits' }),
      fax: picture(1).threshold().tiff({ compression: 'ccittfax4', bitdepth: 1 }),
      cmyk: picture().toColourspace('cmyk').tiff({ compression: 'lzw' }),
      tiled: picture().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }),
      'tiled jpeg': picture().tiff({ compression: 'jpeg', tile: true, tileWidth: 16, tileHeight: 16 }),
      pages: frames.clone().tiff({ compression: 'lzw' }),
      annotated: annotated().tiff({ compression: 'deflate' }),
    },
    gif: {
      still: picture().gif(),
      transparent: picture(4).gif({ colours: 32 }),
      interlaced: picture().gif({ progressive: true }),
      animated: frames.clone().gif(),
    },
  }
}

/** The pictures that mutants are made of, of a few kilobytes each. */
export async function loadSeeds(): Promise<readonly Seed[]> {
  const byFormat = await kinds()
  const seeds = FORMATS.flatMap((format) =>
    Object.entries(byFormat[format]).map(async ([kind, image]) => ({
      name: `${format}, ${kind}`,
      format,
      bytes: await image.toBuffer(),
    })),
  )
  return await Promise.all(seeds)
}
