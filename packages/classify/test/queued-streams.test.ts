import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Classifier } from '../src/index.js'
import { grey, load } from './fake-classifier.js'

let directory: string
let classifier: Classifier
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-queued-'))
  await writeFile(at('good.png'), await grey(100))
})
afterAll(() => rm(directory, { recursive: true }))

beforeEach(async () => {
  const run = () => sleep(30)
  classifier = await (await load({ requests: 1 }, { run })).opening
})
afterEach(() => classifier.dispose())

/** A stream of the web's that stays silent, and whether it was cancelled. */
function silent() {
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>({
    cancel: () => {
      cancelled = true
    },
  })
  return { stream, cancelled: () => cancelled }
}

// Vitest takes an uncaught exception for a failure of the whole run.
describe('a stream that waits for its turn', () => {
  it('may fail meanwhile, which is told when its turn comes', async () => {
    const first = classifier.classify(at('good.png'))
    const missing = createReadStream(at('missing.png'))
    const refused = new PassThrough()
    const fed = sharp()
    const waiting = [missing, refused, fed].map((source) => classifier.classify(source))
    const outcomes = Promise.allSettled(waiting)
    await new Promise<void>((resolve) => missing.on('close', resolve))
    // Of streams that do not close when they fail.
    refused.emit('error', new Error('the line went dead'))
    fed.destroy(new Error('the reader went away'))
    expect((await first).classes).toHaveLength(4)
    expect(await outcomes).toMatchObject([
      { reason: { code: 'FILE_UNREADABLE', found: expect.stringContaining('ENOENT') } },
      { reason: { code: 'FILE_UNREADABLE', found: 'the line went dead' } },
      { reason: { code: 'FILE_UNREADABLE', found: 'the reader went away' } },
    ])
    expect(fed.listenerCount('error')).toBe(0)
  })

  it('may fail meanwhile among many', async () => {
    const busy = classifier.classify(at('good.png'))
    const names = ['missing.png', 'good.png', 'missing.png']
    const streams = names.map((name) => () => createReadStream(at(name)))
    function* opened(): Generator<Readable> {
      for (const open of streams) yield open()
    }
    const codes: (string | undefined)[] = []
    for await (const { error } of classifier.classifyMany(opened())) codes.push(error?.code)
    expect(codes).toEqual(['FILE_UNREADABLE', undefined, 'FILE_UNREADABLE'])
    await busy
  })

  it('is closed where the call is aborted before or meanwhile', async () => {
    const busy = classifier.classify(at('good.png'))
    for (const signal of [AbortSignal.abort(), AbortSignal.timeout(5)]) {
      const stream = createReadStream(at('good.png'))
      const web = silent()
      for (const source of [stream, web.stream]) {
        await expect(classifier.classify(source, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
      }
      expect(stream.destroyed).toBe(true)
      expect(web.cancelled()).toBe(true)
    }
    await busy
  })

  it('is closed where the classifier is disposed of', async () => {
    const busy = classifier.classify(at('good.png'))
    const stream = createReadStream(at('good.png'))
    const web = silent()
    const outcomes = Promise.allSettled([stream, web.stream].map((source) => classifier.classify(source)))
    await classifier.dispose()
    expect(await outcomes).toMatchObject([
      { reason: { code: 'SESSION_DISPOSED' } },
      { reason: { code: 'SESSION_DISPOSED' } },
    ])
    expect(stream.destroyed).toBe(true)
    expect(web.cancelled()).toBe(true)
    await busy
  })

  it('is left alone where it writes the tensor itself', async () => {
    class Camera extends Readable {
      writeTensor(): void {}
    }
    const camera = new Camera({ read: () => undefined })
    await classifier.classify(camera)
    expect(camera.destroyed).toBe(false)
  })
})
