import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { byGreyLevel, grey, load } from './fake-classifier.js'

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
    expect(log.requests).toBeLessThanOrEqual(5)
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

  it("refuses the bytes of one picture from a stream of the web's, unless they are said to be pictures", async () => {
    const { opening } = await load()
    const classifier = await opening
    const picture = await grey(100)
    const bytes = () => new Blob([picture]).stream()
    await expect(classifier.classifyMany(bytes()).next()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: 'a ReadableStream of bytes',
    })
    expect((await classifier.classifyMany(bytes().values()).next()).value).toMatchObject({
      classes: [{}, {}, {}, {}],
    })
    const paths = new ReadableStream<string>({ start: (controller) => controller.enqueue('/missing.png') })
    const results = classifier.classifyMany(paths)
    expect((await results.next()).value).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } })
    await results.return()
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

  it('goes on while the loop awaits something else, up to twice as many as there are requests', async () => {
    let runs = 0
    const { log, opening } = await load(
      { requests: 2 },
      {
        run: () => {
          runs += 1
        },
      },
    )
    const classifier = await opening
    const picture = await grey(1)
    const results = classifier.classifyMany(Array(20).fill(picture))
    await results.next()
    await vi.waitFor(() => expect(runs).toBe(5))
    await sleep(50)
    expect(runs).toBe(5)
    expect(log.requests).toBe(2)
    await results.return()
    await classifier.dispose()
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
