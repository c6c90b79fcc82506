import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FileMemory } from '../src/file-memory.js'
import { readPicture } from '../src/source.js'
import { decoded, noisyJpeg, png } from './pictures.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-file-memory-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('FileMemory', () => {
  it('gives the same memory again, and more where a file needs more', () => {
    const memory = new FileMemory()
    const first = memory.take(1000)
    expect(memory.take(2000).buffer).toBe(first.buffer)
    expect(memory.take(2000)).toHaveLength(2000)
    const larger = memory.take(3_000_000)
    expect(larger).toHaveLength(3_000_000)
    expect(larger.buffer).not.toBe(first.buffer)
    expect(memory.take(1000).buffer).toBe(larger.buffer)
  })

  it('does not keep what an unusually large file needs', () => {
    const memory = new FileMemory()
    const usual = memory.take(1000)
    expect(memory.take(100_000_000)).toHaveLength(100_000_000)
    expect(memory.take(1000).buffer).toBe(usual.buffer)
  })

  it('gives each of several pictures its own pixels, where one is read over the last', async () => {
    const memory = new FileMemory()
    const pictures = [
      await noisyJpeg(64, 64),
      await png(64, 64, 3, (x, y, channel) => x * y + channel),
      await noisyJpeg(64, 65),
      await png(20, 20, 3, (x) => x),
    ]
    for (const [index, bytes] of pictures.entries()) {
      const path = join(directory, String(index))
      await writeFile(path, bytes)
      const read = await readPicture(path, undefined, memory)
      expect('bytes' in read && Buffer.from(read.bytes).equals(bytes)).toBe(true)
      if (!('bytes' in read)) throw new Error('not a file')
      const wanted = { width: 32, height: 32, kernel: 'nearest' } as const
      expect(await decoded(read.bytes, wanted)).toEqual(await decoded(bytes, wanted))
    }
  })
})
