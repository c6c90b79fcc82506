import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Classifier, type ClassifierOptions } from '../src/index.js'
import { type FakeModel, fakeBackend, MODEL_BYTES, PICTURE, scores } from './fake-backend.js'

let directory: string
let backends = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-classify-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** A PNG of one grey level, which the fakes below find in their input. */
function grey(level: number): Promise<Buffer> {
  return sharp({ create: { width: 4, height: 4, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer()
}

/** Loads a classifier over a fake; by default a model of four classes whose logits are class × grey level / 100. */
async function load(options: ClassifierOptions = {}, model: FakeModel = {}) {
  backends += 1
  const backend = `fake-${backends}`
  const log = fakeBackend(backend, { run: byGreyLevel, ...model })
  const opening = Classifier.load(MODEL_BYTES, { backend, validate: false, outputKind: 'logits', ...options })
  return { log, opening }
}

function byGreyLevel(input: ArrayBuffer, output: ArrayBuffer): void {
  const [level = 0] = new Uint8Array(input)
  const values = new Float32Array(output)
  for (let index = 0; index < values.length; index += 1) values[index] = (index * level) / 100
}

describe('Classifier.load', () => {
  it('knows its model', async () => {
    const { opening } = await load({ labels: ['a', 'b', 'c', 'd'] })
    const classifier = await opening
    expect(classifier).toMatchObject({
      backend: `fake-${backends}`,
      classCount: 4,
      labels: ['a', 'b', 'c', 'd'],
      manifest: undefined,
      model: { format: 'tflite', bytes: MODEL_BYTES.length },
      preprocessing: { width: 4, height: 4, dtype: 'uint8', resize: { fit: 'stretch' } },
    })
    await classifier.dispose()
  })

  it.each<[string, ClassifierOptions, FakeModel]>([
    ['LABELS_MISMATCH', { labels: ['a', 'b', 'c', 'd', 'e'] }, {}],
    ['LABELS_INVALID', { labels: [] }, {}],
    ['FILE_NOT_FOUND', { labels: '/nonexistent/labels.txt' }, {}],
    ['FILE_NOT_FOUND', { manifest: '/nonexistent/model.json' }, {}],
    ['INVALID_ARGUMENT', { preset: JSON.parse('"imagenet"') }, {}],
    ['MODEL_UNSUPPORTED', {}, { inputs: [PICTURE, PICTURE] }],
    ['MODEL_UNSUPPORTED', {}, { outputs: [scores(4), scores(4)] }],
    ['DTYPE_MISMATCH', {}, { inputs: [{ ...PICTURE, dtype: 'int64' }] }],
    ['SHAPE_MISMATCH', {}, { inputs: [{ ...PICTURE, shape: [1, 48] }] }],
  ])('frees the session where it fails with %s', async (code, options, model) => {
    const { log, opening } = await load(options, model)
    await expect(opening).rejects.toMatchObject({ code })
    expect(log).toMatchObject({ opened: 1, disposed: 1 })
  })

  it.each([0, -1, 1.5, 65, Number.NaN])('refuses %f requests before it opens anything', async (requests) => {
    const { log, opening } = await load({ requests })
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(log.opened).toBe(0)
  })

  it.each([{ thread: 3 }, { topk: 3 }, null, 'fast', 7, []])(
    'refuses the options %j at once',
    async (options) => {
      const { log } = await load()
      const opened = log.opened
      const promise: unknown = Reflect.apply(Classifier.load, Classifier, [MODEL_BYTES, options])
      await expect(promise).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        ...(typeof options === 'object' &&
          options !== null &&
          !Array.isArray(options) && {
            // Those of all three parts: the classifier's, the pictures', the session's.
            expected: expect.stringMatching(/labelOffset, .*preset, .*threads, /),
          }),
      })
      expect(log.opened).toBe(opened)
    },
  )

  it('reads the manifest beside the model, and lets options override it', async () => {
    const folder = join(directory, 'manifest')
    await mkdir(folder)
    const model = join(folder, 'm.tflite')
    await writeFile(model, MODEL_BYTES)
    await writeFile(join(folder, 'names.txt'), 'ant\nbee\ncat\ndog\n')
    await writeFile(
      join(folder, 'm.model.json'),
      JSON.stringify({
        manifestVersion: 1,
        name: 'fake',
        input: { resize: { fit: 'cover-crop', cropRatio: 0.5 }, channels: 'bgr' },
        output: { kind: 'probabilities' },
        labels: 'names.txt',
      }),
    )
    const backend = 'manifest'
    fakeBackend(backend, { run: (_, output) => new Float32Array(output).set([0.1, 0.2, 0.3, 0.1]) })
    const classifier = await Classifier.load(model, { backend, validate: false })
    expect(classifier.manifest?.name).toBe('fake')
    expect(classifier.preprocessing).toMatchObject({ channels: 'bgr', resize: { cropRatio: 0.5 } })
    expect((await classifier.classify(await grey(1))).classes[0]).toMatchObject({ index: 2, label: 'cat' })
    expect((await classifier.classify(await grey(1))).classes[0]?.score).toBeCloseTo(0.3, 6)

    const overridden = await Classifier.load(model, {
      backend,
      validate: false,
      preset: 'raw',
      channels: 'rgb',
      labels: ['A', 'B', 'C', 'D'],
      outputKind: 'logits',
    })
    expect(overridden.preprocessing).toMatchObject({ channels: 'rgb', resize: { fit: 'stretch' } })
    const [best] = (await overridden.classify(await grey(1))).classes
    expect(best?.label).toBe('C')
    expect(best?.score).toBeLessThan(0.29)

    const without = await Classifier.load(model, {
      backend,
      validate: false,
      manifest: false,
      outputKind: 'probabilities',
    })
    expect(without.manifest).toBeUndefined()
    expect((await without.classify(await grey(1))).classes[0]?.label).toBe('class 2')

    await writeFile(join(folder, 'm.model.json'), '{')
    await expect(Classifier.load(model, { backend, validate: false })).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
    })
  })

  it('warns of a manifest beside the model that lists other models', async () => {
    const folder = join(directory, 'renamed')
    await mkdir(folder)
    const model = join(folder, 'renamed.tflite')
    await writeFile(model, MODEL_BYTES)
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ manifestVersion: 1, name: 'fake', files: ['m.tflite'] }),
    )
    const backend = 'renamed'
    fakeBackend(backend, { run: byGreyLevel })
    const options = { backend, validate: false, outputKind: 'logits' } as const
    const classifier = await Classifier.load(model, options)
    expect(classifier.manifest).toBeUndefined()
    expect(classifier.warnings).toEqual([expect.stringMatching(/"m\.tflite" and not "renamed\.tflite"/)])
    await classifier.dispose()
    const without = await Classifier.load(model, { ...options, manifest: false })
    expect(without.warnings).toEqual([])
    await without.dispose()
  })
})

describe('classify', () => {
  it('ranks the classes and says what everything took', async () => {
    const { opening } = await load({ labels: ['a', 'b', 'c', 'd'] })
    const classifier = await opening
    const { classes, timing } = await classifier.classify(await grey(100))
    // scipy.special.softmax([0, 1, 2, 3])
    const expected = [0.6439142598879724, 0.23688281808991013, 0.08714431874203257, 0.03205860328008499]
    expect(classes.map(({ index, label }) => [index, label])).toEqual([
      [3, 'd'],
      [2, 'c'],
      [1, 'b'],
      [0, 'a'],
    ])
    for (const [rank, score] of expected.entries()) expect(classes[rank]?.score).toBeCloseTo(score, 6)
    expect(timing).toMatchObject({ queueMs: 1, inferenceMs: 2 })
    expect(timing.totalMs).toBeGreaterThanOrEqual(
      timing.decodeMs + timing.preprocessMs + timing.postprocessMs,
    )
  })

  it.each([0, -1, 5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, JSON.parse('"3"')])(
    'refuses a topK of %s for four classes',
    async (topK) => {
      const { opening } = await load()
      const classifier = await opening
      await expect(classifier.classify(await grey(1), { topK })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        expected: 'a whole number from 1 to 4',
      })
      expect(() => classifier.classifyMany([], { topK })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    },
  )

  it.each([{ signal: {} }, { top: 3 }, null, 'fast'])('refuses the options %j', async (options) => {
    const { opening } = await load()
    const classifier = await opening
    const promise: unknown = Reflect.apply(classifier.classify, classifier, [await grey(1), options])
    await expect(promise).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(() => Reflect.apply(classifier.classifyMany, classifier, [[], options])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
    await classifier.dispose()
  })

  it('takes any number of calls at once, with the requests it has', async () => {
    const { log, opening } = await load(
      { requests: 2 },
      {
        run: async (input, output) => {
          await sleep(3)
          byGreyLevel(input, output)
        },
      },
    )
    const classifier = await opening
    const levels = [200, 10, 150, 50, 100, 0, 250, 30]
    const results = await Promise.all(
      levels.map(async (level) => classifier.classify(await grey(level), { topK: 1 })),
    )
    for (const [index, level] of levels.entries()) {
      const denominator = [0, 1, 2, 3].reduce((sum, k) => sum + Math.exp((k * level) / 100), 0)
      expect(results[index]?.classes[0]?.score).toBeCloseTo(Math.exp((3 * level) / 100) / denominator, 5)
    }
    expect(log).toMatchObject({ requests: 2, mostRunning: 2 })
    await classifier.dispose()
  })

  it('reports values that are none', async () => {
    const { opening } = await load({}, { run: (_, output) => void new Float32Array(output).fill(Number.NaN) })
    await expect((await opening).classify(await grey(1))).rejects.toMatchObject({ code: 'INFERENCE_FAILED' })
  })

  it('stops when it is aborted, and goes on for others', async () => {
    const { opening } = await load(
      { requests: 1 },
      {
        run: async () => {
          await sleep(5)
        },
      },
    )
    const classifier = await opening
    const controller = new AbortController()
    const picture = await grey(1)
    const running = classifier.classify(picture, { signal: controller.signal })
    const waiting = classifier.classify(picture, { signal: controller.signal })
    const other = classifier.classify(picture)
    controller.abort()
    expect(await Promise.allSettled([running, waiting, other])).toMatchObject([
      { status: 'rejected', reason: { code: 'ABORTED' } },
      { status: 'rejected', reason: { code: 'ABORTED' } },
      { status: 'fulfilled', value: { classes: expect.any(Array) } },
    ])
  })
})

describe('classifyMany', () => {
  it('yields results in order, and failures among them', async () => {
    const { log, opening } = await load(
      {},
      {
        run: async (input, output) => {
          await sleep(new Uint8Array(input)[0] === 200 ? 15 : 1)
          byGreyLevel(input, output)
        },
      },
    )
    const classifier = await opening
    const sources = [
      await grey(200),
      Buffer.from('broken'),
      await grey(100),
      '/nonexistent.png',
      await grey(50),
    ]
    const results: string[] = []
    for await (const { source, classes, error } of classifier.classifyMany(sources, { topK: 1 })) {
      results.push(`${sources.indexOf(source)} ${error === undefined ? classes[0]?.index : error.code}`)
    }
    expect(results).toEqual(['0 3', '1 IMAGE_INVALID', '2 3', '3 FILE_NOT_FOUND', '4 3'])
    expect(log.mostRunning).toBeGreaterThan(1)
    expect(log.requests).toBeLessThanOrEqual(3)
    await classifier.dispose()
  })

  it.each([
    ['a path', 'cat.jpg', '"cat.jpg"'],
    ['the bytes of a picture', Buffer.from('\xff\xd8'), 'the bytes of one'],
    ['a stream of bytes', new PassThrough(), 'the bytes of one'],
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
    ['an object', {}, 'object'],
  ])('refuses %s in place of several pictures, at once', async (_, sources, found) => {
    const { opening } = await load()
    const classifier = await opening
    expect(() => Reflect.apply(classifier.classifyMany, classifier, [sources])).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', found }),
    )
    await classifier.dispose()
  })

  it('ends with the error that ends everything', async () => {
    const { opening } = await load()
    const classifier = await opening
    const picture = await grey(1)
    const controller = new AbortController()
    const results = classifier.classifyMany([picture, picture, picture], { signal: controller.signal })
    expect((await results.next()).done).toBe(false)
    controller.abort()
    await expect(results.next()).rejects.toMatchObject({ code: 'ABORTED' })
    await classifier.dispose()
    await expect(classifier.classifyMany([picture]).next()).rejects.toMatchObject({
      code: 'SESSION_DISPOSED',
    })
  })

  it('leaves nothing running when the loop is left', async () => {
    const { log, opening } = await load(
      {},
      {
        run: async () => {
          await sleep(5)
        },
      },
    )
    const classifier = await opening
    const picture = await grey(1)
    for await (const _ of classifier.classifyMany([picture, picture, picture, picture])) break
    expect(log.running).toBe(0)
    expect((await classifier.classify(picture)).classes).toHaveLength(4)
    await classifier.dispose()
  })
})

describe('dispose', () => {
  it('waits for what is under way, refuses what waits and what comes', async () => {
    const { log, opening } = await load(
      { requests: 1 },
      {
        run: async () => {
          await sleep(10)
        },
      },
    )
    const classifier = await opening
    const picture = await grey(1)
    const running = classifier.classify(picture)
    const waiting = classifier.classify(picture)
    const disposal = classifier.dispose()
    expect(classifier[Symbol.asyncDispose]()).toBe(disposal)
    await expect(waiting).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    await expect(classifier.classify(picture)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    expect(log.disposed).toBe(0)
    await expect(running).resolves.toMatchObject({ classes: expect.any(Array) })
    await disposal
    expect(log).toMatchObject({ disposed: 1, running: 0 })
  })
})
