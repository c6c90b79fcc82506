import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises'
import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { NewestFrames } from '../src/index.js'

/** Work that ends when the test says so. */
function held() {
  const log = { begun: [] as number[], running: 0, most: 0, aborted: 0 }
  let release = (_value: string) => {}
  const work = async (frame: number, signal: AbortSignal) => {
    log.begun.push(frame)
    log.running += 1
    log.most = Math.max(log.most, log.running)
    try {
      return await new Promise<string>((resolve, reject) => {
        release = resolve
        signal.addEventListener('abort', () => {
          log.aborted += 1
          reject(new EdgeError('ABORTED', { summary: 'the work was aborted' }))
        })
      })
    } finally {
      log.running -= 1
    }
  }
  return { log, work, release: (value = 'done') => release(value) }
}

describe('NewestFrames', () => {
  it('works on the newest, drops and counts the others, and keeps their order', async () => {
    const { log, work, release } = held()
    const frames = new NewestFrames(work)
    const results = frames[Symbol.asyncIterator]()
    const first = results.next()
    await tick()
    for (const frame of [1, 2, 3, 4]) expect(frames.push(frame)).toBe(true)
    expect(log.begun).toEqual([1])
    expect(frames.dropped).toBe(2)
    release('one')
    expect(await first).toEqual({ done: false, value: { frame: 1, result: 'one', dropped: 0 } })
    const second = results.next()
    await tick()
    expect(log.begun).toEqual([1, 4])
    frames.push(5)
    frames.end()
    expect(frames.push(6)).toBe(false)
    release('four')
    expect(await second).toEqual({ done: false, value: { frame: 4, result: 'four', dropped: 2 } })
    const third = results.next()
    await tick()
    release('five')
    expect(await third).toEqual({ done: false, value: { frame: 5, result: 'five', dropped: 0 } })
    expect(await results.next()).toEqual({ done: true, value: undefined })
    expect(frames.dropped).toBe(3)
    expect(log.most).toBe(1)
  })

  it('begins nothing while a result waits to be taken, and then with the newest', async () => {
    const { log, work, release } = held()
    const frames = new NewestFrames(work)
    const results = frames[Symbol.asyncIterator]()
    const first = results.next()
    frames.push(1)
    await tick()
    release()
    await first
    frames.push(2)
    await tick()
    release()
    await tick()
    for (const frame of [3, 4, 5]) frames.push(frame)
    await tick()
    expect(log.begun).toEqual([1, 2])
    expect((await results.next()).value).toMatchObject({ frame: 2 })
    const next = results.next()
    await tick()
    expect(log.begun).toEqual([1, 2, 5])
    release()
    expect((await next).value).toMatchObject({ frame: 5, dropped: 2 })
    await results.return()
  })

  it('gives as many results as the work allows, of a source that is twice as fast', async () => {
    const frames = new NewestFrames(async (frame: number) => {
      await sleep(10)
      return frame
    })
    const camera = (async () => {
      for (let frame = 0; frame < 40; frame += 1) {
        frames.push(frame)
        await sleep(5)
      }
      frames.end()
    })()
    const seen: number[] = []
    let dropped = 0
    for await (const result of frames) {
      seen.push(result.frame)
      dropped += result.dropped
    }
    await camera
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(39)
    expect(seen.length).toBeGreaterThan(5)
    expect(seen.length).toBeLessThan(40)
    expect(seen.length + dropped).toBe(40)
    expect(frames.dropped).toBe(dropped)
  })

  it('reports a frame that fails, and goes on', async () => {
    const frames = new NewestFrames(async (frame: number) => {
      if (frame === 1) throw new EdgeError('IMAGE_INVALID', { summary: 'broken' })
      return frame
    })
    const results = frames[Symbol.asyncIterator]()
    for (const frame of [1, 2]) {
      const next = results.next()
      frames.push(frame)
      const { value } = await next
      if (frame === 1) expect(value).toMatchObject({ frame: 1, error: { code: 'IMAGE_INVALID' } })
      else expect(value).toEqual({ frame: 2, result: 2, dropped: 0 })
    }
    frames.end()
    expect((await results.next()).done).toBe(true)
  })

  it.each([
    ['ends everything', () => new EdgeError('SESSION_DISPOSED', { summary: 'gone' })],
    ['is no error of one frame', () => new TypeError('a mistake')],
  ])('ends with an error that %s, also a synchronous one', async (_, error) => {
    const made = error()
    const frames = new NewestFrames(() => {
      throw made
    })
    const results = frames[Symbol.asyncIterator]()
    const next = results.next()
    frames.push(1)
    await expect(next).rejects.toBe(made)
    expect(frames.push(2)).toBe(false)
  })

  it('ends when it is aborted, after the work has', async () => {
    const { log, work } = held()
    const controller = new AbortController()
    const frames = new NewestFrames(work, { signal: controller.signal })
    const next = frames[Symbol.asyncIterator]().next()
    await tick()
    frames.push(1)
    frames.push(2)
    controller.abort('enough')
    await expect(next).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect(log).toMatchObject({ running: 0, aborted: 1, begun: [1] })
    expect(frames.push(3)).toBe(false)
    const late = new NewestFrames(work, { signal: controller.signal })
    await expect(late[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('gives up the frame that is worked on when the loop is left', async () => {
    const { log, work, release } = held()
    const frames = new NewestFrames(work)
    const looping = (async () => {
      for await (const _ of frames) {
        frames.push(3)
        await tick()
        break
      }
    })()
    await tick()
    frames.push(1)
    frames.push(2)
    release()
    await looping
    expect(log.running).toBe(0)
    expect(log.aborted).toBeGreaterThan(0)
    expect(frames.push(4)).toBe(false)
  })

  it('refuses a second iteration, and what is no work', () => {
    const frames = new NewestFrames(async () => {})
    frames[Symbol.asyncIterator]()
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    expect(() => frames[Symbol.asyncIterator]()).toThrow(refused)
    expect(() => Reflect.construct(NewestFrames, [])).toThrow(refused)
    expect(() => Reflect.construct(NewestFrames, [async () => {}, { size: 3 }])).toThrow(refused)
    expect(() => Reflect.construct(NewestFrames, [async () => {}, { signal: 'now' }])).toThrow(refused)
  })

  it('takes any number of frames at once, and holds the newest', async () => {
    const frames = new NewestFrames(async (frame: number) => {
      await sleep(1)
      return frame
    })
    for (let frame = 0; frame < 100_000; frame += 1) frames.push(frame)
    frames.end()
    const seen: number[] = []
    for await (const { frame, dropped } of frames) seen.push(frame, dropped)
    expect(seen).toEqual([99_999, 99_999])
  })
})
