import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAddon } from '@edge/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeGpus, EngineCache, wantedEngine } from '../../src/engines.js'
import { type BuildEngineOptions, buildEngine, Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

useDoubles(10)

let engineCache = ''

beforeAll(() => {
  engineCache = mkdtempSync(join(tmpdir(), 'build-engine-'))
})
afterAll(() => rmSync(engineCache, { recursive: true, force: true }))

function options(more: BuildEngineOptions = {}): BuildEngineOptions {
  return { ...more, tensorrt: { engineCache, ...more.tensorrt } }
}

describe('an engine that is built to be a file', () => {
  it('runs, says what it is for, and does not fill the cache of engines', async () => {
    const built = await buildEngine(doubling(), options({ precision: 'fp16' }))
    expect(built).toMatchObject({
      calibrationBatches: 0,
      details: {
        tensorrt: expect.stringMatching(/^10\./),
        gpu: expect.stringContaining('compute capability'),
      },
    })
    expect(built.buildMs).toBeGreaterThan(0)
    expect(readdirSync(engineCache).filter((name) => name.endsWith('.engine'))).toEqual([])
    const session = await Session.open(built.plan)
    try {
      session.input(0, 'float32').data.set([3, 4])
      await session.run()
      expect([...session.output(0, 'float32').data]).toEqual([6, 8])
    } finally {
      await session.dispose()
    }
  })

  it('is calibrated from batches, or from what an earlier calibration found', async () => {
    const batches = [1, 2].map((first) => ({ data: new Float32Array([first, 0]) }))
    let cache: Uint8Array | undefined
    const onCache = (found: Uint8Array) => {
      cache = found
    }
    const calibrated = await buildEngine(
      doubling(),
      options({ precision: 'int8', tensorrt: { calibration: { batches, onCache } } }),
    )
    expect(calibrated.calibrationBatches).toBe(2)
    expect(cache?.length).toBeGreaterThan(0)
    if (cache === undefined) return
    const again = await buildEngine(
      doubling(),
      options({ precision: 'int8', tensorrt: { calibration: { cache } } }),
    )
    expect(again.calibrationBatches).toBe(0)
  })

  it('is opened as it is: what only building has a use for is refused', async () => {
    const { plan } = await buildEngine(doubling(), options())
    for (const more of [{ precision: 'fp16' }, { tensorrt: { tf32: false } }] as const) {
      await expect(Session.open(plan, more)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        summary: expect.stringContaining('built already'),
      })
    }
    const session = await Session.open(plan, { tensorrt: { graph: false, dla: { core: 0 } } })
    await session.dispose()
  })

  it('is not built of what is no .onnx model', async () => {
    const { plan } = await buildEngine(doubling(), options())
    await expect(buildEngine(plan, options())).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      found: 'an engine, which is built already',
    })
  })

  it('is not begun where it was aborted before', async () => {
    const aborted = buildEngine(doubling(), options({ signal: AbortSignal.abort() }))
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(loadAddon().liveObjects()).toMatchObject({ threads: 0, tasks: 0 })
  })

  it('takes no options that are of running', async () => {
    await expect(buildEngine(doubling(), JSON.parse('{"threads":2}'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('the engine that is wanted', () => {
  it('is what the cache keeps, or misses for a reason', async () => {
    const cache = new EngineCache(engineCache)
    const wanted = await wantedEngine(doubling(), options())
    if (wanted === undefined) throw new Error('it has no name')
    expect(await cache.why(wanted)).toBe('the cache is empty')
    const session = await Session.open(doubling(), { backend: 'tensorrt', tensorrt: { engineCache } })
    await session.dispose()
    expect(await cache.why(wanted)).toBeUndefined()
    const other = await wantedEngine(doubling(), options({ precision: 'fp16' }))
    expect(await cache.why(other ?? {})).toContain('precision was fp32 and is fp16')
  })

  it('has no name where its batches have none', async () => {
    const calibration = { batches: [] }
    expect(
      await wantedEngine(doubling(), options({ precision: 'int8', tensorrt: { calibration } })),
    ).toBeUndefined()
  })
})

describe('what there is', () => {
  it('is told part by part', () => {
    expect(describeGpus()).toMatchObject({
      cuda: { library: { path: expect.stringContaining('libcuda') }, devices: [{ ordinal: 0 }] },
      tensorrt: {
        version: expect.stringMatching(/^10\./),
        parser: { path: expect.stringMatching(/\/tensorrt\/10\/libnvonnxparser\.so\.10$/) },
      },
    })
  })
})
