import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fromAddon, loadAddon, type NativeSession } from '@edge/native'
import { afterEach, describe, expect, it } from 'vitest'
import { doubleModel, doublePath, openDouble } from './double.js'

const addon = loadAddon()
const sessions: NativeSession[] = []

async function open(
  ...[fields, options]: [string, Parameters<typeof openDouble>[2]?]
): Promise<NativeSession> {
  const session = await openDouble(addon, fields, options)
  sessions.push(session)
  return session
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
  expect(addon.liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

const oneFloat = 'in=a:float32:3 out=b:float32:3'

describe('a native session', () => {
  it('describes tensors, library and delegates', async () => {
    const session = await open('in=image:uint8:1x2x3 out=scores:float32:1x5 quantization=0.5,7')
    expect(session.inputs).toEqual([
      {
        name: 'image',
        dtype: 'uint8',
        shape: [1, 2, 3],
        shapeSignature: [1, 2, 3],
        bytes: 6,
        quantization: { scale: 0.5, zeroPoint: 7 },
        copied: false,
        dynamic: false,
      },
    ])
    expect(session.outputs[0]).toMatchObject({ name: 'scores', shape: [1, 5], bytes: 20 })
    expect(session.library).toEqual({ path: doublePath, origin: 'the test', version: '2.20.0-double' })
    expect(session.delegates).toEqual(['xnnpack'])
    expect((await open(oneFloat, { xnnpack: false })).delegates).toEqual([])
  })

  it('opens a path as well as bytes, and passes on why it could not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'edge-native-'))
    try {
      const path = join(directory, 'double.tflite')
      await writeFile(path, doubleModel(oneFloat))
      expect((await open('', { model: path })).inputs).toHaveLength(1)
      await writeFile(path, 'something else')
      for (const model of [path, Buffer.from('something else')]) {
        await expect(openDouble(addon, '', { model })).rejects.toMatchObject({
          code: 'MODEL_INVALID',
          found: 'not a model: 14 bytes',
        })
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('keeps its own copy of the bytes', async () => {
    const model = doubleModel(oneFloat)
    const session = await open('', { model })
    model.fill(0)
    const request = session.createRequest()
    await request.run()
  })

  it('runs in place, on its thread and on the caller’s', async () => {
    const request = (await open(oneFloat)).createRequest()
    expect(request.copies).toBe(0)
    const input = new Float32Array(request.inputs[0] ?? new ArrayBuffer(0))
    const output = new Float32Array(request.outputs[0] ?? new ArrayBuffer(0))
    input.set([1, 2, 3])
    await request.run()
    expect([...output]).toEqual([2, 4, 6])
    input.set([5, 6, 7])
    request.runSync()
    expect([...output]).toEqual([10, 12, 14])
  })

  it('copies where external buffers are refused', async () => {
    const request = (await open(oneFloat, { copyBuffers: true })).createRequest()
    expect(request.copies).toBe(1)
    const input = new Float32Array(request.inputs[0] ?? new ArrayBuffer(0))
    const output = new Float32Array(request.outputs[0] ?? new ArrayBuffer(0))
    input.set([1, 2, 3])
    await request.run()
    expect([...output]).toEqual([2, 4, 6])
    input.set([5, 6, 7])
    request.runSync()
    expect([...output]).toEqual([10, 12, 14])
  })

  it('copies a picture of its input that was transferred away, without reading past it', async () => {
    const request = (await open(oneFloat, { copyBuffers: true })).createRequest()
    const [input] = request.inputs
    if (input !== undefined) structuredClone(input, { transfer: [input] })
    await request.run()
    request.runSync()
  })

  it('times the queue and the inference', async () => {
    const session = await open(`${oneFloat} delay=20`)
    const [first, second] = [session.createRequest(), session.createRequest()]
    await Promise.all([first.run(), second.run()])
    expect(first.inferenceMs).toBeGreaterThanOrEqual(19)
    expect(second.queueMs).toBeGreaterThanOrEqual(19)
    second.runSync()
    expect(second.queueMs).toBe(0)
  })

  it('leaves the event loop free while it runs', async () => {
    const request = (await open(`${oneFloat} delay=100`)).createRequest()
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    await request.run()
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })

  it('refuses a second run of a busy request, and a synchronous run of a busy session', async () => {
    const session = await open(`${oneFloat} delay=20`)
    const [first, second] = [session.createRequest(), session.createRequest()]
    const run = first.run()
    expect(() => first.run()).toThrow(expect.objectContaining({ code: 'REQUEST_BUSY' }))
    expect(() => first.runSync()).toThrow(expect.objectContaining({ code: 'REQUEST_BUSY' }))
    expect(() => second.runSync()).toThrow(expect.objectContaining({ code: 'SESSION_BUSY' }))
    await run
    second.runSync()
    await first.run()
  })

  it('holds as many runs as it may, and then has room again', async () => {
    const session = await open(`${oneFloat} delay=5`, { queueCapacity: 2 })
    const requests = [session.createRequest(), session.createRequest(), session.createRequest()] as const
    const runs = [requests[0].run(), requests[1].run()]
    expect(() => requests[2].run()).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }))
    await Promise.all(runs)
    // A full queue is free again the moment its promises are settled, a hundred times over.
    for (let i = 0; i < 20; i++) await Promise.all([requests[1].run(), requests[2].run()])
  })

  it('drops a run that waits, and stops one that has begun between its operators', async () => {
    const session = await open(`${oneFloat} delay=30000`)
    const [first, second] = [session.createRequest(), session.createRequest()]
    const atWork = first.run()
    await sleep(50)
    const waiting = second.run()
    expect(second.cancel()).toBe(true)
    expect(second.cancel()).toBe(false)
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    // On a busy machine the inference thread may not have taken it up yet, and it is dropped instead: aborted it is either way.
    first.cancel()
    await expect(atWork).rejects.toMatchObject({ code: 'ABORTED' })
    expect(first.cancel()).toBe(false)
  })

  it('reports a failed run, and goes on', async () => {
    const request = (await open(`${oneFloat} fail=invoke`)).createRequest()
    await expect(request.run()).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      found: 'the double fails at invoke',
    })
    expect(() => request.runSync()).toThrow(expect.objectContaining({ code: 'INFERENCE_FAILED' }))
    await expect(request.run()).rejects.toMatchObject({ code: 'INFERENCE_FAILED' })
  })

  it.each([
    ['model', 'MODEL_INVALID'],
    ['interpreter', 'MODEL_UNSUPPORTED'],
    ['allocate', 'MODEL_INVALID'],
  ])('reports a failure at %s while it opens', async (step, code) => {
    const error: unknown = await openDouble(addon, `${oneFloat} fail=${step}`).catch(fromAddon)
    expect(error).toMatchObject({ code, name: 'EdgeError', found: `the double fails at ${step}` })
  })
})

describe('disposal', () => {
  it('waits for runs, then empties the views', async () => {
    const session = await open(`${oneFloat} delay=20`)
    const request = session.createRequest()
    const input = new Float32Array(request.inputs[0] ?? new ArrayBuffer(0))
    let done = false
    const run = request.run().then(() => {
      done = true
    })
    await session.dispose()
    expect(done).toBe(true)
    await run
    expect(input.length).toBe(0)
  })

  it('gives the same promise at each call, of a session and of a request', async () => {
    const session = await open(oneFloat)
    const request = session.createRequest()
    expect(request.dispose()).toBe(request.dispose())
    expect(session.dispose()).toBe(session.dispose())
    await session.dispose()
    // A request that is disposed after its session is done with it.
    await request.dispose()
  })

  it('of a request leaves the others, and the session, alone', async () => {
    const session = await open(oneFloat)
    const [first, second] = [session.createRequest(), session.createRequest()]
    await first.run()
    await first.dispose()
    expect(first.inputs[0]?.byteLength).toBe(0)
    expect(() => first.run()).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    await second.run()
  })

  it('of a request waits for its run', async () => {
    const request = (await open(`${oneFloat} delay=20`)).createRequest()
    const run = request.run()
    await request.dispose()
    await run
  })

  it('makes everything else refuse', async () => {
    const session = await open(oneFloat)
    const request = session.createRequest()
    const disposal = session.dispose()
    const disposed = expect.objectContaining({ code: 'SESSION_DISPOSED' })
    for (const when of ['before', 'after']) {
      expect(() => request.run(), when).toThrow(disposed)
      expect(() => request.runSync(), when).toThrow(disposed)
      expect(() => session.createRequest(), when).toThrow(disposed)
      expect(request.cancel(), when).toBe(false)
      await disposal
    }
    await request.dispose()
  })

  it('leaves memory that was transferred away readable', async () => {
    const session = await open(oneFloat)
    const [buffer] = session.createRequest().inputs
    if (buffer === undefined) throw new Error('no input')
    new Float32Array(buffer).set([1, 2, 3])
    // Node 20 has no transfer(); structuredClone refuses our memory or copies it, according to the version.
    const transfer: unknown = Reflect.get(buffer, 'transfer')
    const moved: unknown = typeof transfer === 'function' ? transfer.call(buffer) : buffer.slice(0)
    await session.dispose()
    expect(moved).toBeInstanceOf(ArrayBuffer)
    if (moved instanceof ArrayBuffer) expect([...new Float32Array(moved)]).toEqual([1, 2, 3])
    expect(buffer.byteLength).toBe(0)
  })
})
