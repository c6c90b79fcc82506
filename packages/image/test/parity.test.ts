import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Tensor } from '@edge/native'
import { beforeAll, describe, expect, it } from 'vitest'
import { decode } from '../src/decode.js'
import { PRESET_NAMES, preprocess, type RawPixels, resolvePreprocessing, sourceName } from '../src/index.js'
import { readPicture } from '../src/source.js'
import { readGolden, sampled } from './golden.js'
import { decoded, difference, type Wanted } from './pictures.js'

// Pillow 12.0 and TensorFlow 2.21: test/golden/resize/README.md.
const PHOTOGRAPHS = [
  'chelsea.png',
  'coffee.png',
  'rocket.jpg',
  'motorcycle_left.png',
  'china.jpg',
  'flower.jpg',
]
const TARGETS = { down: { width: 64, height: 48 }, up: { width: 900, height: 700 } } as const
const FITS = {
  stretch: { fit: 'stretch' },
  'cover-crop': { fit: 'cover-crop', cropRatio: 0.875 },
  contain: { fit: 'contain', pad: [114, 13, 200] },
} as const
const KERNELS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const
const REFERENCES = { pillow: true, tensorflow: false } as const

const resized = readGolden('resize.json', 'pixels')
const presets = readGolden('presets.json', 'values')

const pathOf = (photograph: string) => {
  const path = fileURLToPath(new URL(`../../../.cache/photos/${photograph}`, import.meta.url))
  if (!existsSync(path)) throw new Error(`${path} is missing: pnpm run setup`)
  return path
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  const isKey = (key: string): key is K => key in record
  return Object.keys(record).filter(isKey)
}

interface Case extends Wanted {
  readonly name: string
  readonly photograph: string
  readonly reference: keyof typeof REFERENCES
}

const CASES: readonly Case[] = PHOTOGRAPHS.flatMap((photograph) =>
  keysOf(TARGETS).flatMap((way) =>
    keysOf(FITS).flatMap((fit) =>
      KERNELS.flatMap((kernel) =>
        keysOf(REFERENCES).map((reference) => ({
          name: `${photograph} ${way} ${fit} ${kernel} ${reference}`,
          photograph,
          reference,
          ...TARGETS[way],
          ...FITS[fit],
          kernel,
          antialias: REFERENCES[reference],
        })),
      ),
    ),
  ),
)

const photographs = new Map<string, RawPixels>()
beforeAll(async () => {
  // Decoded once: what is compared is what follows.
  for (const photograph of PHOTOGRAPHS) {
    const picture = await readPicture(pathOf(photograph))
    const { data, width, height } = await (
      await decode(picture, { colorManaged: false, maxPixels: 1e8 })
    ).pixels()
    photographs.set(photograph, { data, width, height, channels: 3 })
  }
})

function expectedOf(cases: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const expected = cases.get(name)
  if (expected === undefined) throw new Error(`${name} is not recorded`)
  return expected
}

/** What is made of a case, against what is recorded of it. */
async function differenceOf({ name, photograph, reference: _, ...wanted }: Case, asFile = false) {
  const source = asFile ? pathOf(photograph) : photographs.get(photograph)
  if (source === undefined) throw new Error(`${photograph} was not decoded`)
  const { data, width } = await decoded(source, wanted)
  const expected = expectedOf(resized.cases, name)
  const actual = sampled(data, width, resized.samples)
  expect(actual.length, sourceName(source)).toBe(expected.length)
  return difference(Uint8Array.from(actual), expected)
}

const worst = (all: readonly { mean: number; p99: number }[]) => ({
  mean: Math.max(...all.map(({ mean }) => mean)),
  p99: Math.max(...all.map(({ p99 }) => p99)),
})

describe('the photographs by every fit and kernel, up and down', () => {
  it('are all that is recorded', () => {
    expect(CASES.map(({ name }) => name).sort()).toEqual([...resized.cases.keys()].sort())
  })

  // The product promises a mean of 0.5 and a 99th percentile of 2.
  it.each(keysOf(REFERENCES).flatMap((reference) => KERNELS.map((kernel) => [kernel, reference] as const)))(
    '%s is that of %s',
    async (kernel, reference) => {
      const differences = []
      for (const one of CASES) {
        if (one.kernel === kernel && one.reference === reference) differences.push(await differenceOf(one))
      }
      expect(differences.length).toBe(36)
      const { mean, p99 } = worst(differences)
      // Pixels between the two passes have 8 bits, as Pillow's; TensorFlow's are of single precision.
      const isExact = kernel === 'nearest' || reference === 'pillow'
      expect(mean).toBeLessThanOrEqual(isExact ? 0 : 0.3)
      expect(p99).toBeLessThanOrEqual(isExact ? 0 : 1)
    },
  )

  it.each([true, 'fine'] as const)(
    'are near them where a JPEG is decoded smaller: %s',
    async (shrinkOnLoad) => {
      const differences = []
      for (const one of CASES) {
        const isShrunk = one.photograph.endsWith('.jpg') && one.name.includes(' down ') && one.antialias
        if (isShrunk && one.kernel !== 'nearest') {
          differences.push(await differenceOf({ ...one, shrinkOnLoad }, true))
        }
      }
      expect(differences.length).toBe(27)
      const { mean, p99 } = worst(differences)
      expect(mean).toBeLessThan(5)
      expect(p99).toBeLessThanOrEqual(40)
    },
  )
})

describe.each(PRESET_NAMES)('the preset %s', (preset) => {
  it.each(PHOTOGRAPHS)('makes the values of its reference of %s', async (photograph) => {
    const shape = [1, 224, 224, 3]
    const bytes = 224 * 224 * 3 * 4
    const tensor = new Tensor({ name: 'image', dtype: 'float32', shape, bytes }, new ArrayBuffer(bytes), 0)
    const options = { preset, shrinkOnLoad: false } as const
    await preprocess(pathOf(photograph), tensor, options)
    const recorded = expectedOf(presets.cases, `${photograph} ${preset}`)
    const actual = sampled(tensor.data, 224, presets.samples)
    expect(actual.length * 4).toBe(recorded.length)
    const { std } = resolvePreprocessing(tensor, options)
    const levels = actual
      .map(
        (value, index) => Math.abs(value - recorded.readFloatLE(index * 4)) * (std[index % 3] ?? Number.NaN),
      )
      .sort((a, b) => a - b)
    expect(levels.reduce((sum, level) => sum + level, 0) / levels.length).toBeLessThan(0.3)
    expect(levels[Math.floor(levels.length * 0.99)]).toBeLessThan(1.001)
  })
})
