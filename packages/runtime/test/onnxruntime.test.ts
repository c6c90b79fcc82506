import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exposeOnnxTensors, type OnnxDataTypeName, writeOnnx, writeOnnxFile } from '@edge/model/onnx'
import { afterEach, describe, expect, it } from 'vitest'
import { doubling, floats, model, modelOf, node, slow, value } from './onnx-models.js'
import { closeSessions, open, rejection } from './onnxruntime-sessions.js'

afterEach(closeSessions)

describe('an ONNX session', () => {
  it('is opened by auto, and tells what it is', async () => {
    const session = await open(doubling())
    expect(session.backend).toBe('onnxruntime')
    expect(session.details).toMatchObject({ version: '1.30.0', providers: 'cpu' })
    expect(session.inputs).toEqual([
      { name: 'data', dtype: 'float32', shape: [1, 2], shapeSignature: [1, 2], dynamic: false, bytes: 8 },
    ])
    expect(session.output().copies).toBe(1)
  })

  it('runs, asynchronously and synchronously', async () => {
    const session = await open(doubling())
    session.input('data', 'float32').data.set([1, 2])
    const timing = await session.run()
    expect(timing.queueMs).toBeGreaterThan(0)
    expect(timing.inferenceMs).toBeGreaterThan(0)
    const scores = session.output(0, 'float32').data
    expect([...scores]).toEqual([2, 4])
    session.input(0, 'float32').data.set([3, 4])
    expect(session.runSync()).toMatchObject({ queueMs: 0 })
    expect(session.output('scores').data).toBe(scores)
    expect([...scores]).toEqual([6, 8])
  })

  it.each<[OnnxDataTypeName, readonly (number | bigint)[]]>([
    ['float32', [1.5, -2]],
    ['float64', [1e300, -2]],
    ['float16', [0x3c00, 0xc000]],
    ['int8', [-128, 127]],
    ['uint8', [0, 255]],
    ['int16', [-32768, 1]],
    ['uint16', [65535, 1]],
    ['int32', [-(2 ** 31), 1]],
    ['uint32', [2 ** 32 - 1, 1]],
    ['int64', [-(2n ** 63n), 1n]],
    ['uint64', [2n ** 64n - 1n, 1n]],
    ['bool', [1, 0]],
  ])('takes and gives %s', async (dtype, values) => {
    const session = await open(
      model({
        input: [value('x', [2], dtype)],
        output: [value('y', [2], dtype)],
        node: [node('Identity', ['x'], ['y'])],
      }),
    )
    const { data } = session.input()
    for (const [index, each] of values.entries()) data[index] = each
    await session.run()
    expect(session.output().dtype).toBe(dtype)
    expect([...session.output().data]).toEqual(values)
  })

  it('has several inputs and outputs, whatever they are called', async () => {
    const session = await open(
      model({
        input: [value('__proto__', [1]), value('constructor', [1]), value('a b', [0, 3])],
        output: [value('toString', [1]), value('difference', [1]), value('none', [0, 3])],
        node: [
          node('Add', ['__proto__', 'constructor'], ['toString']),
          node('Sub', ['__proto__', 'constructor'], ['difference']),
          node('Relu', ['a b'], ['none']),
        ],
      }),
    )
    session.input('__proto__', 'float32').data[0] = 5
    session.input('constructor', 'float32').data[0] = 3
    await session.run()
    expect([...session.output('toString').data, ...session.output('difference').data]).toEqual([8, 2])
    expect(session.output('none').size).toBe(0)
  })

  it('is opened from a path, with data in another file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'edge-onnxruntime-'))
    try {
      const path = join(directory, 'model.onnx')
      const adding = modelOf({
        input: [value('x', [2])],
        output: [value('y', [2])],
        initializer: [floats('w', [2], [10, 20])],
        node: [node('Add', ['x', 'w'], ['y'])],
      })
      await writeOnnxFile(path, adding, { externalData: { location: 'sub.bin', minimumBytes: 1 } })
      const session = await open(path)
      await session.run()
      expect([...session.output().data]).toEqual([10, 20])
      expect(await rejection(open(await readFile(path)))).toMatchObject({
        code: 'MODEL_UNSUPPORTED',
        found: 'data in sub.bin',
      })
      await writeFile(join(directory, 'sub.bin'), new Uint8Array(7))
      expect(await rejection(open(path))).toMatchObject({ code: 'MODEL_INVALID' })
      await rm(join(directory, 'sub.bin'))
      expect(await rejection(open(path))).toMatchObject({ code: 'FILE_NOT_FOUND' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('gives intermediate values that were made outputs', async () => {
    const network = modelOf({
      input: [value('x', [1, 2])],
      output: [value('y', [1, 2])],
      initializer: [floats('w', [2, 2], [1, -1, 2, 0.5])],
      node: [node('MatMul', ['x', 'w'], ['m']), node('Relu', ['m'], ['r']), node('Neg', ['r'], ['y'])],
    })
    const session = await open(writeOnnx(exposeOnnxTensors(network, ['m', 'r', 'w'])))
    session.input(0, 'float32').data.set([1, -4])
    await session.run()
    expect([...session.output('m').data]).toEqual([-7, -3])
    expect([...session.output('r').data]).toEqual([0, 0])
    expect([...session.output('w').data]).toEqual([1, -1, 2, 0.5])
  })

  it('leaves the event loop free while it opens and runs', async () => {
    const session = await open(slow(10))
    let ticks = 0
    const timer = setInterval(() => ticks++, 2)
    const { inferenceMs } = await session.run()
    clearInterval(timer)
    expect(inferenceMs).toBeGreaterThan(20)
    expect(ticks).toBeGreaterThan(inferenceMs / 20)
  })
})

describe('shapes', () => {
  it('that are left open are 1, and follow to the outputs of the same name', async () => {
    const session = await open(doubling(['batch', 2]))
    expect(session.input().shape).toEqual([1, 2])
    expect(session.output()).toMatchObject({ shape: [1, 2], dynamic: false })
    await session.run()
  })

  it('can be chosen; requests keep those that they were made with', async () => {
    const session = await open(doubling(['batch', 2]))
    const before = session.createRequest()
    await session.resize({ data: [3, 2] })
    expect(session.outputs[0]).toMatchObject({ shape: [3, 2], shapeSignature: [-1, 2], bytes: 24 })
    session.input(0, 'float32').data.set([1, 2, 3, 4, 5, 6])
    before.input(0, 'float32').data.set([7, 8])
    await Promise.all([session.run(), before.run()])
    expect([...session.output().data]).toEqual([2, 4, 6, 8, 10, 12])
    expect([...before.output().data]).toEqual([14, 16])
  })

  it('that the model cannot take are refused, and nothing changes', async () => {
    const session = await open(doubling(['batch', 2]))
    for (const shape of [[1, 3], [2]]) {
      expect(await rejection(session.resize({ data: shape }))).toMatchObject({ code: 'SHAPE_MISMATCH' })
    }
    const product = model({
      input: [value('a', ['n', 'k']), value('b', ['l', 'm'])],
      output: [value('c', ['n', 'm'])],
      node: [node('MatMul', ['a', 'b'], ['c'])],
    })
    const other = await open(product)
    expect(await rejection(other.resize({ a: [2, 3] }))).toMatchObject({ code: 'SHAPE_MISMATCH' })
    await other.resize({ a: [2, 3], b: [3, 4] })
    expect(other.output().shape).toEqual([2, 4])
  })

  it('that depend on values change with each run', async () => {
    const session = await open(
      model({
        input: [value('x', [4])],
        output: [value('places', [1, 'count'], 'int64')],
        node: [node('NonZero', ['x'], ['places'])],
      }),
    )
    const output = session.output(0, 'int64')
    expect(output).toMatchObject({ dynamic: true, shape: [1, 0], size: 0 })
    session.input(0, 'float32').data.set([0, 1, 0, 1])
    await session.run()
    const first = output.data
    expect(output.shape).toEqual([1, 2])
    session.input(0, 'float32').data.set([1, 1, 1, 0])
    session.runSync()
    expect([...output.data]).toEqual([0n, 1n, 2n])
    expect([...first]).toEqual([1n, 3n])
  })
})

describe('models that onnxruntime does not take', () => {
  const io = { input: [value('x', [1])], output: [value('y', [1])] }
  it.each<[string, Uint8Array, string, string]>([
    [
      'no such operator',
      model({ ...io, node: [node('Nonsense', ['x'], ['y'])] }),
      'MODEL_UNSUPPORTED',
      'Nonsense',
    ],
    ['a mistake in structure', model({ ...io, node: [node('Relu', ['z'], ['y'])] }), 'MODEL_INVALID', 'none'],
    [
      'an operator misused',
      model({ ...io, node: [node('Relu', ['x', 'x'], ['y'])] }),
      'MODEL_INVALID',
      'Relu',
    ],
    [
      'text',
      model({
        input: [value('x', [1], 'string')],
        output: [value('y', [1], 'string')],
        node: [node('Identity', ['x'], ['y'])],
      }),
      'MODEL_UNSUPPORTED',
      'a tensor of string',
    ],
    [
      'a type that JavaScript lacks',
      model({
        input: [value('x', [1], 'bfloat16')],
        output: [value('y', [1], 'bfloat16')],
        node: [node('Identity', ['x'], ['y'])],
      }),
      'MODEL_UNSUPPORTED',
      '16',
    ],
  ])('%s', async (_, bytes, code, found) => {
    expect(await rejection(open(bytes))).toMatchObject({ code, found: expect.stringContaining(found) })
  })

  it('are refused by structure only if that is wanted', async () => {
    const broken = model({ ...io, node: [node('Relu', ['z'], ['y'])] })
    const error = await rejection(open(broken, { validate: false }))
    expect(error).toMatchObject({
      code: 'MODEL_INVALID',
      summary: expect.stringContaining('onnxruntime does not take'),
    })
  })

  it('with options that it does not have', async () => {
    for (const options of [
      { xnnpack: false },
      { xnnpack: { weightCache: '/w.xnn' } },
      { delegates: [{ path: '/d.so' }] },
    ]) {
      const [name] = Object.keys(options)
      expect(await rejection(open(doubling(), options))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        summary: `the onnxruntime backend has no option ${name}`,
        expected: `${name} for the tflite backend alone`,
      })
    }
    await open(doubling(), { xnnpack: true, delegates: [] })
  })

  it('and libraries that are elsewhere', async () => {
    expect(await rejection(open(doubling(), { libraryPath: '/nonexistent' }))).toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
      summary: 'there is no onnxruntime-node where the libraryPath option says',
    })
  })
})
