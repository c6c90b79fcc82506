import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LockOptions, whileLocked } from '../../src/tensorrt/build-lock.js'

const disk = vi.hoisted(() => ({ isFull: false, isReadOnly: false }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>): Promise<FileHandle> => {
      const file = await real.open(...args)
      if (disk.isFull) vi.spyOn(file, 'writeFile').mockRejectedValue(refused('ENOSPC'))
      return file
    },
    rename: async (...args: Parameters<typeof real.rename>) => {
      if (disk.isReadOnly) throw refused('EACCES')
      await real.rename(...args)
    },
  }
})

const SECOND = 1000
const HOUR = 3600 * SECOND

let directory = ''
let lock = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'build-lock-'))
  lock = join(directory, 'engine.lock')
})
afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(disk, { isFull: false, isReadOnly: false })
  rmSync(directory, { recursive: true, force: true })
})

function refused(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code })
}

function take(options: LockOptions = {}): Promise<string> {
  return whileLocked(lock, options, () => Promise.resolve('done'))
}

/** Leaves a lock with a time that is so far from this machine's. */
function leave(fromNowMs: number): void {
  if (!existsSync(lock)) writeFileSync(lock, 'of another process')
  const time = new Date(Date.now() + fromNowMs)
  utimesSync(lock, time, time)
}

/** Has this process's own clock, which nobody sets, run so much faster. */
function hurry(times: number): void {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() * times)
}

describe('a lock that nobody touches', () => {
  it.each([-HOUR, 0, 30 * 24 * HOUR])('is taken over, with a time of %i ms from now', async (fromNowMs) => {
    leave(fromNowMs)
    hurry(100)
    const waits: number[] = []
    expect(await take({ onWait: (ms) => waits.push(ms) })).toBe('done')
    expect(waits.at(-1)).toBeLessThan(40 * SECOND)
    expect(readdirSync(directory)).toEqual([])
  })

  it('is waited for as long as its holder may be silent', async () => {
    leave(-HOUR)
    const signal = AbortSignal.timeout(700)
    await expect(take({ signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('is passed over where it cannot be taken away', async () => {
    leave(0)
    hurry(100)
    disk.isReadOnly = true
    expect(await take()).toBe('done')
    expect(existsSync(lock)).toBe(true)
  })
})

describe('a lock that is held', () => {
  it.each([-HOUR, HOUR])('is waited for, with a holder whose clock is %i ms off', async (fromNowMs) => {
    leave(fromNowMs)
    const holder = setInterval(() => leave(fromNowMs), 50)
    hurry(100)
    const waits: number[] = []
    const taking = take({ onWait: (ms) => waits.push(ms) })
    await sleep(1000)
    clearInterval(holder)
    expect(waits.length).toBeGreaterThan(2)
    expect(waits.at(-1)).toBeGreaterThan(30 * SECOND)
    rmSync(lock)
    expect(await taking).toBe('done')
  })

  it('is waited for no longer where who is told of it throws', async () => {
    leave(0)
    const work = vi.fn(() => Promise.resolve())
    const told = () => {
      throw new Error('enough')
    }
    await expect(whileLocked(lock, { onWait: told }, work)).rejects.toThrow('enough')
    expect(work).not.toHaveBeenCalled()
    expect(existsSync(lock)).toBe(true)
  })
})

it('is not left on a full disk, where it is done without', async () => {
  disk.isFull = true
  expect(await take()).toBe('done')
  expect(readdirSync(directory)).toEqual([])
})
