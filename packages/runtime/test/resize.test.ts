import { afterEach, describe, expect, it } from 'vitest'
import { doubleModel, doublePath } from './double.js'
import { doubling, model, node, slow, value } from './onnx-models.js'
import { closeSessions, open, rejection } from './onnxruntime-sessions.js'

afterEach(closeSessions)

const backends = [
  {
    name: 'tflite',
    openBatches: () =>
      open(doubleModel('in=data:float32:?x2 out=scores:float32:?x2 delay=20'), {
        libraryPath: doublePath,
        validate: false,
      }),
  },
  { name: 'onnxruntime', openBatches: () => open(doubling(['batch', 2])) },
]

describe.each(backends)('Session.resize with $name', ({ openBatches }) => {
  it.each<[unknown, string, string]>([
    [5, 'INVALID_ARGUMENT', '5'],
    [undefined, 'INVALID_ARGUMENT', 'undefined'],
    [Symbol('n'), 'INVALID_ARGUMENT', 'Symbol(n)'],
    [{ 0: 1 }, 'INVALID_ARGUMENT', 'an object'],
    ['1,2', 'INVALID_ARGUMENT', '"1,2"'],
    [null, 'INVALID_ARGUMENT', 'null'],
    [[-1, 2], 'INVALID_ARGUMENT', '[-1, 2]'],
    [[1.5, 2], 'INVALID_ARGUMENT', '[1.5, 2]'],
    [['1', 2], 'INVALID_ARGUMENT', '[1, 2]'],
    [[2 ** 31, 2], 'INVALID_ARGUMENT', '[2147483648, 2]'],
    [new Array(2), 'INVALID_ARGUMENT', '[undefined, undefined]'],
    [[0, 2], 'SHAPE_MISMATCH', '[0, 2]'],
    [[], 'SHAPE_MISMATCH', '[]'],
    [[1, 2, 3], 'SHAPE_MISMATCH', '[1, 2, 3]'],
    [new Array(100_000).fill(1), 'INVALID_ARGUMENT', '[1, 1, 1, 1, 1, 1, 1, 1, …], 100000 sizes'],
  ])('refuses the shape %j', async (shape, code, found) => {
    const session = await openBatches()
    const error = await rejection(Reflect.apply(session.resize, session, [{ 0: shape }]))
    expect(error).toMatchObject({
      code,
      summary: `${code === 'INVALID_ARGUMENT' ? 'the new shape of ' : ''}the input "data" ${code === 'INVALID_ARGUMENT' ? 'is not one' : 'cannot have another shape than the model was made for'}`,
    })
    expect(error.found).toBe(found)
    expect(session.input().shape).toEqual([1, 2])
  })

  it.each([[undefined], [null], [[[1, 2]]], [3]])('refuses %j in place of shapes', async (shapes) => {
    const session = await openBatches()
    const error = await rejection(Reflect.apply(session.resize, session, [shapes]))
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      expected: 'an object such as { 0: [8, 224, 224, 3] }',
    })
  })

  it('lets nothing else in while it works', async () => {
    const session = await openBatches()
    const request = session.createRequest()
    const run = request.run()
    const resized = session.resize({ data: [2, 2] })
    const busy = { code: 'SESSION_BUSY', summary: 'the session is being resized' }
    expect(await rejection(session.resize({ data: [4, 2] }))).toMatchObject(busy)
    expect(() => session.createRequest()).toThrow(expect.objectContaining(busy))
    expect(() => request.runSync()).toThrow(expect.objectContaining(busy))
    await Promise.all([run, resized])
    expect(session.input().shape).toEqual([2, 2])
    request.runSync()
    expect(await rejection(session.resize({ data: [1, 2, 3] }))).toMatchObject({ code: 'SHAPE_MISMATCH' })
    await session.resize({ data: [3, 2] })
  })
})

describe('Session.resize', () => {
  it('says that memory is short, not that the shapes are wrong', async () => {
    const session = await open(
      model({
        input: [value('x', ['n', 'm'])],
        output: [value('y', ['n', 'm'])],
        node: [node('Relu', ['x'], ['y'])],
      }),
    )
    expect(await rejection(session.resize({ x: [2 ** 31 - 1, 2 ** 31 - 1] }))).toMatchObject({
      code: 'OUT_OF_MEMORY',
      found: 'the shape [2147483647, 2147483647]',
    })
    expect(session.input().shape).toEqual([1, 1])
  })

  it('keeps dimensions that the model fixes at zero', async () => {
    const session = await open(
      model({
        input: [value('x', ['n', 0])],
        output: [value('y', ['n', 0])],
        node: [node('Relu', ['x'], ['y'])],
      }),
    )
    await session.resize({ x: [3, 0] })
    expect(session.output().shape).toEqual([3, 0])
  })

  it('waits for a run that works', async () => {
    const session = await open(slow(4))
    const run = session.run()
    await session.resize({ data: [512, 512] })
    await run
  })
})
