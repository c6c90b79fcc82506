import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultCacheDirectory } from '../../src/tensorrt/cache-directory.js'
import { EngineCache } from '../../src/tensorrt/engine-cache.js'
import { type EngineFacts, engineKey } from '../../src/tensorrt/engine-facts.js'
import { TimingCache } from '../../src/tensorrt/timing-cache.js'

const facts: EngineFacts = {
  model: 'a'.repeat(64),
  tensorrt: '10.3.0.30',
  gpu: 'Orin, compute capability 8.7',
  precision: 'fp16',
}
const plan = Buffer.from('an engine')

let directory = ''
let cache = new EngineCache(directory)
let builds = 0

async function build(): Promise<{ plan: Uint8Array; buildMs: number }> {
  builds += 1
  return { plan, buildMs: 1234 }
}

function get(wanted: EngineFacts = facts, options = {}) {
  return cache.getOrBuild(wanted, 'resnet18.onnx', build, options)
}

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'engine-cache-')), 'engines')
  cache = new EngineCache(directory)
  builds = 0
})

afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }))

function entryFile(wanted: EngineFacts = facts): string {
  return join(directory, `${engineKey(wanted)}.engine`)
}

describe('an engine', () => {
  it('is built once, and is the same bytes from the cache', async () => {
    expect(await get()).toMatchObject({ origin: 'built', why: 'the cache is empty' })
    const again = await get()
    expect(again.origin).toBe('cache')
    expect(Buffer.from(again.plan)).toEqual(plan)
    expect(builds).toBe(1)
  })

  it('brings its hash along, built or not, which sessions that share weights know it by', async () => {
    const sha256 = createHash('sha256').update(plan).digest('hex')
    expect(await get()).toMatchObject({ origin: 'built', planSha256: sha256 })
    expect(await get()).toMatchObject({ origin: 'cache', planSha256: sha256 })
  })

  it('is kept in a directory and files of this user alone, without anything beside', async () => {
    await get()
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(readdirSync(directory)).toEqual([`${engineKey(facts)}.engine`])
    expect(statSync(entryFile()).mode & 0o777).toBe(0o600)
  })

  it('is listed with what it was made for', async () => {
    await get()
    expect(await cache.list()).toMatchObject([
      {
        facts,
        modelName: 'resnet18.onnx',
        buildMs: 1234,
        path: entryFile(),
        bytes: statSync(entryFile()).size,
      },
    ])
  })

  it('has one name whatever the order of its facts', () => {
    expect(engineKey(Object.fromEntries(Object.entries(facts).reverse()))).toBe(engineKey(facts))
  })
})

describe('a miss says why', () => {
  it.each([
    [{ tensorrt: '10.13.3.9' }, 'tensorrt was 10.3.0.30 and is 10.13.3.9'],
    [
      { precision: 'int8', calibration: 'cafe' },
      'calibration was not set and is cafe; precision was fp16 and is int8',
    ],
    [{ model: 'b'.repeat(64) }, 'no engine of this model is in the cache'],
  ])('%o', async (changed, reason) => {
    await get()
    const missed = await get({ ...facts, ...changed })
    expect(missed.origin).toBe('built')
    expect(missed.why).toContain(reason)
  })

  it('without building, too', async () => {
    expect(await cache.why(facts)).toBe('the cache is empty')
    await get()
    expect(await cache.why(facts)).toBeUndefined()
  })

  it('of what is never kept, too', async () => {
    await get()
    expect(await cache.why(undefined)).toContain('have no name')
  })
})

describe('damage', () => {
  it.each<[string, (file: Buffer) => Buffer, string]>([
    [
      'a flipped bit of the engine',
      (file) => flipped(file, file.length - 1),
      'its engine is not what was written',
    ],
    ['a lost end', (file) => file.subarray(0, -3), 'its engine has 6 bytes in place of 9'],
    ['an end within the header', (file) => file.subarray(0, 40), 'it ends within its header'],
    ['an empty file', () => Buffer.alloc(0), 'it does not begin as an entry does'],
    ['another file', () => Buffer.from('<html>not an engine'), 'it does not begin as an entry does'],
    [
      'a header of 4 GiB',
      (file) => Buffer.concat([file.subarray(0, 8), Buffer.alloc(4, 0xff)]),
      'its header would have',
    ],
    ['a header that is no JSON', (file) => flipped(file, 12), 'its header is no JSON'],
    ['another engine in its place', (file) => renamed(file), 'the engine in its place is another one'],
  ])('%s is built again', async (_name, damage, found) => {
    await get()
    writeFileSync(entryFile(), damage(readFileSync(entryFile())))
    const mended = await get()
    expect(mended).toMatchObject({ origin: 'built' })
    expect(mended.why).toContain(found)
    expect((await get()).origin).toBe('cache')
  })

  it('is listed, and cleared', async () => {
    await get()
    writeFileSync(entryFile(), 'damaged')
    expect(await cache.list()).toMatchObject([{ problem: expect.stringContaining('does not begin') }])
    expect(await cache.clear()).toEqual({ engines: 1, bytes: 7 })
    expect(readdirSync(directory)).toEqual([])
  })
})

describe('trust', () => {
  it('a directory that others can write is not used', async () => {
    await get()
    chmodSync(directory, 0o777)
    const uncached = await get()
    expect(uncached.origin).toBe('built')
    expect(uncached.warning).toContain('can be written by others (mode 777')
  })

  it('nor told of: what lies there is no answer', async () => {
    await get()
    chmodSync(directory, 0o777)
    expect(await cache.why(facts)).toContain(
      'there is no cache: the directory of the engine cache can be written',
    )
    await expect(cache.list()).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      found: expect.stringContaining('mode 777'),
    })
    expect(await cache.clear()).toMatchObject({ engines: 1 })
  })

  it('an entry that others can write is built again', async () => {
    await get()
    chmodSync(entryFile(), 0o666)
    expect((await get()).why).toContain('cannot be trusted')
  })

  it('a link in place of an entry is not followed', async () => {
    await get()
    const elsewhere = join(directory, '..', 'elsewhere')
    writeFileSync(elsewhere, readFileSync(entryFile()))
    rmSync(entryFile())
    symlinkSync(elsewhere, entryFile())
    expect((await get()).origin).toBe('built')
    expect(statSync(entryFile()).isFile()).toBe(true)
  })

  it('a file in place of the directory is a warning', async () => {
    writeFileSync(directory, '')
    const uncached = await get()
    expect(Buffer.from(uncached.plan)).toEqual(plan)
    expect(uncached.warning).toContain('cannot be used')
    expect(await cache.why(facts)).toContain('is no directory')
  })

  it.skipIf(process.getuid?.() === 0)(
    'a directory that cannot be written: built, with a warning',
    async () => {
      await get()
      chmodSync(directory, 0o500)
      const uncached = await get({ ...facts, precision: 'fp32' })
      expect(uncached.origin).toBe('built')
      expect(uncached.warning).toContain('not kept')
      chmodSync(directory, 0o700)
    },
  )
})

describe('two at once', () => {
  it('build it once', async () => {
    let waited = 0
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return await build()
    }
    const options = { onWait: () => (waited += 1) }
    const outcomes = await Promise.all([
      cache.getOrBuild(facts, 'm', slow, options),
      cache.getOrBuild(facts, 'm', slow, options),
    ])
    expect(outcomes.map(({ origin }) => origin).sort()).toEqual(['built', 'cache'])
    expect(builds).toBe(1)
    expect(waited).toBeGreaterThan(0)
  })

  it('build both, where the engines differ', async () => {
    await Promise.all([get(), get({ ...facts, precision: 'fp32' })])
    expect(builds).toBe(2)
  })

  it('a failed build leaves the next one free', async () => {
    const failing = cache.getOrBuild(facts, 'm', () => Promise.reject(new Error('no memory')))
    await expect(failing).rejects.toThrow('no memory')
    expect((await get()).origin).toBe('built')
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('the lock of a process that died is taken over', async () => {
    await get()
    rmSync(entryFile())
    const lock = join(directory, `${engineKey(facts)}.lock`)
    writeFileSync(lock, 'of a process that died')
    const now = performance.now.bind(performance)
    const hurried = vi.spyOn(performance, 'now').mockImplementation(() => now() * 100)
    expect((await get()).origin).toBe('built')
    hurried.mockRestore()
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('waiting can be aborted', async () => {
    await get()
    rmSync(entryFile())
    writeFileSync(join(directory, `${engineKey(facts)}.lock`), 'held')
    const waiting = get(facts, { signal: AbortSignal.timeout(300) })
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('clear()', () => {
  it('leaves what a process that is alive may need, and takes what one that was killed left', async () => {
    const child = fork(new URL('children/killed-in-build.ts', import.meta.url).pathname, [directory], {
      execArgv: ['--import', 'tsx'],
    })
    await new Promise((resolve) => child.once('exit', resolve))
    const [lock = ''] = readdirSync(directory)
    expect(lock).toMatch(/\.lock$/)
    expect(await cache.list()).toEqual([])
    expect(await cache.clear()).toEqual({ engines: 0, bytes: 0 })
    expect(readdirSync(directory)).toEqual([lock])
    age(lock, 16)
    expect(await cache.clear()).toEqual({ engines: 0, bytes: expect.any(Number) })
    expect(readdirSync(directory)).toEqual([])
  })

  it.each([
    ['a lock', `${'0'.repeat(64)}.lock`, 16],
    ['a lock with a time in the future', `${'0'.repeat(64)}.lock`, -3600],
    ['a lock that was taken away', `${'0'.repeat(64)}.lock.${randomUUID()}`, 16],
    ['a file that was not finished', `.${randomUUID()}.tmp`, 301],
  ])('takes %s', async (_what, name, seconds) => {
    await get()
    writeFileSync(join(directory, name), '12345')
    expect(await cache.clear(() => false)).toEqual({ engines: 0, bytes: 0 })
    age(name, seconds)
    expect(await cache.clear(() => false)).toEqual({ engines: 0, bytes: 5 })
    expect(readdirSync(directory)).toEqual([basename(entryFile())])
  })

  it('leaves a file that is on its way to a slow card', async () => {
    await get()
    const name = `.${randomUUID()}.tmp`
    writeFileSync(join(directory, name), '12345')
    age(name, 60)
    await cache.clear()
    expect(readdirSync(directory)).toEqual([name])
  })

  it('has another build of the engine that is being built wait as before', async () => {
    let ended = (): void => undefined
    const slow = async () => {
      await new Promise<void>((resolve) => {
        ended = resolve
      })
      return await build()
    }
    const first = cache.getOrBuild(facts, 'm', slow)
    await vi.waitFor(() => expect(readdirSync(directory)).toHaveLength(1))
    await cache.clear()
    const second = get(facts, { onWait: () => ended() })
    expect([(await first).origin, (await second).origin]).toEqual(['built', 'cache'])
    expect(builds).toBe(1)
  })

  it('has the next build be as the first one was: measured times go with all engines, and with no others', async () => {
    await get()
    const timing = new TimingCache(directory, '10.3.0.30', {
      name: 'Orin',
      computeCapability: '8.7',
      multiprocessors: 8,
    })
    await timing.keep(Buffer.from('measured'))
    const { files, bytes } = await cache.timings()
    expect(files).toBe(1)
    await cache.clear((entry) => 'problem' in entry)
    expect(await timing.read()).toBeDefined()
    const engine = statSync(entryFile()).size
    expect(await cache.clear()).toEqual({ engines: 1, bytes: engine + bytes })
    expect(await timing.read()).toBeUndefined()
    expect(await cache.timings()).toEqual({ files: 0, bytes: 0 })
    expect(readdirSync(directory)).toEqual([])
  })
})

describe('the default directory', () => {
  it.each([
    [{ EDGE_ENGINE_CACHE: '/data/engines' }, '/data/engines'],
    [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/edge-trt/engines'],
    [{ XDG_CACHE_HOME: 'relative' }, expect.stringMatching(/\/\.cache\/edge-trt\/engines$/)],
    [{}, expect.stringMatching(/\/\.cache\/edge-trt\/engines$/)],
  ])('%o', (environment, expected) => {
    expect(defaultCacheDirectory(environment)).toEqual(expected)
  })
})

function age(name: string, seconds: number): void {
  const time = new Date(Date.now() - seconds * 1000)
  utimesSync(join(directory, name), time, time)
}

function flipped(file: Buffer, place: number): Buffer {
  const copy = Buffer.from(file)
  copy.writeUInt8(copy.readUInt8(place) ^ 0x80, place)
  return copy
}

function renamed(file: Buffer): Buffer {
  return Buffer.from(file.toString('latin1').replace('fp16', 'fp32'), 'latin1')
}
