import { getEventListeners } from 'node:events'
import type { Request } from '@edge/runtime'
import { Session } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { RequestPool } from '../src/request-pool.js'
import { fakeBackend, MODEL_BYTES } from './fake-backend.js'

fakeBackend('pool', {})

async function pool(size: number) {
  const session = await Session.open(MODEL_BYTES, { backend: 'pool', validate: false })
  let created = 0
  const requests = new RequestPool(() => {
    created += 1
    return session.createRequest()
  }, size)
  return { requests, created: () => created }
}

/** Work that ends when it is told to. */
function held() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const seen: Request[] = []
  return {
    seen,
    end,
    work: async (request: Request) => {
      seen.push(request)
      await ended
      return 'done'
    },
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('RequestPool', () => {
  it('makes requests when they are needed, and uses them again', async () => {
    const { requests, created } = await pool(3)
    expect(created()).toBe(0)
    for (let round = 0; round < 5; round += 1) await requests.use(undefined, async () => {})
    expect(created()).toBe(1)
  })

  it('lets no more work at a time than there are requests, first come, first served', async () => {
    const { requests, created } = await pool(2)
    const works = [held(), held(), held(), held()]
    const results = works.map(({ work }) => requests.use(undefined, work))
    await settle()
    expect(works.map(({ seen }) => seen.length)).toEqual([1, 1, 0, 0])
    works[1]?.end()
    await settle()
    expect(works.map(({ seen }) => seen.length)).toEqual([1, 1, 1, 0])
    expect(works[2]?.seen[0]).toBe(works[1]?.seen[0])
    for (const { end } of works) end()
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done'])
    expect(created()).toBe(2)
  })

  it('takes a request back from work that failed', async () => {
    const { requests } = await pool(1)
    await expect(requests.use(undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await requests.use(undefined, async () => 'next')).toBe('next')
  })

  it('lets whoever waits give up, and lends past them', async () => {
    const { requests } = await pool(1)
    const first = held()
    const result = requests.use(undefined, first.work)
    const controller = new AbortController()
    const second = held()
    const given = requests.use(controller.signal, second.work)
    const third = requests.use(undefined, async () => 'third')
    controller.abort()
    await expect(given).rejects.toMatchObject({ code: 'ABORTED' })
    first.end()
    expect(await result).toBe('done')
    expect(await third).toBe('third')
    expect(second.seen).toEqual([])
    await expect(requests.use(controller.signal, async () => {})).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('lets any number wait with one signal, by one listener that goes with them', async () => {
    const { requests } = await pool(1)
    const { signal } = new AbortController()
    const first = held()
    const result = requests.use(signal, first.work)
    const waiting = Array.from({ length: 20 }, () => requests.use(signal, async () => 'next'))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    first.end()
    expect(await Promise.all([result, ...waiting])).toHaveLength(21)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('refuses all who wait with a signal that is aborted', async () => {
    const { requests } = await pool(1)
    const controller = new AbortController()
    const first = held()
    const result = requests.use(undefined, first.work)
    const waiting = Array.from({ length: 3 }, () => requests.use(controller.signal, async () => 'next'))
    const other = requests.use(new AbortController().signal, async () => 'other')
    controller.abort()
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'ABORTED' })
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    first.end()
    expect([await result, await other]).toEqual(['done', 'other'])
  })

  it('closes once what is lent has come back, and refuses the rest', async () => {
    const { requests } = await pool(1)
    const lent = held()
    const result = requests.use(undefined, lent.work)
    const waiting = requests.use(undefined, async () => {})
    const closed: string[] = []
    const closing = [
      requests.close().then(() => closed.push('a')),
      requests.close().then(() => closed.push('b')),
    ]
    await expect(waiting).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    await expect(requests.use(undefined, async () => {})).rejects.toMatchObject({ code: 'SESSION_DISPOSED' })
    await settle()
    expect(closed).toEqual([])
    lent.end()
    expect(await result).toBe('done')
    await Promise.all(closing)
    await requests.close()
  })

  it('asks again for a request that could not be made', async () => {
    let attempts = 0
    const requests = new RequestPool(() => {
      attempts += 1
      throw new Error('no memory')
    }, 1)
    for (let round = 0; round < 2; round += 1) {
      await expect(requests.use(undefined, async () => {})).rejects.toThrow('no memory')
    }
    expect(attempts).toBe(2)
    await requests.close()
  })
})
