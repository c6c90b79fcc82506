import { afterEach, describe, expect, it } from 'vitest'
import { doubling, model, node, slow, value } from './onnx-models.js'
import { closeSessions, open, rejection } from './onnxruntime-sessions.js'

afterEach(closeSessions)

describe('requests of an ONNX session', () => {
  it('wait for each other, and run once at a time', async () => {
    const session = await open(doubling(), { queueCapacity: 2 })
    const requests = [session.createRequest(), session.createRequest(), session.createRequest()] as const
    for (const [index, request] of requests.entries()) request.input(0, 'float32').data.fill(index + 1)
    const [first, second] = [requests[0].run(), requests[1].run()]
    expect((await rejection(requests[0].run())).code).toBe('REQUEST_BUSY')
    expect(await rejection(requests[2].run())).toMatchObject({
      code: 'QUEUE_FULL',
      expected: 'at most 2 runs that wait or work',
    })
    expect(() => requests[2].runSync()).toThrow(expect.objectContaining({ code: 'SESSION_BUSY' }))
    await Promise.all([first, second])
    await requests[2].run()
    expect(requests.map((request) => request.output(0, 'float32').data[0])).toEqual([2, 4, 6])
  })

  it('that wait are dropped by their signal, at once', async () => {
    const session = await open(slow(20))
    const [first, second] = [session.createRequest(), session.createRequest()]
    let ended = false
    const atWork = first.run().then(() => {
      ended = true
    })
    const controller = new AbortController()
    const waiting = rejection(second.run({ signal: controller.signal }))
    controller.abort()
    expect((await waiting).code).toBe('ABORTED')
    // What is at work takes a tenth of a second.
    expect(ended).toBe(false)
    // The same request again, while its dropped run is still on its way.
    const again = second.run()
    await atWork
    await again
    expect(second.output(0, 'float32').data[0]).toBe(0)
  })

  it('that were dropped keep their place until the worker has let go of their memory', async () => {
    const session = await open(slow(20), { queueCapacity: 3 })
    const [first, second] = [session.createRequest(), session.createRequest()]
    const atWork = first.run()
    for (let i = 0; i < 2; i++) {
      const controller = new AbortController()
      const waiting = rejection(second.run({ signal: controller.signal }))
      controller.abort()
      expect((await waiting).code).toBe('ABORTED')
    }
    expect((await rejection(second.run())).code).toBe('QUEUE_FULL')
    await atWork
    // Nothing waits any more, whatever the worker has still to say.
    second.runSync()
    await second.run()
  })

  it('that are disposed lose their memory, once their run has ended', async () => {
    const session = await open(doubling())
    const request = session.createRequest()
    const view = request.input(0, 'float32').data
    const run = request.run()
    await request.dispose()
    await run
    await request.dispose()
    expect(view.length).toBe(0)
    expect(() => request.input().data).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    expect((await rejection(request.run())).code).toBe('SESSION_DISPOSED')
    await session.run()
  })

  it('are finished before their session is disposed', async () => {
    const session = await open(slow(5))
    const request = session.createRequest()
    const view = request.output().data
    let isDone = false
    const run = request.run().then(() => {
      isDone = true
    })
    await session.dispose()
    expect(isDone).toBe(true)
    await run
    await session.dispose()
    expect(view.length).toBe(0)
    expect(() => session.createRequest()).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    expect((await rejection(request.run())).code).toBe('SESSION_DISPOSED')
    expect(() => request.runSync()).toThrow(expect.objectContaining({ code: 'SESSION_DISPOSED' }))
    await request.dispose()
  })

  it('whose memory was given away run without it, and do not crash', async () => {
    const session = await open(doubling())
    const { buffer } = session.input()
    structuredClone(buffer, { transfer: [buffer] })
    await session.run()
    await session.dispose()
  })

  it('that fail point at their caller, and can run again', async () => {
    const session = await open(
      model({
        input: [value('data', [2]), value('index', [1], 'int64')],
        output: [value('y', [1])],
        node: [node('Gather', ['data', 'index'], ['y'])],
      }),
    )
    session.input('index', 'int64').data[0] = 9n
    async function theCaller() {
      await session.run()
    }
    const error = await rejection(theCaller())
    expect(error).toMatchObject({ code: 'INFERENCE_FAILED', found: expect.stringContaining('idx=9') })
    expect(error.stack).toContain('theCaller')
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'INFERENCE_FAILED' }))
    session.input('index', 'int64').data[0] = 1n
    await session.run()
  })
})
