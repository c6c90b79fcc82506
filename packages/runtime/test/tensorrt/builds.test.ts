import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { loadAddon } from '@edge/native'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuildProgress, Session, type SessionOptions } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

// Steps that take long enough to be watched.
useDoubles(10, { EDGE_TENSORRT_DOUBLE_STEP_MS: '60' })

let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'builds-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function open(options: SessionOptions = {}): Promise<Session> {
  return Session.open(doubling(), {
    backend: 'tensorrt',
    ...options,
    tensorrt: { engineCache: directory, ...options.tensorrt },
  })
}

describe('a build that takes its time', () => {
  it('tells how far it has come', async () => {
    const told: BuildProgress[] = []
    const session = await open({ onProgress: (progress) => told.push(progress) })
    await session.dispose()
    expect(told.length).toBeGreaterThan(1)
    expect(told.at(-1)?.phases.length).toBeGreaterThan(0)
    const fractions = told.map(({ fraction }) => fraction)
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
    expect(Math.max(...fractions)).toBeGreaterThan(0)
  })

  it('can be aborted, and leaves nothing', async () => {
    const controller = new AbortController()
    const opening = open({
      precision: 'fp16',
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } })
    expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, threads: 0, tasks: 0 })
    expect(readdirSync(directory).filter((name) => name.endsWith('.lock'))).toEqual([])
  })

  it('ends where the function that is told how far it has come throws, with what that threw', async () => {
    let calls = 0
    const opening = open({
      precision: 'fp16',
      onProgress: () => {
        calls += 1
        throw new Error('the window is gone')
      },
    })
    await expect(opening).rejects.toThrow('the window is gone')
    expect(calls).toBe(1)
    expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, threads: 0, tasks: 0 })
  })

  it('is not begun where its signal was aborted before', async () => {
    await expect(open({ precision: 'fp16', signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  it('is done once for two who want the same engine', async () => {
    const both = await Promise.all([open({ precision: 'bf16' }), open({ precision: 'bf16' })])
    const origins = both.map(({ details }) => details.engine ?? '')
    await Promise.all(both.map((session) => session.dispose()))
    expect(origins.filter((origin) => origin === 'from the cache')).toHaveLength(1)
  })

  it('ends with the worker that asked for it', async () => {
    const worker = new Worker(new URL('children/building-worker.mjs', import.meta.url), {
      env: { ...process.env, EDGE_TEST_MODEL: Buffer.from(doubling()).toString('base64') },
    })
    await new Promise((resolve) => worker.once('message', resolve))
    const begun = performance.now()
    await worker.terminate()
    // All its steps would take seconds.
    expect(performance.now() - begun).toBeLessThan(1500)
    expect(loadAddon().liveObjects()).toMatchObject({ threads: 0 })
  })
})
