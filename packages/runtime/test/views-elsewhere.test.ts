/** Views of tensors that someone copies, transfers, or sends to another thread: safe memory, or an error with a code. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { loadAddon } from '@edge/native'
import { afterEach, describe, expect, it } from 'vitest'
import { Session } from '../src/index.js'
import { doubleModel, doublePath } from './double.js'

const addon = loadAddon()
const VALUES = [1, 2, 3, 4]
const sessions: Session[] = []

async function open(): Promise<Session> {
  const session = await Session.open(doubleModel('in=data:float32:4 out=scores:float32:4'), {
    libraryPath: doublePath,
    validate: false,
  })
  sessions.push(session)
  session.input('data', 'float32').data.set(VALUES)
  return session
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
  expect(addon.liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0 })
})

function floats(value: unknown): number[] {
  if (value instanceof Float32Array) return [...value]
  if (value instanceof ArrayBuffer) return [...new Float32Array(value)]
  throw new Error(`expected floats, found ${String(value)}`)
}

/** What came over the channel, in this thread. */
function sent(view: Float32Array, transfer: readonly ArrayBuffer[]): unknown {
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage(view, transfer)
    return receiveMessageOnPort(port2)?.message
  } finally {
    port1.close()
  }
}

function ownBuffer({ buffer }: Float32Array): ArrayBuffer {
  if (buffer instanceof ArrayBuffer) return buffer
  throw new Error('the view is of shared memory')
}

/** `ArrayBuffer.prototype.transfer`, which Node.js has from version 22 on; a copy before. */
function transferred(view: Float32Array): unknown {
  const transfer: unknown = Reflect.get(view.buffer, 'transfer')
  return typeof transfer === 'function' ? transfer.call(view.buffer) : view.slice()
}

const copies: readonly (readonly [string, (view: Float32Array) => unknown])[] = [
  ['structuredClone(view)', (view) => structuredClone(view)],
  ['postMessage(view)', (view) => sent(view, [])],
]
const transfers: readonly (readonly [string, (view: Float32Array) => unknown])[] = [
  ['structuredClone(view, { transfer })', (view) => structuredClone(view, { transfer: [ownBuffer(view)] })],
  ['postMessage(view, transfer)', (view) => sent(view, [ownBuffer(view)])],
  ['buffer.transfer()', transferred],
]

describe('a view of a tensor', () => {
  it.each(copies)('is copied by %s, and stays what it is', async (_, copy) => {
    const session = await open()
    const { data } = session.input('data', 'float32')
    const copied = copy(data)
    data.fill(9)
    expect(floats(copied)).toEqual(VALUES)
    await session.run()
    await session.dispose()
    expect(floats(copied)).toEqual(VALUES)
  })

  it.each(transfers)('survives %s: moved, copied or refused, and the tensor says so', async (_, transfer) => {
    const session = await open()
    const { data } = session.input('data', 'float32')
    let moved: unknown
    try {
      moved = transfer(data)
    } catch (error) {
      // What Node.js says of memory that it may not take away.
      expect(error).toMatchObject({ name: 'DataCloneError' })
    }
    if (moved !== undefined) expect(floats(moved)).toEqual(VALUES)

    await session.run()
    if (data.length === 0) {
      const gone = { code: 'SESSION_DISPOSED', remedy: expect.stringContaining('slice()') }
      expect(() => session.input('data').data).toThrow(expect.objectContaining(gone))
    } else expect(floats(session.input('data', 'float32').data)).toEqual(VALUES)
    await session.dispose()
    if (moved !== undefined) expect(floats(moved)).toEqual(VALUES)
  })

  it.each([
    ['input', 'data'],
    ['output', 'scores'],
  ] as const)('that a run is using can be sent away: %s', async (kind, name) => {
    const session = await open()
    const { data } = session[kind](name, 'float32')
    const running = Promise.all([session.run(), session.createRequest().run()])
    for (const [, send] of [...copies, ...transfers]) {
      try {
        expect(floats(send(data)).length).toBe(VALUES.length)
      } catch (error) {
        expect(['DataCloneError', 'Error', 'TypeError']).toContain(error instanceof Error ? error.name : '')
      }
    }
    await running
  })

  it('that another thread has got outlives the session, and the thread', async () => {
    const session = await open()
    const source = `
      const { parentPort } = require('node:worker_threads')
      parentPort.on('message', (view) => parentPort.postMessage(view.map((value) => value * 2)))`
    const worker = new Worker(source, { eval: true })
    try {
      const answer = new Promise<unknown>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject)
      })
      worker.postMessage(session.input('data', 'float32').data)
      await session.dispose()
      expect(floats(await answer)).toEqual(VALUES.map((value) => value * 2))
    } finally {
      await worker.terminate()
    }
  })
})
