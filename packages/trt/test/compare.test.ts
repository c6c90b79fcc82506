import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { namedModels } from '@edge/bench'
import { modelPath } from '@edge/model-efficientnet-lite0'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure, signalledAtOnce } from './cli.js'
import { float32, int8, onnx } from './models.js'

const photographs = fileURLToPath(
  new URL('../../../.cache/models/efficientnet-lite0/inputs/', import.meta.url),
)
// As few inferences as there can be a ratio of, with its interval.
const quick = ['--runs', '12', '--seconds', '0', '--rounds', '6', '--no-sensors', '--seed', '1']

let directory: string
const at = (name: string) => join(directory, name)
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-compare-'))
  await mkdir(at('pictures'))
  for (const name of ['coffee.png', 'chelsea.png'])
    await copyFile(join(photographs, name), at(`pictures/${name}`))
  await mkdir(at('broken'))
  await copyFile(join(photographs, 'coffee.png'), at('broken/coffee.png'))
  await writeFile(at('broken/text.png'), 'this is text')
  await mkdir(at('empty'))
  await writeFile(at('text.tflite'), 'this is text')
  await writeFile(at('classes.tsv'), 'coffee.png\t967\nchelsea.png\t285\n')
  await writeFile(at('others.tsv'), 'elsewhere.png\t1\n')
})
afterAll(() => rm(directory, { recursive: true }))

describe('edge-trt compare', () => {
  it('prints tables and sentences', async () => {
    const { code, stdout, stderr } = await edgeTrt([
      'compare',
      float32,
      int8,
      ...[
        '--images',
        at('pictures'),
        '--labels',
        at('classes.tsv'),
        '--layers',
        '2',
        '--layer-pictures',
        '1',
      ],
      ...quick,
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toMatch(
      /^ {2}model +size, MB +gzipped, MB +median, ms +times as long +verdict +peak memory, MB/m,
    )
    expect(stdout).toMatch(
      /^ {2}efficientnet_lite0_int8 +5\.252 +\d\.\d+ .* (faster|slower|equal|undecided)(, unreliable)? /m,
    )
    expect(stdout).toMatch(/^ {2}efficientnet_lite0_int8 +100 \(34–100\) .* 100 \(34–100\) /m)
    expect(stdout).toMatch(/^ {2}The 2 layers at which the error grows most; 58 others are left out\.$/m)
    expect(stdout).toMatch(
      /^ {2}Compared with efficientnet_lite0_fp32, efficientnet_lite0_int8 is 3\.5 × smaller/m,
    )
    expect(stdout).toMatch(/^ {2}It is right about the same pictures as the first: 2 of 2\.$/m)
    expect(stdout).toMatch(/^ {2}The error grows most at layer .+ \(CONV_2D\): /m)
  })

  it('prints one document, of formats that differ, too', async () => {
    const { code, stderr, document } = await edgeTrtJson([
      'compare',
      int8,
      onnx,
      ...['--images', at('pictures/coffee.png'), '--images', at('pictures/chelsea.png')],
      ...quick,
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(document).toMatchObject({
      schema: 'edge-compare/1',
      complete: true,
      first: 'efficientnet_lite0_int8',
      settings: { backend: 'auto', threads: 1, seed: 1, rounds: 6 },
      pictures: { count: 2, failed: [], ofLayers: [expect.any(String), expect.any(String)] },
      errors: [],
    })
    const [first, second] = document.models
    expect(first).toMatchObject({
      id: 'efficientnet_lite0_int8',
      source: int8,
      format: 'tflite',
      sizeBytes: 5_251_528,
      latencyMs: { samples: expect.any(Number) },
      peakRssBytes: expect.any(Number),
      sentences: [],
    })
    expect(first.peakRssBytes).toBeGreaterThan(30e6)
    expect(second).toMatchObject({
      id: 'efficientnet_lite0_fp32',
      format: 'onnx',
      toFirst: { latency: { rounds: 6, verdict: expect.any(String) }, size: expect.closeTo(3.53, 2) },
      agreement: { sameClass: { count: 2, of: 2 } },
      layers: { pictures: 2, uncompared: { first: [], variant: [] } },
    })
    expect(second.layers.layers).toHaveLength(60)
    expect(second.sentences[0]).toMatch(/3\.5 × larger/)
    // Every inference's time is bench's to tell.
    expect(second).not.toHaveProperty('samplesMs')
  })

  it.each([
    [
      ['a/model.tflite', 'b/int8.tflite'],
      ['model', 'int8'],
    ],
    [
      ['model.tflite', 'model.onnx'],
      ['model.tflite', 'model.onnx'],
    ],
    [
      ['a/m.tflite', 'b/m.tflite', 'm-2.tflite', 'm.tflite'],
      ['m', 'm-2', 'm-2-2', 'm-3'],
    ],
    [
      ['größe 1.tflite', '.tflite', '-'],
      ['gr__e_1', 'tflite', 'model'],
    ],
  ])('calls %j %j', (paths, names) => {
    expect(namedModels(paths)).toEqual(paths.map((file, index) => ({ id: names[index], file })))
  })

  it('goes on without a model and a picture that fail, says which, and ends with 1', async () => {
    const ended = await edgeTrtJson([
      'compare',
      ...[int8, at('text.tflite'), modelPath()],
      ...['--images', at('broken'), '--layer-pictures', '0', ...quick],
    ])
    expectFailure(ended, 1, 'MODEL_INVALID', 'IMAGE_INVALID')
    expect(ended.document.errors).toEqual([
      { source: at('text.tflite'), code: 'MODEL_INVALID', message: expect.any(String) },
      { source: at('broken/text.png'), code: 'IMAGE_INVALID', message: expect.any(String) },
    ])
    const [first, text, other] = ended.document.models
    expect(first).toMatchObject({ latencyMs: {} })
    expect(text).toMatchObject({ error: { code: 'MODEL_INVALID' }, sentences: [] })
    expect(other).toMatchObject({ agreement: { sameClass: { count: 1, of: 1 }, meanAbsoluteDifference: 0 } })
  })

  it('tells what it has when it is stopped', async () => {
    const ended = await edgeTrtJson(['compare', int8, float32, '--images', at('pictures'), ...quick], {
      env: signalledAtOnce,
    })
    expect(ended.code).toBe(143)
    expect(ended.document).toMatchObject({ complete: false, models: [{ source: int8 }, { source: float32 }] })
  })

  it.each([
    [[int8]],
    [[]],
    [[int8, float32]],
    [[int8, float32, '--images', '']],
    [[int8, float32, '--images', 'x', '--threads', '0']],
    [[int8, float32, '--images', 'x', '--layers', 'some']],
    [[int8, float32, '--images', 'x', '--layer-pictures', '-1']],
    [[int8, float32, '--images', 'x', '--preset', 'imagenet']],
    [[int8, float32, '--images', 'x', '--seconds', 'long']],
  ])('%j is a wrong command line', async (args) => {
    const ended = await edgeTrtJson(['compare', ...args])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.document).toMatchObject({ models: [], errors: [{ code: 'INVALID_ARGUMENT' }] })
  })

  it.each([
    ['there are no pictures', ['--images', 'EMPTY'], 'FILE_NOT_FOUND'],
    [
      'the classes are those of other pictures',
      ['--images', 'PICTURES', '--labels', 'OTHERS'],
      'LABELS_INVALID',
    ],
    ['there is no such file of classes', ['--images', 'PICTURES', '--labels', 'MISSING'], 'FILE_NOT_FOUND'],
  ])('says that %s', async (_, flags, code) => {
    const paths: Record<string, string> = {
      EMPTY: at('empty'),
      PICTURES: at('pictures'),
      OTHERS: at('others.tsv'),
      MISSING: at('missing.tsv'),
    }
    const ended = await edgeTrtJson(['compare', int8, float32, ...flags.map((flag) => paths[flag] ?? flag)])
    expectFailure(ended, 1, code)
    expect(ended.document).toMatchObject({ models: [], errors: [{ source: 'compare', code }] })
  })
})
