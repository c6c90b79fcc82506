import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAddon } from '@edge/native'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildEngine, Session, type SessionOptions } from '../../src/index.js'
import { doubling, floats, model, node, value } from '../onnx-models.js'

/** `scores = data × weights + bias`, of three values. */
const dense = model({
  input: [value('data', [1, 2])],
  output: [value('scores', [1, 3])],
  initializer: [floats('weights', [2, 3], [1, 2, 3, 4, 5, 6]), floats('bias', [3], [0.5, 0, -0.5])],
  node: [node('MatMul', ['data', 'weights'], ['product']), node('Add', ['product', 'bias'], ['scores'])],
})

/** Which values are not 0: as many columns as there are. */
const nonZero = model({
  input: [value('data', [1, 4])],
  output: [value('places', [2, 'count'], 'int64')],
  node: [node('NonZero', ['data'], ['places'])],
})

const openBatch = {
  profiles: [{ data: { min: [1, 2], opt: [2, 2], max: [8, 2] } }],
}

/** What holds for a session of TensorRT of every major version. */
export function describeSessions(version: RegExp): void {
  let directory = ''

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tensorrt-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  function open(content: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
    return Session.open(content, {
      backend: 'tensorrt',
      ...options,
      tensorrt: { engineCache: join(directory, 'engines'), ...options.tensorrt },
    })
  }

  async function using<Result>(
    session: Session,
    use: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await use(session)
    } finally {
      await session.dispose()
    }
  }

  function run(session: Session, values: readonly number[]): Promise<number[]> {
    session.input(0, 'float32').data.set(values)
    return session.run().then(() => [...session.output(0, 'float32').data])
  }

  describe('a session', () => {
    it('computes what the model says, run after run: at first, while a graph is made, and by the graph', async () => {
      await using(await open(dense), async (session) => {
        expect(session.details.version).toMatch(version)
        for (let i = 0; i < 5; i += 1)
          expect(await run(session, [i, 1])).toEqual([i + 4.5, 2 * i + 5, 3 * i + 5.5])
        const request = session.createRequest()
        await request.run()
        await request.run()
        await request.run()
        expect(request.graphRefusal).toBeUndefined()
        await request.dispose()
      })
    })

    it.each(['mapped', 'copied'] as const)('with tensors that are %s', async (transfer) => {
      await using(await open(dense, { tensorrt: { transfer } }), async (session) => {
        expect(await run(session, [1, 0])).toEqual([1.5, 2, 2.5])
      })
    })

    it('without a graph says why there is none', async () => {
      await using(await open(dense, { tensorrt: { graph: false } }), async (session) => {
        const request = session.createRequest()
        await request.run()
        expect(request.graphRefusal).toBe('it was not asked for')
      })
    })

    it('tells what the parts of a run took, by the device', async () => {
      await using(await open(dense), async (session) => {
        const { inferenceMs, device } = await session.run()
        expect(Object.keys(device ?? {})).toEqual(['preprocessMs', 'copyInMs', 'computeMs', 'copyOutMs'])
        expect(device?.preprocessMs).toBe(0)
        expect(device?.computeMs).toBeGreaterThanOrEqual(0)
        expect(device?.computeMs).toBeLessThanOrEqual(inferenceMs)
      })
    })

    it('measures layers where it is asked to', async () => {
      await using(await open(dense, { tensorrt: { profileLayers: true } }), async (session) => {
        const request = session.createRequest()
        await request.run()
        expect(request.layers.length).toBeGreaterThan(0)
        expect(request.graphRefusal).toBe("the layers' times are measured")
      })
    })

    it('runs several requests at a time, each with buffers of its own', async () => {
      await using(await open(dense), async (session) => {
        const requests = [0, 1, 2].map(() => session.createRequest())
        for (const [index, request] of requests.entries()) request.input(0, 'float32').data.set([index, 0])
        await Promise.all(requests.map((request) => request.run()))
        expect(requests.map((request) => request.output(0, 'float32').data[0])).toEqual([0.5, 1.5, 2.5])
      })
    })

    it('shares an engine with another, and each goes on without the other', async () => {
      const first = await open(dense)
      const second = await open(dense)
      await first.dispose()
      await using(second, async (session) => expect(await run(session, [0, 1])).toEqual([4.5, 5, 5.5]))
    })

    it('gives outputs whose size only a run tells', async () => {
      await using(await open(nonZero), async (session) => {
        expect(session.outputs[0]).toMatchObject({ name: 'places', dtype: 'int64', dynamic: true })
        session.input(0, 'float32').data.set([0, 5, 0, 7])
        await session.run()
        const places = session.output(0, 'int64')
        expect(places.shape).toEqual([2, 2])
        expect([...places.data]).toEqual([0n, 0n, 1n, 3n])
      })
    })

    it('takes shapes that its profile allows, and no others', async () => {
      await using(await open(doubling(['batch', 2]), { tensorrt: openBatch }), async (session) => {
        expect(session.inputs[0]).toMatchObject({ shape: [2, 2], shapeSignature: [-1, 2] })
        await session.resize({ data: [3, 2] })
        expect(await run(session, [1, 2, 3, 4, 5, 6])).toEqual([2, 4, 6, 8, 10, 12])
        await expect(session.resize({ data: [9, 2] })).rejects.toMatchObject({
          code: 'SHAPE_MISMATCH',
          expected: '[1, 2] to [8, 2]',
          found: '[9, 2]',
        })
        expect(await run(session, [1, 2, 3, 4, 5, 6])).toEqual([2, 4, 6, 8, 10, 12])
      })
    })

    it('reads an input from an address of the GPU, and refuses one that is none', async () => {
      await using(await open(dense), async (session) => {
        const request = session.createRequest()
        expect(() => request.readInputFromDevice('data', 4096n)).toThrow(
          expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
        )
        request.readInputFromDevice('data', null)
        request.input(0, 'float32').data.set([1, 1])
        await request.run()
        expect([...request.output(0, 'float32').data]).toEqual([5.5, 7, 8.5])
      })
    })
  })

  describe('an engine', () => {
    it('is kept, and taken from the cache the next time', async () => {
      const engineCache = join(directory, 'kept')
      const first = await open(dense, { tensorrt: { engineCache } })
      expect(first.details.engine).toBe('built, since the cache is empty')
      await first.dispose()
      const second = await open(dense, { tensorrt: { engineCache } })
      expect(second.details.engine).toBe('from the cache')
      await using(second, async (session) => expect(await run(session, [1, 0])).toEqual([1.5, 2, 2.5]))
      const kinds = readdirSync(engineCache).map((name) => name.replace(/^[0-9a-f]+/, ''))
      expect(kinds.sort()).toEqual(['.engine', '.timing'])
    })

    it('opens as a file of its own', async () => {
      const engineCache = join(directory, 'exported')
      await (await open(dense, { tensorrt: { engineCache } })).dispose()
      const { EngineCache } = await import('../../src/engines.js')
      const [entry] = await new EngineCache(engineCache).list()
      const { readFileSync } = await import('node:fs')
      const { decodeEntry } = await import('../../src/tensorrt/engine-entry.js')
      const file = join(directory, 'dense.engine')
      writeFileSync(file, decodeEntry(readFileSync(entry?.path ?? '')).plan)
      const session = await Session.open(file)
      expect(session.backend).toBe('tensorrt')
      await using(session, async () => expect(await run(session, [1, 0])).toEqual([1.5, 2, 2.5]))
    })

    it('runs on the DLA that is named, and shares nothing with one on another', async () => {
      const { plan } = await buildEngine(dense, { tensorrt: { engineCache: false } })
      const opening = vi.spyOn(loadAddon(), 'openTensorRtSession')
      for (const dla of [{}, { core: 0 }, { core: 1 }])
        await (await open(plan, { tensorrt: { dla } })).dispose()
      const asked = opening.mock.calls.map(([options]) => options)
      opening.mockRestore()
      expect(asked.map(({ dlaCore }) => dlaCore)).toEqual([undefined, 0, 1])
      expect(new Set(asked.map(({ shareKey }) => shareKey)).size).toBe(3)
    })

    it('that newer versions run, too, opens where it was built; as a file only where it is trusted', async () => {
      const versionCompatible = { tensorrt: { versionCompatible: true } }
      for (const origin of [/^built/, /^from the cache/]) {
        await using(await open(dense, versionCompatible), async (session) => {
          expect(session.details.engine).toMatch(origin)
          expect(await run(session, [1, 0])).toEqual([1.5, 2, 2.5])
        })
      }
      const trusted = { allowHostCode: true }
      const refused = { ...versionCompatible.tensorrt, allowHostCode: false }
      await expect(open(dense, { tensorrt: refused })).rejects.toMatchObject({ code: 'ENGINE_INCOMPATIBLE' })
      const { plan } = await buildEngine(dense, versionCompatible)
      await expect(open(plan)).rejects.toMatchObject({ code: 'ENGINE_INCOMPATIBLE' })
      await using(await open(plan, { tensorrt: trusted }), async (session) => {
        expect(await run(session, [1, 0])).toEqual([1.5, 2, 2.5])
        // Nor from who trusts it.
        await expect(open(plan)).rejects.toMatchObject({ code: 'ENGINE_INCOMPATIBLE' })
      })
    })

    it('of another version, or damaged, is refused', async () => {
      const damaged = Buffer.concat([Buffer.from('ftrt'), Buffer.alloc(200, 7)])
      await expect(open(damaged)).rejects.toMatchObject({
        code: expect.stringMatching(/^(ENGINE_INCOMPATIBLE|MODEL_INVALID)$/),
      })
    })
  })

  describe('building', () => {
    it('says which nodes TensorRT does not take', async () => {
      const strange = model({
        input: [value('data', [1, 2])],
        output: [value('scores', [1, 2])],
        node: [node('Erf', ['data'], ['scores'])],
      })
      await expect(open(strange)).rejects.toMatchObject({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringContaining('Erf'),
      })
    })

    it('takes 1 for dimensions that are open where there is no profile, and the details say so, of a kept engine too', async () => {
      for (const origin of [/^built/, /^from the cache/]) {
        await using(await open(doubling(['batch', 2])), async (session) => {
          expect(session.details.engine).toMatch(origin)
          expect(session.details.shapes).toMatch(
            /^data \[1, 2\]: 1 for each dimension that the model leaves open/,
          )
          expect(await run(session, [3, 4])).toEqual([6, 8])
          await expect(session.resize({ data: [2, 2] })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' })
        })
      }
      const { warnings } = await buildEngine(doubling([2, '']), { tensorrt: { engineCache: false } })
      expect(warnings).toEqual([expect.stringMatching(/^data \[2, 1\]: /)])
    })

    it('says nothing of shapes that the model or a profile gives', async () => {
      await using(await open(dense), async ({ details }) => expect(details.shapes).toBeUndefined())
      await using(await open(doubling(['batch', 2]), { tensorrt: openBatch }), async ({ details }) =>
        expect(details.shapes).toBeUndefined(),
      )
    })

    it('refuses what is no model before TensorRT sees it', async () => {
      await expect(open(dense.subarray(0, 60))).rejects.toMatchObject({ code: 'MODEL_INVALID' })
    })
  })

  describe('options', () => {
    it.each<[string, SessionOptions, string]>([
      ['a precision that there is not', { precision: JSON.parse('"fp4"') }, 'precision'],
      ['a misspelt option', { tensorrt: JSON.parse('{"grahp":true}') }, 'grahp'],
      ['a GPU that there is not', { tensorrt: { device: 7 } }, 'GPU 7'],
      [
        'calibration from nothing',
        { precision: 'int8', tensorrt: { calibration: {} } },
        'nothing to calibrate',
      ],
      ['a trial in a child process', { isolate: true }, 'child process'],
    ])('%s is refused', async (_name, options, said) => {
      await expect(open(dense, options)).rejects.toThrow(said)
    })
  })

  it('leaves nothing behind', async () => {
    await using(await open(dense), async (session) => run(session, [1, 1]))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
  })
}
