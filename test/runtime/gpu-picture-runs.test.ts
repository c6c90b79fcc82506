/** Pictures that the GPU preprocesses, on the doubles: which run gets which, what is refused, and what is left behind. */
import { Classifier } from '@edge/classify'
import { preprocess, type RawPixels } from '@edge/image'
import { loadAddon } from '@edge/native'
import { Session } from '@edge/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noisyJpeg, pixels } from '../../packages/image/test/pictures.js'
import { floats, model, node, value } from '../../packages/runtime/test/onnx-models.js'
import { useDoubles } from '../../packages/runtime/test/tensorrt/doubles.js'
import { deviceMemory, open, seeingModel } from './gpu-picture-sessions.js'

useDoubles(10)

/** Of one colour, so that any of its values tells which picture it was. */
const plain = (level: number, width = 9): RawPixels => ({
  ...{ width, height: 7, channels: 3 },
  data: pixels(width, 7, 3, () => level),
})
const raw = { mean: [0], std: [1] }
const seeing = seeingModel([1, 3, 4, 4], 'float32')

describe('a picture', () => {
  let session: Session
  beforeAll(async () => {
    session = await open(seeing)
  })
  afterAll(() => session.dispose())
  const first = () => [session.input(0, 'float32').data[0], session.output(0, 'float32').data[0]]

  it('is for the next run, and stays in the input', async () => {
    await preprocess(plain(40), session.input(), raw)
    await session.run()
    expect(first()).toEqual([40, 80])
    await session.run()
    expect(first()).toEqual([40, 80])
    session.input(0, 'float32').data.fill(5)
    await session.run()
    expect(first()).toEqual([5, 10])
  })

  it('is the last of several, and its pixels may change once it is handed over', async () => {
    await preprocess(plain(40), session.input(), raw)
    const last = plain(41)
    await preprocess(last, session.input(), raw)
    last.data.fill(42)
    session.runSync()
    expect(first()).toEqual([41, 82])
  })

  it('that was never run is forgotten for what a writer of tensors writes', async () => {
    await preprocess(plain(40), session.input(), raw)
    await expect(session.run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    const writer = {
      writeTensor: (tensor: { readonly data: unknown }) =>
        tensor.data instanceof Float32Array ? void tensor.data.fill(6) : undefined,
    }
    await preprocess(writer, session.input(), raw)
    await session.run()
    expect(first()).toEqual([6, 12])
  })

  it('of a run that is dropped from the queue goes with it', async () => {
    const request = session.createRequest()
    const busy = Array.from({ length: 8 }, () => session.createRequest())
    const controller = new AbortController()
    await preprocess(plain(40), request.input(), raw)
    const runs = busy.map((one) => one.run())
    const dropped = request.run({ signal: controller.signal })
    controller.abort()
    await expect(dropped).rejects.toMatchObject({ code: 'ABORTED' })
    await Promise.all(runs)
    request.input(0, 'float32').data.fill(3)
    await request.run()
    expect(request.output(0, 'float32').data[0]).toBe(6)
    for (const one of [request, ...busy]) await one.dispose()
  })

  it('waits on where a run is refused: what is asked for again gets it', async () => {
    const small = await Session.open(seeing, {
      backend: 'tensorrt',
      queueCapacity: 1,
      tensorrt: { engineCache: false, preprocessOnGpu: true },
    })
    const [request, other] = [small.createRequest(), small.createRequest()]
    await preprocess(plain(40), request.input(), raw)
    const running = other.run()
    await expect(request.run()).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    expect(() => request.runSync()).toThrow(expect.objectContaining({ code: 'SESSION_BUSY' }))
    await running
    await request.run()
    expect(request.output(0, 'float32').data[0]).toBe(80)
    await small.dispose()
  })

  it('of another request is none of this one', async () => {
    const other = session.createRequest()
    await Promise.all([
      preprocess(plain(40), session.input(), raw),
      preprocess(plain(50), other.input(), raw),
    ])
    await Promise.all([session.run(), other.run()])
    expect(first()).toEqual([40, 80])
    expect(other.output(0, 'float32').data[0]).toBe(100)
    await other.dispose()
  })

  it('is refused while its request runs', async () => {
    const running = session.run()
    await expect(preprocess(plain(40), session.input(), raw)).rejects.toMatchObject({ code: 'REQUEST_BUSY' })
    await running
  })

  it('is refused for an input that is read from an address', async () => {
    const camera = await open(seeing, { transfer: 'mapped' })
    const { address } = deviceMemory(camera)
    const request = session.createRequest()
    request.readInputFromDevice(0, address)
    await expect(preprocess(plain(40), request.input(), raw)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    request.readInputFromDevice(0, null)
    await preprocess(plain(40), request.input(), raw)
    await request.run()
    expect(request.output(0, 'float32').data[0]).toBe(80)
    await request.dispose()
    await camera.dispose()
  })

  it.each([
    ['an address that is none', 4096n, {}],
    ['one of less memory than the frame has', undefined, { width: 4000, height: 3000 }],
    ['one of less memory than its layout needs', undefined, { chromaOffset: 2 ** 30 }],
  ])('is refused where it is said to lie at %s', async (_name, given, fields) => {
    const camera = await open(seeing, { transfer: 'mapped' })
    const { address } = deviceMemory(camera)
    const frame = { width: 4, height: 4, format: 'nv12', deviceAddress: given ?? address, ...fields } as const
    await expect(preprocess(frame, session.input(), raw)).rejects.toMatchObject({
      name: 'EdgeError',
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining('address'),
    })
    await camera.dispose()
  })
})

describe('without the option', () => {
  it('the processor preprocesses, and a frame in the memory of the GPU is refused', async () => {
    const session = await open(seeing, { preprocessOnGpu: false })
    await preprocess(plain(40), session.input(), raw)
    expect(session.input(0, 'float32').data[0]).toBe(40)
    const { device } = await session.run()
    expect(device?.preprocessMs).toBe(0)
    const frame = { deviceAddress: 4096n, width: 4, height: 4, format: 'rgb' } as const
    await expect(preprocess(frame, session.input(), raw)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('preprocessOnGpu'),
    })
    await session.dispose()
  })

  it('is what an addon without kernels does, and says so once', async () => {
    const addon = loadAddon()
    Object.defineProperty(addon, 'gpuPreprocessing', { value: false, configurable: true })
    const warnings: string[] = []
    const listen = ({ message }: Error) => void warnings.push(message)
    process.on('warning', listen)
    const sessions = [await open(seeing), await open(seeing)]
    Object.defineProperty(addon, 'gpuPreprocessing', { value: true, configurable: true })
    await new Promise(setImmediate)
    process.off('warning', listen)
    expect(warnings).toEqual([expect.stringContaining('no kernels for the GPU')])
    for (const session of sessions) {
      await preprocess(plain(40), session.input(), raw)
      expect(session.input(0, 'float32').data[0]).toBe(40)
      await session.dispose()
    }
  })
})

describe('a request that is disposed of', () => {
  it('takes no more pictures', async () => {
    const session = await open(seeing)
    const request = session.createRequest()
    await request.dispose()
    const late = preprocess(plain(40), request.input(), raw)
    await expect(late).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    await session.dispose()
    await expect(preprocess(plain(40), request.input(), raw)).rejects.toMatchObject({
      code: 'SESSION_DISPOSED',
    })
  })

  it('with a picture that was never run leaves nothing behind', async () => {
    const session = await open(seeing)
    await preprocess(plain(40), session.input(), raw)
    const request = session.createRequest()
    await preprocess(plain(40), request.input(), raw)
    await request.dispose()
    await session.dispose()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const none = { sessions: 0, requests: 0, threads: 0, tasks: 0 }
    expect(loadAddon().liveObjects()).toMatchObject(none)
  })
})

it('a classifier gives the same classes with the option as without', async () => {
  // The rows and then the columns of each colour are added up, and what is left are three scores.
  const scores = model({
    input: [value('picture', [1, 3, 4, 4])],
    output: [value('scores', [1, 3, 1, 1])],
    initializer: [floats('columns', [4, 1], [1, 2, 3, 4]), floats('rows', [1, 4], [0.1, 0.2, -0.1, 0.1])],
    node: [
      node('MatMul', ['picture', 'columns'], ['column']),
      node('MatMul', ['rows', 'column'], ['scores']),
    ],
  })
  const classify = async (preprocessOnGpu: boolean) => {
    const classifier = await Classifier.load(scores, {
      backend: 'tensorrt',
      preset: 'torch',
      outputKind: 'logits',
      tensorrt: { engineCache: false, preprocessOnGpu },
    })
    try {
      const { classes } = await classifier.classify(await noisyJpeg(60, 40))
      const nv12 = {
        data: pixels(30, 30, 1, (x, y) => x * 9 + y * y),
        width: 30,
        height: 20,
        format: 'nv12',
      } as const
      return [classes, (await classifier.classify(nv12)).classes]
    } finally {
      await classifier.dispose()
    }
  }
  const without = await classify(false)
  expect(without[0]).toHaveLength(3)
  expect(await classify(true)).toEqual(without)
})
