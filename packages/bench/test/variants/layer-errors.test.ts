import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Classifier } from '@edge/classify'
import type { SessionOptions } from '@edge/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fallDb, worstLayer } from '../../src/variants/error-growth.js'
import type { LayerSource } from '../../src/variants/exposed-run.js'
import { compareLayers } from '../../src/variants/layer-errors.js'
import { readComparedModel } from '../../src/variants/opened-variant.js'
import { edited, input, lite0, misquantized } from './lite0.js'

let directory: string
let float32: LayerSource
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-compare-'))
  float32 = await sourceOf(lite0.float32)
})
afterAll(() => rm(directory, { recursive: true }))

/** A model whose layers can be compared, with pictures that need no resizing. */
async function sourceOf(model: string, options: SessionOptions = {}): Promise<LayerSource> {
  const classifier = await Classifier.load(model, {
    manifest: lite0.manifest,
    resize: { fit: 'stretch', kernel: 'nearest' },
  })
  try {
    return {
      model: await readComparedModel(model, classifier.model.format, { backend: 'auto', threads: 1 }),
      preprocessing: classifier.preprocessing,
      options: { threads: 1, ...options },
    }
  } finally {
    await classifier.dispose()
  }
}

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return path
}

const pictures = [input('coffee.png')]

describe('layers of EfficientNet-Lite0', () => {
  it('in int8 are as far from those in float32 as NumPy finds them, by the same kernels', async () => {
    const golden = z
      .object({
        pictures: z.array(z.string()),
        layers: z.array(z.object({ name: z.string(), snrDb: z.number(), cosine: z.number() })),
      })
      .parse(
        JSON.parse(
          readFileSync(
            fileURLToPath(new URL('../../../../test/golden/variants/lite0-layers.json', import.meta.url)),
            'utf8',
          ),
        ),
      )
    const kernels = { xnnpack: false }
    const found = await compareLayers(
      await sourceOf(lite0.float32, kernels),
      await sourceOf(lite0.int8, kernels),
      { pictures: golden.pictures.map(input) },
    )
    expect(found.uncompared).toEqual({ first: [], variant: [] })
    expect(found.layers.map(({ name }) => name)).toEqual(golden.layers.map(({ name }) => name))
    for (const [index, { name, snrDb, cosine }] of golden.layers.entries()) {
      expect(found.layers[index]?.snrDb, name).toBeCloseTo(snrDb, 2)
      expect(found.layers[index]?.cosine, name).toBeCloseTo(cosine, 5)
    }
  })

  it('compute the same in ONNX, by another runtime and in another layout', async () => {
    const { layers, uncompared } = await compareLayers(float32, await sourceOf(lite0.onnx), {
      pictures,
    })
    expect(uncompared).toEqual({ first: [], variant: [] })
    expect(layers).toHaveLength(60)
    // Rounding of float32 alone is at 150 dB.
    for (const { name, snrDb } of layers) expect(snrDb, name).toBeGreaterThan(90)
    expect(layers[0]).toMatchObject({ by: 'order', operator: 'Conv', firstName: 'Relu6;add;Conv2D;add/y1' })
  })

  it('are found in float16, where weights have the names that layers have elsewhere', async () => {
    const { layers, uncompared } = await compareLayers(float32, await sourceOf(lite0.float16), { pictures })
    expect(uncompared).toEqual({ first: [], variant: [] })
    expect(layers).toHaveLength(60)
    expect(new Set(layers.map(({ by }) => by))).toEqual(new Set(['name', 'order']))
    for (const { name, snrDb } of layers) expect(snrDb, name).toBeGreaterThan(35)
  })

  it.each<[string, string, (weight: number) => number]>([
    ['scaled', 'block3/Relu6_1', (weight) => 1.3 * weight],
    ['scaled', 'block14/Relu6;', (weight) => 1.3 * weight],
    ['all zero', 'block9/add_2', () => 0],
    ['of the wrong sign', 'block3/Relu6_1', (weight) => -weight],
  ])('point at the one whose weights are %s: %s', async (_, broken, edit) => {
    const path = await written(
      'broken.tflite',
      edited(
        (result) => result.startsWith(broken),
        (weights) => weights.map(edit),
      ),
    )
    const { layers } = await compareLayers(float32, await sourceOf(path), { pictures })
    const worst = worstLayer(layers)
    expect(worst?.name.startsWith(broken), worst?.name).toBe(true)
    const place = worst === undefined ? 0 : layers.indexOf(worst)
    expect(layers.slice(0, place).every(({ equal }) => equal)).toBe(true)
    expect(worst).toMatchObject({ equal: false, noiseBefore: 0 })
    expect(worst && fallDb(worst)).toBeGreaterThan(10)
  })

  it.each(['block6/add_2', 'block14/Relu6;'])(
    'point at %s, quantized wrongly among others that are quantized well',
    async (broken) => {
      const path = await written(
        'int8.tflite',
        misquantized((result) => result.startsWith(broken)),
      )
      const { layers } = await compareLayers(float32, await sourceOf(path), { pictures })
      expect(worstLayer(layers)?.name.startsWith(broken), worstLayer(layers)?.name).toBe(true)
    },
  )

  it('tell the first that computes what is no number', async () => {
    const path = await written(
      'nan.tflite',
      edited(
        (result) => result.startsWith('block5/add_2'),
        (weights) => weights.map((weight, index) => (index === 7 ? Number.NaN : weight)),
      ),
    )
    const { layers } = await compareLayers(float32, await sourceOf(path), { pictures })
    const worst = worstLayer(layers)
    expect(worst?.name).toMatch(/^block5\/add_2/)
    // One of its 80 channels, of 14 × 14 places.
    expect(worst).toMatchObject({ nonFinite: 196, noiseShare: 1 })
  })
})
