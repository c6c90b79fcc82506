import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { KeptInputs } from '../../src/subject/kept-inputs.js'

const input = (image: number) => Uint8Array.of(image, image + 1, image + 2, image + 3)
const numbers = [0, 1, 2, 3, 4, 5, 6, 7]

function copied(kept: KeptInputs): (readonly number[] | undefined)[] {
  return numbers.map((image) => {
    const bytes = new Uint8Array(4)
    return kept.copy(image, bytes) ? [...bytes] : undefined
  })
}

const directory = mkdtempSync(join(tmpdir(), 'edge-kept-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true, force: true })
})

it('inputs are kept in memory, more of them in a file without a name, and no more than both hold', () => {
  vi.stubEnv('TMPDIR', directory)
  const kept = new KeptInputs(8, 12)
  for (const image of numbers) kept.keep(image, input(image))
  expect(kept.bytesInMemory).toBe(8)
  expect(copied(kept)).toEqual(numbers.map((image) => (image < 5 ? [...input(image)] : undefined)))
  expect(readdirSync(directory)).toEqual([])
  kept.close()
  expect(copied(kept)).toEqual(numbers.map(() => undefined))
})

it('where no file can be made, what is in memory is kept', () => {
  vi.stubEnv('TMPDIR', join(directory, 'gone'))
  const kept = new KeptInputs(8, 12)
  for (const image of numbers) kept.keep(image, input(image))
  expect(copied(kept)).toEqual(numbers.map((image) => (image < 2 ? [...input(image)] : undefined)))
  kept.close()
})
