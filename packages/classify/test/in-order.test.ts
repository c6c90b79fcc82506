import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { inOrder } from '../src/in-order.js'

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of iterable) all.push(item)
  return all
}

/** Work that takes as many milliseconds as the item says. */
function slow() {
  const log = { running: 0, most: 0, started: 0, aborted: 0 }
  const work = async (ms: number, signal: AbortSignal) => {
    log.started += 1
    log.running += 1
    log.most = Math.max(log.most, log.running)
    try {
      await sleep(ms, undefined, { signal })
      return ms
    } catch (error) {
      log.aborted += 1
      throw error
    } finally {
      log.running -= 1
    }
  }
  return { log, work }
}

describe('inOrder', () => {
  it("keeps the items' order, whichever ends first, and the limit", async () => {
    const { log, work } = slow()
    const items = [20, 1, 10, 0, 15, 2, 3]
    expect(await collect(inOrder(items, { working: 3, kept: 3 }, work, undefined))).toEqual(items)
    expect(log.most).toBe(3)
  })

  it('lets any number listen to its signal without a warning of Node.js', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const { work } = slow()
    await collect(inOrder(Array(20).fill(5), { working: 20, kept: 20 }, work, undefined))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('goes on behind an item that takes long, up to what it may keep', async () => {
    const { log, work } = slow()
    const results = inOrder([40, 0, 0, 0, 0, 0, 0], { working: 2, kept: 5 }, work, undefined)
    expect(await results.next()).toEqual({ done: false, value: 40 })
    expect(log).toMatchObject({ most: 2, started: 5 })
    await results.return()
  })

  it('goes on while whoever takes the results is busy, up to what it may keep', async () => {
    const { log, work } = slow()
    let asked = 0
    function* source() {
      for (;;) {
        asked += 1
        yield 0
      }
    }
    const results = inOrder(source(), { working: 2, kept: 4 }, work, undefined)
    await results.next()
    await sleep(30)
    expect(log.started).toBe(5)
    expect(asked).toBe(5)
    await results.return()
  })

  it('asks a source for nothing more once it was aborted, though nobody takes results', async () => {
    const { log, work } = slow()
    const controller = new AbortController()
    const results = inOrder([0, 5, 5, 5, 5, 5, 5], { working: 1, kept: 4 }, work, controller.signal)
    await results.next()
    controller.abort()
    await sleep(30)
    expect(log.started).toBeLessThanOrEqual(2)
    await expect(results.next()).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('takes nothing from an empty source', async () => {
    expect(await collect(inOrder([], { working: 3, kept: 3 }, async () => 1, undefined))).toEqual([])
  })

  it('asks for items only when there is room', async () => {
    let asked = 0
    function* source() {
      for (;;) {
        asked += 1
        yield asked
      }
    }
    const results = inOrder(source(), { working: 2, kept: 2 }, async (item) => item, undefined)
    await results.next()
    await sleep(5)
    expect(asked).toBeLessThanOrEqual(3)
    await results.return()
  })

  it('yields a result without waiting for the next item', async () => {
    let release = () => {}
    async function* camera() {
      yield 1
      await new Promise<void>((resolve) => {
        release = resolve
      })
      yield 2
    }
    const results = inOrder(camera(), { working: 3, kept: 3 }, async (item) => item, undefined)
    expect(await results.next()).toEqual({ done: false, value: 1 })
    release()
    expect(await results.next()).toEqual({ done: false, value: 2 })
    expect(await results.next()).toEqual({ done: true, value: undefined })
  })

  it('ends all work, and the source, when the loop is left', async () => {
    const { log, work } = slow()
    let ended = false
    function* source() {
      try {
        yield* [0, 1000, 1000, 1000]
      } finally {
        ended = true
      }
    }
    for await (const _ of inOrder(source(), { working: 3, kept: 3 }, work, undefined)) break
    expect(log.running).toBe(0)
    expect(log.aborted).toBe(log.started - 1)
    expect(ended).toBe(true)
  })

  it('does not wait for a silent source when the loop is left', { timeout: 2000 }, async () => {
    async function* camera() {
      yield 1
      await new Promise(() => {})
    }
    for await (const _ of inOrder(camera(), { working: 3, kept: 3 }, async (item) => item, undefined)) break
  })

  it('ends at once when it is aborted, even if the source is silent', { timeout: 2000 }, async () => {
    const controller = new AbortController()
    async function* camera() {
      yield 1
      await new Promise(() => {})
    }
    const results = inOrder(camera(), { working: 3, kept: 3 }, async (item) => item, controller.signal)
    await results.next()
    const next = results.next()
    controller.abort('enough')
    await expect(next).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    await expect(
      inOrder([1], { working: 1, kept: 1 }, async () => 1, controller.signal).next(),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  it('gives the results before a failure, then the failure', async () => {
    const seen: number[] = []
    const work = async (item: number) => {
      if (item === 3) throw new Error('three')
      await sleep(item === 1 ? 10 : 0)
      return item
    }
    const run = async () => {
      for await (const item of inOrder([1, 2, 3, 4, 5], { working: 3, kept: 3 }, work, undefined))
        seen.push(item)
    }
    await expect(run()).rejects.toThrow('three')
    expect(seen).toEqual([1, 2])
  })

  it('does the same for a source that fails', async () => {
    const seen: number[] = []
    function* source() {
      yield 1
      yield 2
      throw new Error('unplugged')
    }
    const work = async (item: number) => {
      await sleep(5)
      return item
    }
    const run = async () => {
      for await (const item of inOrder(source(), { working: 3, kept: 3 }, work, undefined)) seen.push(item)
    }
    await expect(run()).rejects.toThrow('unplugged')
    expect(seen).toEqual([1, 2])
  })

  it('keeps no result that it has yielded, in a loop without end', async () => {
    const child = fileURLToPath(new URL('children/endless.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      ...['--import', 'tsx'],
      child,
    ])
    const { seen, grown }: { seen: number; grown: number } = JSON.parse(stdout)
    expect(seen).toBe(50_000)
    // 45,000 results that were kept would be some 90 MB.
    expect(grown).toBeLessThan(8e6)
  })
})
