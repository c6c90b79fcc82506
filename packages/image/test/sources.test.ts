import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ReadableStream } from 'node:stream/web'
import { setTimeout as delay } from 'node:timers/promises'
import { Tensor } from '@edge/native'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ImageSource,
  type PreprocessOptions,
  preprocess,
  sourceName,
  type TensorWriter,
} from '../src/index.js'
import { MAX_FILE_BYTES } from '../src/source.js'
import { pixels, png } from './pictures.js'

let directory: string
const at = (name: string) => join(directory, name)
const [WIDTH, HEIGHT] = [8, 6]
const value = (x: number, y: number, channel: number) => x * 30 + y * 5 + channel * 60
const rgb = pixels(WIDTH, HEIGHT, 3, value)
const file = png(WIDTH, HEIGHT, 3, value)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-sources-'))
})
afterAll(() => rm(directory, { recursive: true }))

function tensorOf(channels: 1 | 3 = 3): Tensor<'uint8'> {
  const shape = [1, HEIGHT, WIDTH, channels]
  const bytes = WIDTH * HEIGHT * channels
  return new Tensor({ name: 'image', dtype: 'uint8', shape, bytes }, new ArrayBuffer(bytes), 0)
}

async function read(source: ImageSource, options: PreprocessOptions = {}): Promise<number[]> {
  const tensor = tensorOf()
  await preprocess(source, tensor, options)
  return [...tensor.data]
}

/** What TypeScript would refuse, as JavaScript may give it. */
const readLoose = (source: unknown): Promise<unknown> =>
  Promise.resolve(Reflect.apply(preprocess, undefined, [source, tensorOf()]))

const inChunks = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  )

function webStream<T>(chunks: readonly T[]): ReadableStream<T> {
  return new ReadableStream<T>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

describe('a stream', () => {
  it("is Node's or the web's, in chunks of any size", async () => {
    await writeFile(at('picture.png'), await file)
    expect(await read(createReadStream(at('picture.png')))).toEqual([...rgb])
    for (const size of [1, 7, 64, 10000]) {
      expect(await read(Readable.from(inChunks(await file, size)))).toEqual([...rgb])
      expect(await read(webStream(inChunks(await file, size)))).toEqual([...rgb])
    }
    expect(await read(new Blob([await file]).stream())).toEqual([...rgb])
  })

  it('has the types of whoever declares it', async () => {
    const bytes = await file
    const body = new Response(bytes).body ?? undefined
    const streams: (ImageSource | undefined)[] = [new Blob([bytes]).stream(), body, webStream<Uint8Array>([])]
    // @ts-expect-error chunks of text
    streams.push(webStream<string>([]))
    const [blob = ''] = streams
    expect(await read(blob)).toEqual([...rgb])
  })

  it('is refused where it is no picture, without being read on', async () => {
    let chunks = 0
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          chunks += 1
          yield Buffer.alloc(1000, 'no picture')
        }
      })(),
    )
    await expect(read(endless)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
    expect(chunks).toBeLessThan(100)
    expect(endless.destroyed).toBe(true)
    await expect(read(Readable.from([]))).rejects.toMatchObject({ code: 'IMAGE_INVALID', found: '0 bytes' })
  })

  it('is refused where it is longer than any picture that is read', { timeout: 30_000 }, async () => {
    const begin = await file
    const chunk = Buffer.alloc(8 * 1024 * 1024)
    let sent = 0
    const endless = Readable.from(
      (async function* () {
        yield begin
        for (;;) {
          sent += chunk.length
          yield chunk
        }
      })(),
    )
    await expect(read(endless)).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED', found: 'more' })
    expect(sent).toBeLessThan(MAX_FILE_BYTES + 20 * chunk.length)
    expect(endless.destroyed).toBe(true)
  })

  it('says why it broke off', async () => {
    const begin = await file
    const broken = Readable.from(
      (async function* () {
        yield begin.subarray(0, 70)
        throw new Error('the line went dead')
      })(),
    )
    await expect(read(broken)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', found: 'the line went dead' })
    const cut = webStream([begin.subarray(0, 70)])
    await expect(read(cut)).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
  })

  it.each(["Node's", "the web's"])(
    'that stays silent is given up when the signal says so: %s',
    async (whose) => {
      const controller = new AbortController()
      const silent = whose === "Node's" ? new PassThrough() : new ReadableStream<Uint8Array>()
      const reading = read(silent, { signal: controller.signal })
      setTimeout(() => controller.abort(), 20)
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
      if (silent instanceof PassThrough) expect(silent.destroyed).toBe(true)
    },
  )

  it('says why it broke off before it was given', async () => {
    const missing = createReadStream(at('missing.png'))
    await once(missing, 'error')
    await expect(read(missing)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      found: expect.stringContaining('ENOENT'),
    })
  })

  it('is closed where the call ends before it is read', async () => {
    const signal = AbortSignal.abort()
    const stream = createReadStream(at('picture.png'))
    await expect(read(stream, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(stream.destroyed).toBe(true)
    let cancelled = false
    const web = new ReadableStream<Uint8Array>({
      cancel: () => {
        cancelled = true
      },
    })
    await expect(read(web, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(cancelled).toBe(true)
    const wrong = createReadStream(at('picture.png'))
    await expect(read(wrong, { maxPixels: 0 })).rejects.toThrow()
    expect(wrong.destroyed).toBe(true)
  })

  it('is read once, and of bytes', async () => {
    const web = webStream([await file])
    await read(web)
    await expect(read(web)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const stream = Readable.from([await file])
    await read(stream)
    await expect(read(stream)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(read(Readable.from(['text']))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      found: 'string',
    })
    await expect(readLoose(webStream([7]))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('raw pixels', () => {
  it('are RGB, RGBA or grey', async () => {
    expect(await read({ data: rgb, width: WIDTH, height: HEIGHT, channels: 3 })).toEqual([...rgb])
    const alpha = pixels(WIDTH, HEIGHT, 4, (x, y, channel) => (channel === 3 ? x : value(x, y, channel)))
    const clamped = Uint8ClampedArray.from(alpha)
    expect(await read({ data: clamped, width: WIDTH, height: HEIGHT, channels: 4 })).toEqual([...rgb])
    const grey = pixels(WIDTH, HEIGHT, 1, value)
    expect(await read({ data: grey, width: WIDTH, height: HEIGHT, channels: 1 })).toEqual(
      [...grey].flatMap((level) => [level, level, level]),
    )
    const tensor = tensorOf(1)
    await preprocess({ data: grey, width: WIDTH, height: HEIGHT, channels: 1 }, tensor)
    expect([...tensor.data]).toEqual([...grey])
  })

  it('are resized as any picture', async () => {
    const wide = pixels(WIDTH * 4, HEIGHT, 3, () => 7)
    expect(new Set(await read({ data: wide, width: WIDTH * 4, height: HEIGHT, channels: 3 }))).toEqual(
      new Set([7]),
    )
  })

  it.each([
    ['of another length', { data: new Uint8Array(7), width: 2, height: 1, channels: 3 }],
    ['of two channels', { data: new Uint8Array(4), width: 2, height: 1, channels: 2 }],
    ['without channels', { data: new Uint8Array(6), width: 2, height: 1 }],
    ['of no height', { data: new Uint8Array(0), width: 2, height: 0, channels: 3 }],
    ['of half a pixel', { data: new Uint8Array(3), width: 0.5, height: 2, channels: 3 }],
    ['of floats', { data: new Float32Array(3), width: 1, height: 1, channels: 3 }],
    ['of a list', { data: [1, 2, 3], width: 1, height: 1, channels: 3 }],
  ])('%s are refused', async (_, source) => {
    await expect(readLoose(source)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  it('of more than maxPixels are refused', async () => {
    const source = { data: rgb, width: WIDTH, height: HEIGHT, channels: 3 } as const
    await expect(read(source, { maxPixels: 47 })).rejects.toMatchObject({ code: 'IMAGE_UNSUPPORTED' })
  })
})

describe('an instance of sharp', () => {
  it('does what it was told to, and can be used again', async () => {
    const instance = sharp(await file).negate()
    const negated = [...rgb].map((level) => 255 - level)
    expect(await read(instance)).toEqual(negated)
    expect(await read(instance)).toEqual(negated)
    expect((await instance.metadata()).format).toBe('png')
    const raw = sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    expect(await read(raw)).toEqual([...rgb])
  })

  it('may be fed by a stream, also one that has ended', async () => {
    const fed = sharp()
    Readable.from([await file]).pipe(fed)
    expect(await read(fed)).toEqual([...rgb])
    expect(await read(fed)).toEqual([...rgb])
  })

  it('is refused where it was read as a stream before', async () => {
    const instance = sharp(await file).png()
    await buffer(instance)
    await expect(read(instance)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('was read as a stream'),
    })
  })

  it('that nobody feeds is given up when the signal says so, without a trace', async () => {
    const idle = sharp()
    const silent = sharp()
    new PassThrough().pipe(silent)
    for (const instance of [idle, silent]) {
      const before = [instance.listenerCount('error'), instance.listenerCount('close')]
      const reading = read(instance, { signal: AbortSignal.timeout(20) })
      await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
      expect([instance.listenerCount('error'), instance.listenerCount('close')]).toEqual(before)
    }
  })

  it('that was destroyed, or whose input fails, is refused', async () => {
    const destroyed = sharp().destroy()
    await expect(read(destroyed)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const failed = sharp()
    failed.on('error', () => undefined).destroy(new Error('the line went dead'))
    const unreadable = { code: 'FILE_UNREADABLE', found: 'the line went dead' }
    await expect(read(failed)).rejects.toMatchObject(unreadable)
    const failing = sharp()
    const readings = [read(failing), read(failing)]
    setTimeout(() => failing.destroy(new Error('the line went dead')), 20)
    for (const reading of readings) await expect(reading).rejects.toMatchObject(unreadable)
    const closing = sharp()
    setTimeout(() => closing.destroy(), 20)
    await expect(read(closing)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      found: 'it was closed before all of its input had come',
    })
  })

  it('may be asked for many times at once, without a warning of Node.js', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const instance = sharp(await file)
    await Promise.all(Array.from({ length: 20 }, () => read(instance)))
    await delay(5)
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('is refused for too many pixels before it runs, and after', async () => {
    await expect(read(sharp(await file), { maxPixels: 47 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
    })
    const larger = sharp(await file).resize(100, 100)
    await expect(read(larger, { maxPixels: 5000 })).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      found: '100 × 100',
    })
  })

  it('says what sharp says of what it cannot read', async () => {
    await expect(read(sharp(Buffer.from('no picture')))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      found: expect.stringContaining('unsupported image format'),
    })
  })
})

describe('a source that is none', () => {
  it('is a ZIP archive, whatever its name', async () => {
    await writeFile(at('archive.jpg'), Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500)]))
    await expect(read(at('archive.jpg'))).rejects.toMatchObject({ code: 'IMAGE_INVALID' })
  })

  it('is a pipe that nobody writes to', { timeout: 2000 }, async () => {
    execFileSync('mkfifo', [at('pipe.jpg')])
    await expect(read(at('pipe.jpg'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it.each([
    ['a raw picture of a camera', Buffer.from('II*\0\x10\0\0\0CR\x02\0')],
    ['HEIF', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
    // The version is no brand.
    ['HEIF', Buffer.from('\0\0\0\x14ftypheicavifmif1')],
    ['BigTIFF', Buffer.from('II+\0\x08\0\0\0')],
  ])('is %s', async (found, bytes) => {
    await expect(read(Buffer.concat([bytes, Buffer.alloc(99)]))).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      found,
    })
  })

  it.each([undefined, null, 7, true, Symbol('s'), {}, [], () => 1, new Float32Array(4), new Date(0)])(
    'is a value: %o',
    async (source) => {
      await expect(readLoose(source)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )
})

describe('an object that writes the tensor', () => {
  it('gets the tensor and the signal, and is waited for', async () => {
    const target = tensorOf()
    const { signal } = new AbortController()
    const given: unknown[] = []
    const writer: TensorWriter = {
      async writeTensor(input, until) {
        given.push(this, input, until)
        await delay(20)
        if (input.is('uint8')) input.data.set(rgb)
      },
    }
    const timing = await preprocess(writer, target, { signal })
    expect(given).toEqual([writer, target, signal])
    expect(Buffer.from(target.buffer)).toEqual(rgb)
    expect(timing).toMatchObject({ resampleMs: 0, writeMs: 0 })
    expect(timing.decodeMs).toBeGreaterThan(15)
  })

  it('is aborted once it has ended', async () => {
    const controller = new AbortController()
    let ended = false
    const writeTensor = async () => {
      controller.abort()
      await delay(20)
      ended = true
    }
    const writing = preprocess({ writeTensor }, tensorOf(), { signal: controller.signal })
    await expect(writing).rejects.toMatchObject({ code: 'ABORTED' })
    expect(ended).toBe(true)
  })

  it('fails with what it throws', async () => {
    const fault = new RangeError('the camera was unplugged')
    const writing = preprocess({ writeTensor: () => Promise.reject(fault) }, tensorOf())
    await expect(writing).rejects.toBe(fault)
  })
})

describe('sourceName', () => {
  it('says what a source is, in short', () => {
    expect(sourceName(Readable.from([]))).toBe('(a stream)')
    expect(sourceName(webStream<Uint8Array>([]))).toBe('(a stream)')
    expect(sourceName({ data: rgb, width: 8, height: 6, channels: 3 })).toBe('(8 × 6 raw pixels)')
    expect(sourceName(sharp(rgb))).toBe('(an instance of sharp)')
    expect(sourceName({ writeTensor: () => {} })).toBe('(a writer of tensors)')
    expect(sourceName(new URL('file:///a/b.jpg'))).toBe('file:///a/b.jpg')
  })
})
