/**
 * EfficientNet-Lite0 on photographs and crops of them, from the file to the label, against Pillow and LiteRT. In the full tier also on
 * wallpapers of up to 24 megapixels, which come from Debian's packages, and with `shrinkOnLoad: 'fine'`.
 */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { photographSet, wallpaperSet } from '../../scripts/setup/crops.js'
import {
  agreementOf,
  type Compared,
  compare,
  MODELS,
  type Model,
  nameOf,
  recordedPictures,
  tableRow,
} from './agreement.js'

const isFull = process.env.EDGE_TEST_TIER === 'full'
const isX64 = process.arch === 'x64'
const SHRINKS = [false, true, ...(isFull ? (['fine'] as const) : [])] as const

/** The part of the pictures that must have Python's best class, and the part where its probability is within 0.02 as well. */
interface Bar {
  readonly sameClass: number
  readonly agreeing: number
}
type Bars = Readonly<Record<Model, Bar>>

/**
 * Pillow's pixels give Python's answers. int8 does so where XNNPACK is the one that was recorded, on x64: what rounds otherwise in every
 * layer answers otherwise. TensorFlow Lite's built-in kernels, given the very same pixels, agree on 73 % of the photographs.
 */
const SAME_PIXELS: Bars = {
  fp32: { sameClass: 0.99, agreeing: 0.99 },
  int8: isX64 ? { sameClass: 0.99, agreeing: 0.99 } : { sameClass: 0.9, agreeing: 0.6 },
}

// What libvips' decoder averages is other pixels. Few of the photographs are large enough for it, and all but a few of the wallpapers.
const sets: readonly { readonly set: ReturnType<typeof photographSet>; readonly shrunk: Bars }[] = [
  {
    set: photographSet(),
    shrunk: {
      fp32: { sameClass: 0.99, agreeing: 0.97 },
      int8: isX64 ? { sameClass: 0.98, agreeing: 0.96 } : SAME_PIXELS.int8,
    },
  },
  ...(isFull
    ? [
        {
          set: wallpaperSet(),
          shrunk: {
            fp32: { sameClass: 0.92, agreeing: 0.75 },
            int8: isX64 ? { sameClass: 0.9, agreeing: 0.67 } : { sameClass: 0.85, agreeing: 0.5 },
          },
        },
      ]
    : []),
]

const rows: string[] = []
afterAll(() => {
  console.log(['pictures; best class the same; and within 0.02; furthest', ...rows].join('\n'))
})

describe.each(sets.map((one) => [one.set.name, one] as const))(
  '%s, whole and in crops',
  (name, { set: { pictures, crops }, shrunk }) => {
    const paths = [...pictures, ...crops]
    const isThere = paths.every((path) => existsSync(path))
    if (!isThere && name === 'wallpapers')
      console.log(
        `The ${name} are skipped: \`tsx scripts/setup/setup.ts --only wallpaper-crops\` has not made them.`,
      )

    it('are more than a hundred, and those that Python was asked about', () => {
      expect(paths.length).toBeGreaterThan(100)
      expect(paths.map(nameOf).sort()).toEqual([...recordedPictures(name)].sort())
    })

    describe.skipIf(!isThere && name === 'wallpapers').each(MODELS)('by %s', (model) => {
      const compared = new Map<(typeof SHRINKS)[number], readonly Compared[]>()
      beforeAll(async () => {
        for (const shrinkOnLoad of SHRINKS)
          compared.set(shrinkOnLoad, await compare(paths, name, model, { shrinkOnLoad }))
      }, 300_000)

      it.each(SHRINKS)('are what Python says, with shrinkOnLoad: %s', (shrinkOnLoad) => {
        const agreement = agreementOf(compared.get(shrinkOnLoad) ?? [])
        rows.push(tableRow(`${name}, ${model}, shrinkOnLoad: ${shrinkOnLoad}`, agreement))
        const bar = (shrinkOnLoad === false ? SAME_PIXELS : shrunk)[model]
        expect(agreement.sameClass).toBeGreaterThanOrEqual(bar.sameClass)
        expect(agreement.agreeing).toBeGreaterThanOrEqual(bar.agreeing)
      })
    })
  },
)
