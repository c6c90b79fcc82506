import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Classifier, type ClassifierOptions, type ClassifyOptions } from '../src/index.js'
import { type FakeModel, fakeBackend, MODEL_BYTES, PICTURE, scores } from './fake-backend.js'
import { byGreyLevel, grey, load } from './fake-classifier.js'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-classify-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('Classifier.load', () => {
  it('knows its model', async () => {
    const { opening } = await load({ labels: ['a', 'b', 'c', 'd'] })
    const classifier = await opening
    expect(classifier).toMatchObject({
      backend: expect.stringMatching(/^fake-/),
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

  it('leaves a processor for decoding, unless it is told otherwise', async () => {
    const cores = availableParallelism()
    for (const [options, threads] of [
      [{}, Math.max(1, Math.min(4, cores - 1))],
      [{ threads: 7 }, 7],
    ] as const) {
      const { log, opening } = await load(options)
      await (await opening).dispose()
      expect(log.threads).toBe(threads)
    }
    const { opening } = await load({ threads: 0 })
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('checks the selection that calls get which say nothing, and frees the session', async () => {
    for (const options of [{ topK: 5 }, { threshold: 2 }, { allow: ['eel'] }, { deny: [4] }]) {
      const { log, opening } = await load({ labels: ['ant', 'bee', 'cat', 'dog'], ...options })
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
      expect(log).toMatchObject({ opened: 1, disposed: 1 })
    }
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

  it('selects among classes, by what load got or the call says', async () => {
    const { opening } = await load({ labels: ['ant', 'bee', 'cat', 'dog'], topK: 3, deny: ['dog'] })
    const classifier = await opening
    const picture = await grey(100)
    const labels = async (options: ClassifyOptions) =>
      (await classifier.classify(picture, options)).classes.map(({ label }) => label)
    expect(await labels({})).toEqual(['cat', 'bee', 'ant'])
    expect(await labels({ deny: [], threshold: 0.2 })).toEqual(['dog', 'cat'])
    expect(await labels({ allow: ['ant', 2] })).toEqual(['cat', 'ant'])
    expect(await labels({ threshold: 0.9 })).toEqual([])
    // scipy.special.softmax([0, 1, 2, 3])[2]: what is denied keeps its share.
    const [best] = (await classifier.classify(picture)).classes
    expect(best?.score).toBeCloseTo(0.23688281808991013, 6)
    const many: (string | undefined)[] = []
    for await (const { classes } of classifier.classifyMany([picture], { allow: ['bee'] }))
      many.push(classes?.[0]?.label)
    expect(many).toEqual(['bee'])
    await expect(labels({ allow: ['bea'] })).rejects.toMatchObject({ expected: 'perhaps "bee"' })
    expect(() => classifier.classifyMany([picture], { deny: ['Cat'] })).toThrow(/perhaps "cat"/)
    await classifier.dispose()
  })

  it('gives all scores, and ranks such as it would its own', async () => {
    const { opening } = await load()
    const classifier = await opening
    const picture = await grey(100)
    const { scores, timing } = await classifier.score(picture)
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12)
    expect(timing.inferenceMs).toBe(2)
    expect(classifier.rank(scores, { topK: 2 })).toEqual(
      (await classifier.classify(picture, { topK: 2 })).classes,
    )
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    for (const wrong of [new Float64Array(3), [0.1, 0.2, 0.3, 0.4], null])
      expect(() => Reflect.apply(classifier.rank, classifier, [wrong])).toThrow(refused)
    expect(() => Reflect.apply(classifier.rank, classifier, [scores, { top: 1 }])).toThrow(refused)
    const asked: unknown = Reflect.apply(classifier.score, classifier, [picture, { topK: 1 }])
    await expect(asked).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
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
