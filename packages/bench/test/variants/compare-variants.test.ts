import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { onnxMessage, onnxTensor, writeOnnx } from '@edge/model/onnx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measureSchema } from '../../src/suite/schema.js'
import { compareVariants, type VariantsComparison } from '../../src/variants/compare-variants.js'
import type { VariantResult, VariantsResult } from '../../src/variants/result.js'
import { sentencesOf } from '../../src/variants/sentences.js'
import { variantsText } from '../../src/variants/text.js'
import { type Fake, fakeProgram } from '../subject/fake-program.js'
import { edited, input, lite0 } from './lite0.js'

let directory: string
const at = (name: string): string => join(directory, name)
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-compare-'))
  await writeFile(at('no-picture.png'), 'this is text')
  await writeFile(at('no-model.tflite'), 'this is text')
})
afterAll(() => rm(directory, { recursive: true }))

const measure = measureSchema.parse({
  minRuns: 12,
  minSeconds: 0,
  rounds: 6,
  warmUpRuns: 2,
  droppedAfterSwitch: 0,
})
const pictures = ['coffee.png', 'chelsea.png', 'rocket.png'].map(input)
const noise = { seed: 1, round: 0.001, sample: 0.001 }

interface Asked extends Partial<Omit<VariantsComparison, 'models'>> {
  /** Paths by name. */
  readonly models: Readonly<Record<string, string>>
  readonly fakes?: Readonly<Record<string, Fake>>
}

/** Real models, small ones where that is enough; their times are made up. */
async function compared({ models, fakes = {}, ...more }: Asked): Promise<VariantsResult> {
  const result = await compareVariants({
    models: Object.entries(models).map(([id, file]) => ({ id, file })),
    images: pictures,
    measure,
    backend: 'auto',
    threads: 1,
    layerPictures: 1,
    seed: 7,
    telemetry: false,
    program: (id) => fakeProgram({ noise, ...fakes[id] }),
    ...more,
  })
  // All of it is what JSON has.
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  return result
}

function modelOf({ models }: VariantsResult, id: string): VariantResult {
  const found = models.find((model) => model.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found
}

const plain = { bold: String, dim: String, green: String, red: String }
const textOf = (result: VariantsResult): string => variantsText(result, plain, { layers: 3 })

describe('variants of a model', () => {
  it('stand side by side, with what was measured, answered and computed', async () => {
    const result = await compared({
      models: { float32: lite0.float32, int8: lite0.int8 },
      fakes: { float32: { ms: 5 }, int8: { ms: 2.5 } },
      // The first two are right, of float32 and of int8; nobody knows the third.
      expected: [967, 285, undefined],
    })
    expect(result).toMatchObject({
      schema: 'edge-compare/1',
      complete: true,
      first: 'float32',
      pictures: { count: 3, failed: [], ofLayers: [expect.stringMatching(/\.png$/)] },
    })
    const [float32, int8] = [modelOf(result, 'float32'), modelOf(result, 'int8')]
    expect(float32).toMatchObject({
      sizeBytes: 18_545_440,
      format: 'tflite',
      peakRssBytes: 1e6,
      weights: { parameters: 4_631_000, bytes: 18_524_000 },
    })
    for (const name of ['toFirst', 'agreement', 'layers', 'mcnemar', 'error'])
      expect(float32).not.toHaveProperty(name)
    expect(int8.toFirst?.size).toBeCloseTo(5_251_528 / 18_545_440, 12)
    expect(int8.toFirst?.gzip).toBeGreaterThan(0.2)
    expect(int8.toFirst?.peakRss).toBe(1)
    expect(int8.toFirst?.latency).toMatchObject({ rounds: 6, verdict: 'faster' })
    expect(int8.toFirst?.latency?.ratio.value).toBeCloseTo(0.5, 2)
    expect(int8.agreement?.sameClass).toMatchObject({ count: 3, of: 3 })
    expect(int8.agreement?.divergenceBits).toBeGreaterThan(0)
    expect(int8.top1).toMatchObject({ of: 2 })
    expect(int8.mcnemar).toEqual({ onlyThis: 0, onlyOther: 0, pValue: 1 })
    expect(int8.layers?.layers).toHaveLength(60)
    expect(sentencesOf(int8, result)[0]).toMatch(
      /^Compared with float32, int8 is 3\.5 × smaller and 2\.\d+ × faster \(.*\), and agrees with it on 100 % \(44–100 %\) of 3 pictures\.$/,
    )
    const text = textOf(result)
    expect(text).toContain('3 pictures (top-1, top-5: the 2 whose class is known), with')
    expect(text).toContain('Layers of int8 beside those of float32')
    expect(text).toContain('The 3 layers at which the error grows most; 57 others are left out.')
    expect(text).toContain('The error grows most at layer')
  })

  it('go on without one that cannot be opened, or that crashes when it is measured', async () => {
    const result = await compared({
      models: {
        int8: lite0.int8,
        text: at('no-model.tflite'),
        missing: at('missing.tflite'),
        crashing: lite0.int8,
        dynamicRange: lite0.dynamicRange,
      },
      fakes: { crashing: { does: 'crash' } },
    })
    expect(result.complete).toBe(true)
    expect(modelOf(result, 'text')).toMatchObject({ sizeBytes: 12, error: { code: 'MODEL_INVALID' } })
    expect(modelOf(result, 'missing')).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } })
    expect(modelOf(result, 'missing')).not.toHaveProperty('sizeBytes')
    // What it answered is known all the same.
    expect(modelOf(result, 'crashing')).toMatchObject({
      error: { code: 'SUBJECT_FAILED' },
      agreement: { sameClass: { of: 3 } },
    })
    expect(modelOf(result, 'dynamicRange')).toMatchObject({
      toFirst: { latency: { rounds: 6 } },
      agreement: { sameClass: { count: 3 } },
      layers: { pictures: 1 },
    })
    const text = textOf(result)
    expect(text).toMatch(/^ {2}text .* failed$/m)
    expect(text).not.toContain('text: it has no manifest')
    expect(text).toMatch(/^ {2}failed {2}missing: FILE_NOT_FOUND: /m)
    expect(text).toMatch(/^ {2}dynamicRange .* (faster|slower|equal|undecided)(, unreliable)? /m)
  })

  it('are compared with nothing where the first cannot be opened', async () => {
    const result = await compared({
      models: { text: at('no-model.tflite'), int8: lite0.int8 },
      expected: [967],
    })
    const int8 = modelOf(result, 'int8')
    expect(int8).toMatchObject({ latencyMs: { samples: 12 }, top1: { count: 1, of: 1 } })
    for (const name of ['agreement', 'layers', 'mcnemar', 'error']) expect(int8).not.toHaveProperty(name)
    expect(int8.toFirst).not.toHaveProperty('latency')
    expect(textOf(result)).toMatch(/^ {2}text .* failed$/m)
  })

  it('are asked about the pictures that can be decoded, made as the first wants them', async () => {
    const log = at('log')
    // Where it has no manifest.
    await copyFile(lite0.dynamicRange, at('elsewhere.tflite'))
    const result = await compared({
      models: { int8: lite0.int8, elsewhere: at('elsewhere.tflite') },
      images: [at('no-picture.png'), ...pictures],
      expected: [1, 967, undefined, undefined],
      layerPictures: 100,
      fakes: { elsewhere: { log } },
    })
    expect(result.pictures.failed).toEqual([
      expect.objectContaining({ image: at('no-picture.png'), code: expect.stringMatching(/^IMAGE_/) }),
    ])
    expect([...result.pictures.ofLayers].sort()).toEqual([...pictures].sort())
    const elsewhere = modelOf(result, 'elsewhere')
    expect(elsewhere).toMatchObject({
      top1: { count: 1, of: 1 },
      agreement: { sameClass: { count: 3, of: 3 } },
      borrowedManifest: lite0.manifest,
    })
    expect(modelOf(result, 'int8')).not.toHaveProperty('borrowedManifest')
    const asked = readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(asked[0]).toMatchObject({ ask: 'load', images: pictures, options: { manifest: lite0.manifest } })
    expect(asked.map(({ ask }) => ask)).not.toContain('classify')
    const text = textOf(result)
    expect(text).toContain('elsewhere: it has no manifest; its input is made as int8’s says')
    // Once: the message names it.
    expect(text.match(/^ {2}failed {2}IMAGE_.*$/m)?.[0].match(/no-picture\.png/g)).toHaveLength(1)
  })

  it('that break are seen by their answers, and where they broke by their layers; those with zeros are called pruned', async () => {
    const files = { zero: at('zero.tflite'), nan: at('nan.tflite'), pruned: at('pruned.tflite') }
    const isMeant = (name: string): boolean => name.startsWith('block9/add_2')
    await writeFile(
      files.zero,
      edited(isMeant, (weights) => weights.map(() => 0)),
    )
    await writeFile(
      files.nan,
      edited(isMeant, (weights) => weights.map(() => Number.NaN)),
    )
    await writeFile(
      files.pruned,
      edited(
        () => true,
        (weights) => weights.map((weight, index) => (index % 2 === 0 ? weight : 0)),
      ),
    )
    const steady = { noise: { seed: 1, round: 0, sample: 0 } }
    const result = await compared({
      models: { float32: lite0.float32, ...files },
      fakes: { float32: steady, pruned: steady },
      images: pictures.slice(0, 2),
    })
    const said = (id: string): string => sentencesOf(modelOf(result, id), result).join('\n')
    expect(said('zero')).toMatch(/^The error grows most at layer block9\/add_2.* without error/m)
    expect(modelOf(result, 'nan')).toMatchObject({ failed: { pictures: 2, code: 'INFERENCE_FAILED' } })
    expect(modelOf(result, 'nan')).not.toHaveProperty('agreement')
    expect(said('nan')).toMatch(/^It gave no answer to 2 pictures: /m)
    expect(said('nan')).toMatch(/^The first layer that computes what is no number is block9\/add_2/m)
    expect(modelOf(result, 'pruned').weights?.zeros).toBeCloseTo(0.5, 1)
    expect(said('pruned')).toMatch(
      /^Pruning gave no speed-up on this runtime: (49|50) % of its weights are zero/m,
    )
    expect(said('pruned')).toMatch(
      /^The zeros take as much room in the file as any weight; compressed it is 1\.\d × /m,
    )
  })

  it('with other classes are not compared by their answers', async () => {
    const three = at('three.onnx')
    const value = (name: string, ...dims: bigint[]) => {
      const dim = dims.map((dimValue) => onnxMessage('DimensionProto', { dimValue }))
      const shape = onnxMessage('TensorShapeProto', { dim })
      const tensorType = onnxMessage('TensorTypeProto', { elemType: 1, shape })
      return onnxMessage('ValueInfoProto', { name, type: onnxMessage('TypeProto', { tensorType }) })
    }
    const graph = onnxMessage('GraphProto', {
      name: 'three',
      input: [value('image', 1n, 3n, 2n, 2n)],
      output: [value('scores', 1n, 3n)],
      initializer: [
        onnxTensor('w', 'float32', [12, 3], new Uint8Array(new Float32Array(36).fill(0.1).buffer)),
      ],
      node: [
        onnxMessage('NodeProto', { opType: 'Flatten', input: ['image'], output: ['flat'] }),
        onnxMessage('NodeProto', { opType: 'MatMul', input: ['flat', 'w'], output: ['scores'] }),
      ],
    })
    const opsetImport = [onnxMessage('OperatorSetIdProto', { domain: '', version: 17n })]
    await writeFile(three, writeOnnx(onnxMessage('ModelProto', { irVersion: 8n, opsetImport, graph })))
    const result = await compared({
      models: { int8: lite0.int8, three },
      images: pictures.slice(0, 1),
      preset: 'efficientnet-lite',
    })
    const found = modelOf(result, 'three')
    expect(found).not.toHaveProperty('error')
    expect(found).not.toHaveProperty('agreement')
    expect(found.uncompared).toEqual({
      answers: { code: 'SHAPE_MISMATCH', message: 'it tells 3 classes apart, and the first 1000' },
    })
    expect(found.layers?.layers).toEqual([])
    expect(sentencesOf(found, result)).toEqual(
      expect.arrayContaining([
        'Its answers cannot be compared with the first’s: it tells 3 classes apart, and the first 1000.',
        '1 of its 1 layer has none of the first’s to be compared with.',
      ]),
    )
  })

  it('that are stopped have what was found until then', async () => {
    for (const phase of ['classifying', 'measuring', 'layers of']) {
      const controller = new AbortController()
      const phases = new Set<string>()
      const result = await compared({
        models: { one: lite0.int8, two: lite0.int8 },
        signal: controller.signal,
        layerPictures: 3,
        onProgress: (progress) => {
          phases.add(progress.phase)
          // Of what is measured by turns, both have had one.
          if (progress.phase === phase && progress.done >= (phase === 'measuring' ? 4 : 1)) controller.abort()
        },
      })
      expect([phase, result.complete]).toEqual([phase, false])
      expect([...phases].at(-1)).toBe(phase)
      expect(result.models.map(({ source }) => basename(source))).toEqual([
        'efficientnet_lite0_int8.tflite',
        'efficientnet_lite0_int8.tflite',
      ])
      const two = modelOf(result, 'two')
      expect('agreement' in two).toBe(phase === 'measuring' || phase === 'layers of')
      expect(two.latencyMs !== undefined).toBe(phase === 'measuring' || phase === 'layers of')
      expect(two).not.toHaveProperty('layers')
      expect(textOf(result)).toMatch(/^This comparison was stopped before its end\.$/m)
    }
  })

  it('refuse to be none', async () => {
    await expect(compared({ models: {} })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
