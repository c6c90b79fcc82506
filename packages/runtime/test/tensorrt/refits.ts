import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAddon } from '@edge/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEngine, Session, type SessionOptions } from '../../src/index.js'
import { doubling, floats, model, node, value } from '../onnx-models.js'

/** `scores = data × factor + offset`, of two values. */
function scaled(factor: number, offset = 0, names = { factor: 'factor', offset: 'offset' }): Uint8Array {
  return model({
    input: [value('data', [1, 2])],
    output: [value('scores', [1, 2])],
    initializer: [floats(names.factor, [1], [factor]), floats(names.offset, [1], [offset])],
    node: [
      node('Mul', ['data', names.factor], ['product']),
      node('Add', ['product', names.offset], ['scores']),
    ],
  })
}

/** What holds for refitting with TensorRT of every major version. */
export function describeRefits(): void {
  let directory = ''

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'refit-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  async function withSession(
    use: (session: Session) => Promise<void>,
    options: SessionOptions = {},
    content: Uint8Array = scaled(2),
  ): Promise<void> {
    const session = await Session.open(content, {
      backend: 'tensorrt',
      ...options,
      tensorrt: { engineCache: join(directory, 'engines'), refittable: true, ...options.tensorrt },
    })
    try {
      await use(session)
    } finally {
      await session.dispose()
    }
  }

  async function run(session: Session): Promise<number[]> {
    session.input(0, 'float32').data.set([1, 10])
    await session.run()
    return [...session.output(0, 'float32').data]
  }

  describe('Session.refit', () => {
    it('computes with the weights of another model, in requests of before and after', async () => {
      await withSession(async (session) => {
        const early = session.createRequest()
        early.input(0, 'float32').data.set([1, 10])
        // Three, so that a graph is recorded: it must not be launched with the old weights.
        for (let i = 0; i < 3; i += 1) await early.run()
        expect([...early.output(0, 'float32').data]).toEqual([2, 20])
        await session.refit(scaled(3, 1))
        for (let i = 0; i < 3; i += 1) {
          await early.run()
          expect([...early.output(0, 'float32').data]).toEqual([4, 31])
        }
        expect(await run(session)).toEqual([4, 31])
      })
    })

    it('takes a path, and leaves the engine in the cache as it was', async () => {
      const path = join(directory, 'other.onnx')
      writeFileSync(path, scaled(5))
      await withSession(async (session) => {
        await session.refit(path)
        expect(await run(session)).toEqual([5, 50])
        await withSession(async (second) => {
          expect(second.details.engine).toBe('from the cache')
          expect(await run(second)).toEqual([2, 20])
        })
        expect(await run(session)).toEqual([5, 50])
      })
    })

    it('works with an engine of a file that was built for it', async () => {
      const { plan } = await buildEngine(scaled(2), { tensorrt: { engineCache: false, refittable: true } })
      await withSession(
        async (session) => {
          await session.refit(scaled(7))
          expect(await run(session)).toEqual([7, 70])
        },
        {},
        plan,
      )
    })

    it('lets runs finish that were asked for, and nothing else in while it works', async () => {
      await withSession(async (session) => {
        const request = session.createRequest()
        request.input(0, 'float32').data.set([1, 10])
        const before = request.run().then(() => [...request.output(0, 'float32').data])
        const refitted = session.refit(scaled(3))
        const busy = { code: 'SESSION_BUSY', summary: 'the session gets other weights' }
        await expect(session.refit(scaled(4))).rejects.toMatchObject(busy)
        await expect(session.resize({ data: [1, 2] })).rejects.toMatchObject(busy)
        expect(() => session.createRequest()).toThrow(expect.objectContaining(busy))
        expect(() => request.runSync()).toThrow(expect.objectContaining(busy))
        expect(await before).toEqual([2, 20])
        await refitted
        request.runSync()
        expect([...request.output(0, 'float32').data]).toEqual([3, 30])
      })
    })

    it('has each run compute wholly with the old weights, or wholly with the new ones', async () => {
      await withSession(async (session) => {
        const requests = Array.from({ length: 8 }, () => session.createRequest())
        for (const request of requests) request.input(0, 'float32').data.set([1, 10])
        for (let factor = 1; factor <= 20; factor += 1) {
          const refitted = session.refit(scaled(factor, 100 * factor))
          const runs: Promise<unknown>[] = []
          // Over several turns, so that some come before the model was read and others after.
          for (const request of requests) {
            runs.push(request.run())
            await new Promise(setImmediate)
          }
          await Promise.all([refitted, ...runs])
          for (const request of requests) {
            const [first = 0, second = 0] = request.output(0, 'float32').data
            const of = (second - first) / 9
            expect([factor - 1 || 2, factor]).toContain(of)
            expect(first).toBe(of + (factor === 1 && of === 2 ? 0 : 100 * of))
          }
        }
      })
    })

    it.each<[string, () => Uint8Array | Promise<Uint8Array>, string, string]>([
      ['another network', () => doubling(), 'MODEL_UNSUPPORTED', 'factor'],
      [
        'a model without some of the weights',
        () => scaled(3, 1, { factor: 'factor', offset: 'shift' }),
        'MODEL_UNSUPPORTED',
        'offset',
      ],
      [
        'weights of another size',
        () =>
          model({
            input: [value('data', [1, 2])],
            output: [value('scores', [1, 2])],
            initializer: [floats('factor', [2], [3, 3]), floats('offset', [1], [0])],
            node: [
              node('Mul', ['data', 'factor'], ['product']),
              node('Add', ['product', 'offset'], ['scores']),
            ],
          }),
        'MODEL_UNSUPPORTED',
        'factor',
      ],
      ['what is no model', () => scaled(3).subarray(0, 40), 'MODEL_INVALID', ''],
      [
        'an engine',
        async () => (await buildEngine(scaled(2), { tensorrt: { engineCache: false } })).plan,
        'MODEL_UNSUPPORTED',
        'an engine',
      ],
    ])('refuses %s, and computes as before', async (_name, content, code, said) => {
      await withSession(async (session) => {
        await expect(session.refit(await content())).rejects.toMatchObject({
          code,
          message: expect.stringContaining(said),
        })
        expect(await run(session)).toEqual([2, 20])
        await session.refit(scaled(3))
        expect(await run(session)).toEqual([3, 30])
      })
    })

    it('refuses a path without a file', async () => {
      await withSession(async (session) => {
        await expect(session.refit(join(directory, 'none.onnx'))).rejects.toMatchObject({
          code: 'FILE_NOT_FOUND',
        })
        expect(await run(session)).toEqual([2, 20])
      })
    })

    it.each([
      [
        'that was not built for it',
        { refittable: false, shareWeights: false },
        'edge-trt build --refittable',
      ],
      ['whose weights are shared', { refittable: false }, 'refittable: true'],
    ])('refuses an engine %s, and says what to do', async (_name, tensorrt, remedy) => {
      await withSession(
        async (session) => {
          await expect(session.refit(scaled(3))).rejects.toMatchObject({
            code: 'INVALID_ARGUMENT',
            remedy: expect.stringContaining(remedy),
          })
          expect(await run(session)).toEqual([2, 20])
        },
        { tensorrt },
      )
    })

    it('changes no other session of the same engine', async () => {
      const { plan } = await buildEngine(scaled(2), { tensorrt: { engineCache: false, refittable: true } })
      const sharing = await Session.open(plan)
      try {
        await withSession(
          async (session) => {
            await session.refit(scaled(9))
            expect(await run(session)).toEqual([9, 90])
            expect(await run(sharing)).toEqual([2, 20])
            await expect(sharing.refit(scaled(9))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
          },
          {},
          plan,
        )
      } finally {
        await sharing.dispose()
      }
    })

    it('is not for a session that was disposed, before or meanwhile', async () => {
      const disposed = { code: 'SESSION_DISPOSED' }
      await withSession(async (session) => {
        const [refitted] = await Promise.allSettled([session.refit(scaled(3)), session.dispose()])
        expect(refitted).toMatchObject({ status: 'rejected', reason: disposed })
        await expect(session.refit(scaled(3))).rejects.toMatchObject(disposed)
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
    })

    it('and sharing exclude each other', async () => {
      const tensorrt = { refittable: true, shareWeights: true }
      await expect(withSession(async () => undefined, { tensorrt })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    })
  })
}
