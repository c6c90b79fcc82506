import { EdgeError } from '@edge/errors'
import { loadAddon } from '@edge/native'
import { afterEach, describe, expect, it } from 'vitest'
import { Session, type SessionOptions } from '../src/index.js'
import { doubleModel, doublePath } from './double.js'

const addon = loadAddon()
const sessions: Session[] = []

async function open(fields: string, options: SessionOptions = {}): Promise<Session> {
  const session = await Session.open(doubleModel(fields), {
    libraryPath: doublePath,
    validate: false,
    ...options,
  })
  sessions.push(session)
  return session
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
  expect(addon.liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

const twoFloats = 'in=data:float32:1x2 out=scores:float32:1x2'

async function rejection(promise: Promise<unknown>): Promise<EdgeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof EdgeError) return error
  throw new Error(`expected an EdgeError, found ${String(error)}`)
}

describe('Session', () => {
  it('tells what was opened', async () => {
    const session = await open(twoFloats)
    expect(session.backend).toBe('tflite')
    expect(session.model).toEqual({ name: '(50 bytes in memory)', format: 'tflite', bytes: 50 })
    expect(session.details).toEqual({ library: doublePath, version: '2.20.0-double', delegates: 'xnnpack' })
    expect(session.inputs.map(({ name }) => name)).toEqual(['data'])
    expect(session.outputs.map(({ name }) => name)).toEqual(['scores'])
  })

  it('runs its default request, asynchronously and synchronously', async () => {
    const session = await open(twoFloats)
    session.input('data', 'float32').data.set([1, 2])
    const timing = await session.run()
    expect(timing.queueMs).toBeGreaterThanOrEqual(0)
    expect(timing.inferenceMs).toBeGreaterThanOrEqual(0)
    expect([...session.output(0, 'float32').data]).toEqual([2, 4])
    session.input(0, 'float32').data.set([3, 4])
    expect(session.runSync()).toMatchObject({ queueMs: 0 })
    expect([...session.output('scores', 'float32').data]).toEqual([6, 8])
  })

  it('gives every dtype its typed array', async () => {
    const session = await open(
      'in=a:int64:2 in=b:uint8:2 in=c:int8:2 in=d:bool:2 in=e:float32:2 out=f:int64:2',
    )
    expect(session.input('a').data).toBeInstanceOf(BigInt64Array)
    expect(session.input('b').data).toBeInstanceOf(Uint8Array)
    expect(session.input('c').data).toBeInstanceOf(Int8Array)
    expect(session.input('d').data).toBeInstanceOf(Uint8Array)
    expect(session.input('e').data).toBeInstanceOf(Float32Array)
    session.input('a', 'int64').data.set([2n ** 40n, -3n])
    await session.run()
    expect([...session.output('f', 'int64').data]).toEqual([2n ** 41n, -6n])
  })

  it('says what a tensor is, and whether its memory is the runtime’s own', async () => {
    const session = await open('in=a:uint8:1x3 out=b:uint8:1x3:constant quantization=0.5,7')
    expect(session.input()).toMatchObject({
      name: 'a',
      dtype: 'uint8',
      shape: [1, 3],
      size: 3,
      bytes: 3,
      quantization: { scale: 0.5, zeroPoint: 7 },
      copies: 0,
    })
    expect(session.output().copies).toBe(1)
  })

  it('fills one request while another runs', async () => {
    const session = await open(`${twoFloats} delay=5`)
    const requests = [session.createRequest(), session.createRequest()] as const
    const results: number[] = []
    for (let i = 0; i < 6; i++) {
      const request = requests[i % 2]
      if (request === undefined) throw new Error('no request')
      request.input(0, 'float32').data.set([i, 0])
      await request.run()
      results.push(request.output(0, 'float32').data[0] ?? Number.NaN)
    }
    expect(results).toEqual([0, 2, 4, 6, 8, 10])
  })

  it('refuses tensors that are not there, naming those that are', async () => {
    const session = await open(twoFloats)
    for (const key of ['nope', 1, -1, 0.5, 'toString']) {
      expect(() => session.input(key)).toThrow(
        expect.objectContaining({ code: 'TENSOR_NOT_FOUND', expected: '0 ("data")' }),
      )
    }
    expect(() => session.output('scores', 'uint8')).toThrow(
      expect.objectContaining({ code: 'DTYPE_MISMATCH', expected: 'uint8', found: 'float32' }),
    )
    for (const dtype of ['float23', null, 7]) {
      expect(() => Reflect.apply(session.input, session, [0, dtype])).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', summary: 'there is no such dtype' }),
      )
    }
  })

  it('refuses to be used after it was disposed, and can be disposed again', async () => {
    const session = await open(twoFloats)
    const tensor = session.input(0, 'float32')
    const view = tensor.data
    await session.dispose()
    await session.dispose()
    await session[Symbol.asyncDispose]()
    expect(view.length).toBe(0)
    expect(() => tensor.data).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    expect(() => session.createRequest()).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    expect((await rejection(session.run())).code).toBe('SESSION_DISPOSED')
  })

  it('points at the caller when a run fails later', async () => {
    const session = await open(`${twoFloats} fail=invoke`)
    async function theCaller() {
      await session.run()
    }
    const error = await rejection(theCaller())
    expect(error).toMatchObject({ code: 'INFERENCE_FAILED', found: 'the double fails at invoke' })
    expect(error.stack).toContain('theCaller')
  })

  it.each([
    { threads: 0 },
    { threads: 1.5 },
    { threads: 257 },
    { threads: Number.NaN },
    { queueCapacity: 0 },
    { queueCapacity: 1e9 },
    { libraryPath: '' },
  ])('refuses the options %j', async (options) => {
    expect((await rejection(open(twoFloats, options))).code).toBe('INVALID_ARGUMENT')
  })
})

describe('shapes', () => {
  it('can be changed; earlier requests keep theirs', async () => {
    const session = await open('in=image:float32:?x2 out=scores:float32:?x2')
    expect(session.inputs[0]).toMatchObject({ shape: [1, 2], shapeSignature: [-1, 2] })
    const before = session.input('image', 'float32')
    const earlier = session.createRequest()
    await session.resize({ image: [3, 2] })
    expect(session.inputs[0]?.shape).toEqual([3, 2])
    expect(session.outputs[0]?.shape).toEqual([3, 2])
    const image = session.input('image', 'float32')
    expect(image.size).toBe(6)
    image.data.set([1, 2, 3, 4, 5, 6])
    await session.run()
    expect([...session.output(0, 'float32').data]).toEqual([2, 4, 6, 8, 10, 12])
    expect(() => before.data).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    earlier.input(0, 'float32').data.set([7, 8])
    await earlier.run()
    expect([...earlier.output(0, 'float32').data]).toEqual([14, 16])
  })

  it('that the model cannot take change nothing', async () => {
    const session = await open('in=image:float32:?x2 out=scores:float32:?x2')
    for (const shape of [[1, 2, 3], [0, 2], []]) {
      expect((await rejection(session.resize({ image: shape }))).code).toBe('SHAPE_MISMATCH')
    }
    expect((await rejection(session.resize({ image: [1.5, 2] }))).code).toBe('INVALID_ARGUMENT')
    expect((await rejection(session.resize({ picture: [1, 2] }))).code).toBe('TENSOR_NOT_FOUND')
    expect((await rejection(session.resize({ 1: [1, 2] }))).code).toBe('TENSOR_NOT_FOUND')
    expect(session.inputs[0]?.shape).toEqual([1, 2])
    await session.run()
  })

  it('are not known while they change', async () => {
    const session = await open('in=image:float32:?x2 out=scores:float32:?x2')
    const resized = session.resize({ image: [2, 2] })
    const busy = expect.objectContaining({ code: 'SESSION_BUSY' })
    expect(() => session.createRequest()).toThrow(busy)
    expect((await rejection(session.resize({ image: [4, 2] }))).code).toBe('SESSION_BUSY')
    await resized
    session.createRequest()
  })

  it('wait for runs, and can be disposed of in the middle', async () => {
    const session = await open('in=image:float32:?x2 out=scores:float32:?x2 delay=10')
    const run = session.run()
    const resized = session.resize({ image: [2, 2] })
    await session.dispose()
    await run
    await resized
  })

  it('of an output may be known only after a run', async () => {
    const session = await open('in=count:float32:1 out=values:float32:1:dynamic')
    const output = session.output(0, 'float32')
    expect(output).toMatchObject({ dynamic: true, shape: [-1], size: 0, copies: 1 })
    session.input(0, 'float32').data[0] = 3
    await session.run()
    const first = output.data
    expect([...first]).toEqual([6, 0, 0])
    expect(output).toMatchObject({ shape: [3], size: 3, bytes: 12 })
    session.input(0, 'float32').data[0] = 1
    session.runSync()
    expect([...output.data]).toEqual([2])
    // What a run gave stays valid when the next one gives something else.
    expect([...first]).toEqual([6, 0, 0])
    session.input(0, 'float32').data[0] = 0
    await session.run()
    expect([...output.data]).toEqual([])
  })
})

describe('signatures', () => {
  it('name the tensors of the primary graph', async () => {
    const session = await open(`${twoFloats} signature=serve:graph:picture=0:answer=0`)
    expect(session.signatures.map(({ key }) => key)).toEqual(['serve'])
    const request = session.createRequest({ signature: 'serve' })
    request.input('picture', 'float32').data.set([1, 2])
    await request.run()
    expect([...request.output('answer', 'float32').data]).toEqual([2, 4])
    expect(request.output('answer').copies).toBe(0)
  })

  it('call other graphs', async () => {
    const session = await open(`${twoFloats} signature=encode:own:x=0:y=0`)
    const request = session.createRequest({ signature: 'encode' })
    request.input('x', 'float32').data.set([3, 4])
    await request.run()
    expect([...request.output('y', 'float32').data]).toEqual([6, 8])
    expect(request.output('y').copies).toBe(1)
    expect(() => session.createRequest({ signature: 'decode' })).toThrow(
      expect.objectContaining({ code: 'TENSOR_NOT_FOUND', expected: '"encode"', found: '"decode"' }),
    )
  })
})

describe('delegates', () => {
  it('are applied in order, before XNNPACK', async () => {
    const session = await open(twoFloats, { delegates: [{ path: doublePath, options: { device: 'usb' } }] })
    expect(session.details.delegates).toBe('libtflite_double.so, xnnpack')
  })

  it.each([
    [{ delegates: [{ path: '/nonexistent.so' }] }, 'LIBRARY_NOT_FOUND'],
    [{ delegates: [{ path: 'libm.so.6' }] }, 'LIBRARY_INCOMPATIBLE'],
    [{ delegates: [{ path: doublePath, options: { fail: 'yes' } }] }, 'LIBRARY_INCOMPATIBLE'],
    [{ delegates: [{ path: '' }] }, 'INVALID_ARGUMENT'],
    [{ xnnpack: { flags: -1 } }, 'INVALID_ARGUMENT'],
    [{ xnnpack: { flags: 0.5 } }, 'INVALID_ARGUMENT'],
    [{ xnnpack: { weightCache: '' } }, 'INVALID_ARGUMENT'],
  ])('refuse %j with %s', async (options, code) => {
    expect((await rejection(open(twoFloats, options))).code).toBe(code)
  })
})

describe('an AbortSignal', () => {
  it('that is aborted already stops a run before it is queued', async () => {
    const session = await open(twoFloats)
    const reason = new Error('not wanted any more')
    const error = await rejection(session.run({ signal: AbortSignal.abort(reason) }))
    expect(error).toMatchObject({ code: 'ABORTED', name: 'AbortError', cause: reason })
  })

  it('drops a run that waits, at once', async () => {
    const session = await open(`${twoFloats} delay=50`)
    const [first, second] = [session.createRequest(), session.createRequest()]
    const atWork = first.run()
    const controller = new AbortController()
    const waiting = rejection(second.run({ signal: controller.signal }))
    controller.abort()
    expect((await waiting).code).toBe('ABORTED')
    const { inferenceMs } = await atWork
    expect(inferenceMs).toBeGreaterThanOrEqual(49)
  })

  it('stops a run that has begun, between its operators; the request can run again', async () => {
    const session = await open(`${twoFloats} delay=20000`)
    const controller = new AbortController()
    // Long enough for the inference thread to take it up, also on a busy machine.
    setTimeout(() => controller.abort(), 100)
    const begun = performance.now()
    expect((await rejection(session.run({ signal: controller.signal }))).code).toBe('ABORTED')
    expect(performance.now() - begun).toBeLessThan(10_000)
    const again = new AbortController()
    setTimeout(() => again.abort(), 10)
    expect((await rejection(session.run({ signal: again.signal }))).code).toBe('ABORTED')
  })

  it('that is aborted after the run changes nothing', async () => {
    const session = await open(twoFloats)
    const controller = new AbortController()
    await session.run({ signal: controller.signal })
    controller.abort()
    await session.run()
  })

  it('does not gather listeners over many runs', async () => {
    const session = await open(twoFloats)
    const controller = new AbortController()
    const warnings: unknown[] = []
    const note = (warning: unknown) => warnings.push(warning)
    process.on('warning', note)
    for (let i = 0; i < 50; i++) await session.run({ signal: controller.signal })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(warnings).toEqual([])
  })
})
