import { linkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { progressBar } from '../src/cli/progress-bar.js'
import { ReadAhead } from '../src/cli/read-ahead.js'
import { edgeTrt, edgeTrtJson, expectFailure } from './cli.js'

const photos = fileURLToPath(new URL('../../../.cache/photos/', import.meta.url))
const coffee = join(photos, 'coffee.png')
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(photos, '..', 'tmp', 'edge-trt-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('--csv', () => {
  it('has a line of titles, a row for each picture and class, and quotes where they are needed', async () => {
    const odd = join(directory, 'a,"b"\nc.png')
    linkSync(coffee, odd)
    const { code, stdout } = await edgeTrt(['classify', coffee, odd, '--csv', '--top', '2'])
    expect(code).toBe(0)
    const number = '0\\.\\d+'
    const rows = [
      'source,rank,index,label,score',
      `${coffee},1,967,espresso,${number}`,
      `${coffee},2,968,cup,${number}`,
      `"${directory}/a,""b""\nc\\.png",1,967,espresso,${number}`,
      `"${directory}/a,""b""\nc\\.png",2,968,cup,${number}`,
    ]
    expect(stdout).toMatch(new RegExp(`^${rows.join('\r\n')}\r\n$`))
  })
})

describe('--jsonl', () => {
  it('has a line for each picture, and for a wrong command line', async () => {
    const { stdout } = await edgeTrt(['classify', coffee, '/nonexistent', '--jsonl', '--top', '1'])
    const [one, other, ...rest] = stdout.split('\n')
    expect(JSON.parse(one ?? '')).toMatchObject({ source: coffee, classes: [{ label: 'espresso' }] })
    expect(JSON.parse(other ?? '')).toMatchObject({
      source: '/nonexistent',
      error: { code: 'FILE_NOT_FOUND' },
    })
    expect(rest).toEqual([''])
    const wrong = await edgeTrt(['classify', '--jsonl', '--tpo'])
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } })
  })
})

describe('which classes are named', () => {
  const labels = async (...flags: string[]) => {
    const { document, code } = await edgeTrtJson(['classify', coffee, ...flags])
    expect(code).toBe(0)
    return document.results[0].classes.map(({ label }: { label: string }) => label)
  }

  it('is said by --threshold, --allow and --deny', async () => {
    expect(await labels('--threshold', '0.5')).toEqual(['espresso'])
    expect(await labels('--threshold', '1')).toEqual([])
    expect(await labels('--allow', 'cup, 967', '--allow', 'tench')).toEqual(['espresso', 'cup', 'tench'])
    expect(await labels('--deny', 'espresso,968', '--top', '1')).not.toEqual(['espresso'])
  })

  it('is none: the table says so', async () => {
    const { stdout } = await edgeTrt(['classify', coffee, '--threshold', '1'])
    expect(stdout).toContain('no class that was asked for')
  })

  it.each([
    [['--threshold', '1.5'], '--threshold wants a number from 0 to 1, not "1.5"'],
    [['--threshold', 'half'], '--threshold'],
    [['--allow', 'cup,'], '--allow wants labels or indices with commas between them'],
    [['--allow', 'nonesuch'], '--allow'],
    [['--allow', '1000'], '--allow'],
    [['--deny', 'nonesuch'], '--deny'],
    [['--allow', '5', '--deny', '5'], '--allow and --deny leave no class'],
  ])('%j is a wrong command line', async (flags, text) => {
    const ended = await edgeTrt(['classify', coffee, ...flags])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(text)
    expect(ended.stdout).toBe('')
  })

  it('takes every preset', async () => {
    for (const preset of ['tf', 'torch', 'caffe', 'efficientnet-lite', 'raw']) {
      expect(await labels('--preset', preset, '--top', '1')).toHaveLength(1)
    }
  })
})

describe('the progress bar', () => {
  it.each([
    [
      { done: 1200, failed: 3, total: 3000, elapsedMs: 30_000 },
      '[########------------] 1,200 of 3,000 pictures · 40/s · 45 s left · 3 failed',
    ],
    [{ done: 0, failed: 0, total: 10, elapsedMs: 1500 }, '[--------------------] 0 of 10 pictures'],
    [{ done: 7, failed: 0, total: undefined, elapsedMs: 2000 }, '7 pictures · 3.5/s'],
    [
      { done: 1, failed: 0, total: 5000, elapsedMs: 2000 },
      '[--------------------] 1 of 5,000 pictures · 0.5/s · 2 h 46 min left',
    ],
    [
      { done: 1, failed: 0, total: 101, elapsedMs: 2000 },
      '[--------------------] 1 of 101 pictures · 0.5/s · 3 min 20 s left',
    ],
  ])('%j', (counts, line) => {
    expect(progressBar(counts)).toBe(line)
  })
})

describe('ReadAhead', () => {
  it('reads up to its limit, knows when all was seen, and gives everything in order', async () => {
    let asked = 0
    const source = async function* () {
      for (; asked < 10; asked++) yield asked
    }
    const ahead = new ReadAhead(source(), 4)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect({ asked, complete: ahead.isComplete }).toEqual({ asked: 3, complete: false })
    const items: number[] = []
    for await (const item of ahead) items.push(item)
    expect(items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(ahead.isComplete).toBe(true)
  })

  it('throws what the source throws, after the items before; asks no more once closed', async () => {
    const failing = async function* () {
      yield 1
      throw new Error('gone')
    }
    const items: number[] = []
    await expect(async () => {
      for await (const item of new ReadAhead(failing(), 4)) items.push(item)
    }).rejects.toThrow('gone')
    expect(items).toEqual([1])
    let returned = false
    const endless = async function* () {
      try {
        for (;;) yield 1
      } finally {
        returned = true
      }
    }
    new ReadAhead(endless(), 4).close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(returned).toBe(true)
  })
})
