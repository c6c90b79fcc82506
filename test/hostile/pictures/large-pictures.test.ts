/** Pictures that are larger than they look: small files, whole and correct, of hundreds of millions of pixels. */

import { constants } from 'node:buffer'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zeroPng } from './zero-png.js'

const program = fileURLToPath(new URL('../children/large-picture.mjs', import.meta.url))
const isFull = process.env.EDGE_TEST_TIER === 'full'
/** What the documentation of `maxPixels` says of a PNG: bytes for each of its pixels. */
const BYTES_PER_PIXEL = 4
const MIB = 2 ** 20

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-large-'))
  await writeFile(at('small.png'), zeroPng(40, 30, 'rgb', 8))
})
afterAll(() => rm(directory, { recursive: true }))

/** Preprocesses a picture in a process of its own, which may have no more than so much address space. */
async function preprocessed(picture: Buffer, maxPixels: number, addressSpace = 'unlimited') {
  await writeFile(at('large.png'), picture)
  const shell = `ulimit -c 0; ulimit -v ${addressSpace}; exec "$0" "$@"`
  const args = ['-c', shell, process.execPath, program, at('small.png'), at('large.png'), String(maxPixels)]
  const { stdout } = await promisify(execFile)('/bin/sh', args)
  const { code, message = '', largest, milliseconds, megabytes, after } = JSON.parse(stdout)
  return { code, message, largest, milliseconds: Number(milliseconds), megabytes: Number(megabytes), after }
}

describe('a PNG of 30,000 × 30,000', () => {
  it.each(['grey', 'rgb'] as const)('is refused within a second and 32 MB: %s', async (colour) => {
    const picture = zeroPng(30_000, 30_000, colour, colour === 'grey' ? 1 : 8)
    expect(picture.length).toBeLessThan(3e6)
    const { code, message, milliseconds, megabytes, after } = await preprocessed(picture, 0)
    expect(code).toBe('IMAGE_UNSUPPORTED')
    expect(message).toContain(
      'has too many pixels; expected at most 67108864, found 30000 × 30000. Make it smaller, or raise the option maxPixels.',
    )
    expect(message).toContain(at('large.png'))
    expect(milliseconds).toBeLessThan(1000)
    expect(megabytes).toBeLessThan(32)
    expect(after).toBe('written')
  })

  const needed = 30_000 ** 2 * BYTES_PER_PIXEL
  const free = Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  // It takes seconds, and most of the memory of a small machine.
  it.skipIf(!isFull || free < 1.5 * needed)(
    'is decoded where maxPixels allows it (skipped in the fast tier, and without 5 GB of free memory)',
    { timeout: 120_000 },
    async () => {
      const { code, largest, megabytes, after } = await preprocessed(zeroPng(30_000, 30_000, 'rgb', 8), 1e9)
      expect({ code, largest, after }).toEqual({ code: 'written', largest: 0, after: 'written' })
      expect(megabytes * MIB).toBeLessThan(needed)
    },
  )
})

describe('maxPixels, raised', () => {
  it('takes the memory that its documentation says', async () => {
    const { code, largest, megabytes, after } = await preprocessed(zeroPng(12_000, 12_000, 'rgb', 8), 1e9)
    expect({ code, largest, after }).toEqual({ code: 'written', largest: 0, after: 'written' })
    expect(megabytes * MIB).toBeLessThan(12_000 ** 2 * BYTES_PER_PIXEL)
  })

  it('does not make a picture corrupt for which there is no memory', async () => {
    // Of 3.9 GB, in an address space of 4.1.
    const { code, message, after } = await preprocessed(zeroPng(36_000, 36_000, 'grey', 1), 1e12, '4000000')
    expect({ code, after }).toEqual({ code: 'OUT_OF_MEMORY', after: 'written' })
    expect(message).toContain(`no memory for the pixels of the picture ${at('large.png')}`)
  })

  it('does not end the process at a picture that is larger than a buffer can be', async () => {
    const { code, message, after } = await preprocessed(zeroPng(40_000, 40_000, 'grey', 1), 1e12, '4000000')
    // Newer versions of Node.js have larger ones.
    const isBeyond = 40_000 ** 2 * 3 > constants.MAX_LENGTH
    expect({ code, after }).toEqual({
      code: isBeyond ? 'IMAGE_UNSUPPORTED' : 'OUT_OF_MEMORY',
      after: 'written',
    })
    expect(message).toContain(at('large.png'))
  })
})
