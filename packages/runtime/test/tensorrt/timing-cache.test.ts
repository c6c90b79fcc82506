import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TimingCache } from '../../src/tensorrt/timing-cache.js'

const orin = { name: 'Orin', computeCapability: '8.7', multiprocessors: 16 }
const measured = Buffer.from('measured')

let directory = ''

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'timing-cache-')), 'engines')
})
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }))

function cacheOf(gpu = orin, tensorrt = '10.3.0.30'): TimingCache {
  return new TimingCache(directory, tensorrt, gpu)
}

function file(): string {
  const [name] = readdirSync(directory)
  if (name === undefined) throw new Error('nothing was kept')
  return join(directory, name)
}

describe('measured times', () => {
  it('are what was kept, for the same GPU and TensorRT', async () => {
    expect(await cacheOf().read()).toBeUndefined()
    await cacheOf().keep(measured)
    expect(Buffer.from((await cacheOf().read()) ?? [])).toEqual(measured)
  })

  it.each([
    ['of fewer multiprocessors', cacheOf.bind(undefined, { ...orin, multiprocessors: 8 })],
    ['of another architecture', cacheOf.bind(undefined, { ...orin, computeCapability: '8.6' })],
    ['with another TensorRT', cacheOf.bind(undefined, orin, '10.7.0.23')],
  ])('are not those of a GPU %s, even in its place', async (_what, other) => {
    await cacheOf().keep(measured)
    expect(await other().read()).toBeUndefined()
    const kept = file()
    await other().keep(Buffer.from('others'))
    const others = readdirSync(directory)
      .map((name) => join(directory, name))
      .find((path) => path !== kept)
    copyFileSync(others ?? '', kept)
    expect(await cacheOf().read()).toBeUndefined()
  })

  it('are not used from a directory that others can write, nor damaged', async () => {
    await cacheOf().keep(measured)
    chmodSync(directory, 0o777)
    expect(await cacheOf().read()).toBeUndefined()
    chmodSync(directory, 0o700)
    expect(await cacheOf().read()).toBeDefined()
    writeFileSync(file(), 'damaged')
    expect(await cacheOf().read()).toBeUndefined()
  })
})
