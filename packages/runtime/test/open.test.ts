import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Backend,
  backends,
  describeRuntimes,
  type ModelLike,
  registerBackend,
  Session,
  type SessionOptions,
} from '../src/index.js'
import { doubleModel, doublePath } from './double.js'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-runtime-'))
})

afterAll(() => rm(directory, { recursive: true }))

const twoFloats = doubleModel('in=data:float32:1x2 out=scores:float32:1x2')

async function file(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

function open(model: ModelLike, options: SessionOptions = {}): Promise<Session> {
  return Session.open(model, { libraryPath: doublePath, validate: false, ...options })
}

describe('Session.open', () => {
  it('takes a path, a file: URL, a symbolic link and bytes', async () => {
    const path = await file('good.tflite', twoFloats)
    const link = join(directory, 'link.tflite')
    await symlink(path, link)
    for (const model of [path, pathToFileURL(path), link, twoFloats]) {
      const session = await open(model)
      expect(session.inputs).toHaveLength(1)
      await session.dispose()
    }
  })

  it('goes by what the file holds, not by its name', async () => {
    const session = await open(await file('misnamed.onnx', twoFloats))
    expect(session.model.format).toBe('tflite')
    await session.dispose()
  })

  it.each([
    ['nothing', '', 'MODEL_INVALID', '0 bytes'],
    ['three bytes', 'abc', 'MODEL_INVALID', 'a file that begins with "abc"'],
    ['text', '<!DOCTYPE html><html>', 'MODEL_INVALID', 'a file that begins with "<!DOCTYP"'],
    [
      'noise',
      Buffer.from([0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7]),
      'MODEL_INVALID',
      'a file that begins with ff fe 01',
    ],
    [
      'a root outside the file',
      Buffer.from('\xff\xff\xff\x7fTFL3....', 'latin1'),
      'MODEL_INVALID',
      'one at byte 2147483647',
    ],
    ['a header alone', twoFloats.subarray(0, 8), 'MODEL_INVALID', 'one at byte 16'],
  ])('refuses %s', async (name, content, code, found) => {
    const error = { code, found: expect.stringContaining(found) }
    await expect(open(await file(`${name}.tflite`, content))).rejects.toMatchObject(error)
    await expect(open(Buffer.from(content))).rejects.toMatchObject(error)
  })

  it('refuses what is not there, a directory and a pipe, without waiting', async () => {
    await expect(open(join(directory, 'missing.tflite'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(open(join(directory, 'good.tflite', 'below'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    })
    await expect(open(directory)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', found: 'a directory' })
    const pipe = join(directory, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(open(pipe)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('refuses what is not a model at all', async () => {
    const odd: unknown[] = [
      '',
      'a\0b',
      7,
      null,
      undefined,
      {},
      new URL('https://example.org/m.tflite'),
      new URL('file://host/m.tflite'),
    ]
    for (const model of odd) {
      const promise: unknown = Reflect.apply(Session.open, Session, [model])
      await expect(promise, String(model)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
  })

  it.each<[string, unknown, object]>([
    [
      'an option that there is not',
      { thread: 3 },
      { expected: expect.stringContaining('threads, queueCapacity') },
    ],
    ['one inside xnnpack', { xnnpack: { flag: 1 } }, { expected: 'none but flags, weightCache' }],
    ['one inside isolate', { isolate: { timeout: 1 } }, { expected: 'none but timeoutMs' }],
    ['one inside a delegate', { delegates: [{ file: 'x' }] }, { expected: 'none but path, options' }],
    ['options that are null', null, { found: 'null' }],
    ['options that are a path', 'fast', { found: 'string' }],
    ['delegates that are no list', { delegates: 'edgetpu.so' }, {}],
    ['a delegate that is none', { delegates: [null] }, { found: 'null' }],
    [
      'options of a delegate that are null',
      { delegates: [{ path: '/d.so', options: null }] },
      { found: 'null' },
    ],
    ['validate that is a word', { validate: 'no' }, {}],
    ['isolate that is a number', { isolate: 5 }, {}],
    ['a trial without time', { isolate: { timeoutMs: 0 } }, {}],
  ])('refuses %s', async (_, options, error) => {
    const promise: unknown = Reflect.apply(Session.open, Session, [twoFloats, options])
    await expect(promise).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', ...error })
  })

  it('refuses misuse of what it opened', async () => {
    const session = await open(twoFloats)
    const call = (of: object, name: string, argument: unknown): unknown =>
      Reflect.apply(Reflect.get(of, name), of, [argument])
    const refusal = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    expect(() => call(session, 'createRequest', { signatur: 'a' })).toThrow(refusal)
    expect(() => call(session, 'createRequest', null)).toThrow(refusal)
    for (const options of [{ signal: {} }, { timeout: 3 }, null]) {
      await expect(call(session, 'run', options)).rejects.toEqual(refusal)
    }
    await session.dispose()
  })

  it('refuses a library that is not there, and does not fall back to another', async () => {
    await expect(open(twoFloats, { libraryPath: '/nonexistent/lib.so' })).rejects.toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
      found: expect.stringContaining('/nonexistent/lib.so (from the libraryPath option): '),
    })
    vi.stubEnv('EDGE_TFLITE_LIBRARY', '/nonexistent/other.so')
    try {
      await expect(Session.open(twoFloats, { validate: false })).rejects.toMatchObject({
        code: 'LIBRARY_NOT_FOUND',
        found: expect.stringMatching(/^\/nonexistent\/other\.so \(from EDGE_TFLITE_LIBRARY\): [^;]*$/),
      })
      expect(describeRuntimes().find(({ name }) => name === 'tflite')).toMatchObject({
        available: false,
        problem: { code: 'LIBRARY_NOT_FOUND' },
      })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('refuses a library that is something else', async () => {
    await expect(open(twoFloats, { libraryPath: 'libm.so.6' })).rejects.toMatchObject({
      code: 'LIBRARY_INCOMPATIBLE',
      found: expect.stringContaining('TfLiteVersion'),
    })
  })
})

describe('backends', () => {
  it('are told apart by name and format', async () => {
    await expect(open(twoFloats, { backend: 'abacus' })).rejects.toMatchObject({
      code: 'BACKEND_UNKNOWN',
      found: 'abacus',
      expected: expect.stringContaining('tflite'),
    })
    await expect(open(twoFloats, { backend: 'tensorrt' })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      expected: 'a .engine or .onnx model',
      found: 'tflite',
    })
    const onnx = Buffer.concat([Buffer.from([8, 9]), Buffer.alloc(30)])
    await expect(open(onnx, { backend: 'tflite' })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
    await expect(open(twoFloats, { backend: 'onnxruntime' })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      found: 'tflite',
    })
  })

  it('can be added', async () => {
    const opened: string[] = []
    const backend: Backend = {
      name: 'test-onnx',
      formats: ['onnx'],
      describe: () => ({ name: 'test-onnx', available: true, formats: ['onnx'] }),
      open: async ({ name }) => {
        opened.push(name)
        throw new Error('opened')
      },
    }
    registerBackend(backend)
    expect(backends()).toContain(backend)
    expect(describeRuntimes().map(({ name }) => name)).toEqual([
      'tflite',
      'tensorrt',
      'onnxruntime',
      'test-onnx',
    ])
    const onnx = Buffer.concat([Buffer.from([8, 9]), Buffer.alloc(30)])
    await expect(Session.open(onnx, { backend: 'test-onnx', validate: false })).rejects.toThrow('opened')
    expect(opened).toEqual(['(32 bytes in memory)'])
  })
})
