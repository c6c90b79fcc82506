import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineCache } from '../../src/engines.js'
import { type BuildProgress, Session, type SessionOptions } from '../../src/index.js'
import { decodeEntry, encodeEntry } from '../../src/tensorrt/engine-entry.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

// Steps that take long enough to be watched.
useDoubles(10, { EDGE_TENSORRT_DOUBLE_STEP_MS: '60' })

let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'open-engine-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function open(content: Uint8Array, { tensorrt, ...options }: SessionOptions = {}): Promise<string> {
  const session = await Session.open(content, {
    backend: 'tensorrt',
    ...options,
    tensorrt: { engineCache: directory, ...tensorrt },
  })
  try {
    session.input(0, 'float32').data.set([3, 4])
    await session.run()
    expect([...session.output(0, 'float32').data]).toEqual([6, 8])
    return session.details.engine ?? ''
  } finally {
    await session.dispose()
  }
}

function entryFile(): string {
  const name = readdirSync(directory).find((file) => file.endsWith('.engine'))
  if (name === undefined) throw new Error('nothing was kept')
  return join(directory, name)
}

/** Has the cache keep another engine in place of the one that it has, as if that had been built. */
function replacePlan(change: (plan: Uint8Array) => Uint8Array): void {
  const { plan, planSha256: _, ...description } = decodeEntry(readFileSync(entryFile()))
  writeFileSync(entryFile(), Buffer.concat(encodeEntry(description, change(plan))))
}

function withJunk(plan: Uint8Array): Uint8Array {
  return Buffer.concat([plan.subarray(0, 40), Buffer.alloc(200, 7)])
}

function ofOtherVersion(plan: Uint8Array): Uint8Array {
  const copy = Buffer.from(plan)
  copy.writeUInt8(copy.readUInt8(25) ^ 1, 25)
  return copy
}

describe('an engine in the cache that TensorRT does not take', () => {
  it.each([
    ['damaged before it was kept', withJunk],
    ['made by another version than it says', ofOtherVersion],
    ['no engine', () => Buffer.from('nothing')],
  ])('is built again, once: %s', async (_what, change) => {
    await open(doubling())
    replacePlan(change)
    expect(await open(doubling())).toMatch(/^built, since the one in the cache was refused: .{20}/)
    expect(await open(doubling())).toBe('from the cache')
  })

  it('is built once by two that find it', async () => {
    await open(doubling())
    replacePlan(withJunk)
    const origins = await Promise.all([open(doubling()), open(doubling())])
    expect(origins.filter((origin) => origin === 'from the cache')).toHaveLength(1)
  })

  it('does not stay where building fails', async () => {
    await open(doubling())
    replacePlan(withJunk)
    const stop = new AbortController()
    // It is told of the building.
    const onProgress = () => stop.abort()
    await expect(open(doubling(), { signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(await new EngineCache(directory).list()).toEqual([])
  })

  it('is not built again for who forbids the code that it has by his own wish', async () => {
    const forbidden = { tensorrt: { versionCompatible: true, allowHostCode: false } }
    await expect(open(doubling(), forbidden)).rejects.toMatchObject({ code: 'ENGINE_INCOMPATIBLE' })
    const { mtimeMs } = statSync(entryFile())
    await expect(open(doubling(), forbidden)).rejects.toMatchObject({ code: 'ENGINE_INCOMPATIBLE' })
    expect(statSync(entryFile()).mtimeMs).toBe(mtimeMs)
  })
})

it('an engine that is a file is refused for good', async () => {
  await expect(open(Buffer.concat([Buffer.from('ftrt'), Buffer.alloc(200, 7)]))).rejects.toMatchObject({
    code: expect.stringMatching(/^(ENGINE_INCOMPATIBLE|MODEL_INVALID)$/),
  })
  expect(readdirSync(directory)).toEqual([])
})

describe('who waits for another that builds the same engine', () => {
  it('is told so, and for how long', async () => {
    const told: BuildProgress[][] = [[], []]
    const origins = await Promise.all(
      told.map((list) => open(doubling(), { onProgress: (progress) => list.push(progress) })),
    )
    const waited = told[origins.indexOf('from the cache')] ?? []
    expect(waited[0]).toMatchObject({ phases: [expect.stringContaining('another process')], fraction: 0 })
    const elapsed = waited.map(({ elapsedMs }) => elapsedMs)
    expect(elapsed.length).toBeGreaterThan(1)
    expect(elapsed).toEqual([...elapsed].sort((left, right) => left - right))
  })
})
