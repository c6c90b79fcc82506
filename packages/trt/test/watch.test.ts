import type { ChildProcess } from 'node:child_process'
import { appendFile, chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SettledFiles } from '../src/cli/settled-files.js'
import { edgeTrt, expectFailure } from './cli.js'

let directory: string
let picture: Buffer
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#c87828' } })
    .png()
    .toBuffer()
})
afterAll(() => rm(directory, { recursive: true }))

/** Watches a new directory, does something to it once that has begun, and ends it when enough lines are there. */
async function watched(
  name: string,
  {
    flags = [],
    lines,
    act,
    signal = 'SIGINT' as const,
  }: {
    flags?: readonly string[]
    lines: number
    act: (inside: (file: string) => string, child: ChildProcess) => Promise<void>
    signal?: 'SIGINT' | 'SIGTERM'
  },
) {
  await mkdir(at(name), { recursive: true })
  const inside = (file: string) => join(at(name), file)
  const ended = await edgeTrt(['watch', at(name), '--json', '--top', '1', ...flags], {
    meanwhile: (child) => {
      let [said, text] = ['', '']
      child.stderr?.on('data', (chunk: string) => {
        const before = said
        said += chunk
        const begins = said.includes('watching ') && !before.includes('watching ')
        if (begins) void act(inside, child)
      })
      child.stdout?.on('data', (chunk: string) => {
        text += chunk
        if (text.split('\n').length > lines) child.kill(signal)
      })
    },
  })
  const results: { source: string; error?: { code: string }; classes?: object[] }[] = ended.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { ...ended, results, inside }
}

describe('edge-trt watch', () => {
  it('waits until a picture is complete, takes renamed and rewritten ones, and passes over all else', async () => {
    const { code, results, stderr, inside } = await watched('in', {
      lines: 3,
      act: async (file) => {
        await writeFile(file('notes.txt'), 'no picture')
        await writeFile(file('.hidden.png'), picture)
        await writeFile(file('empty.png'), '')
        await mkdir(file('directory.png'))
        await writeFile(file('slow.png'), picture.subarray(0, 400))
        for (let part = 0; part < 4; part++) {
          await sleep(100)
          const end = part === 3 ? picture.length : 400 + (part + 1) * 100
          await appendFile(file('slow.png'), picture.subarray(400 + part * 100, end))
        }
        await sleep(600)
        await writeFile(file('moved.png.part'), picture)
        await rename(file('moved.png.part'), file('moved.png'))
        await sleep(600)
        await writeFile(file('slow.png'), picture)
      },
    })
    expect(code).toBe(130)
    expect(results.map(({ source }) => source)).toEqual(['slow.png', 'moved.png', 'slow.png'].map(inside))
    expect(results.every(({ classes }) => classes?.length === 1)).toBe(true)
    expect(stderr).toMatch(/^watching .*\nwatched .* for \d+ s: 3 pictures, 0 failed\n$/)
  })

  it('begins with what is there, goes on after a bad picture, and ends at SIGTERM with a summary', async () => {
    await mkdir(at('there'))
    for (const name of ['b.png', 'a.png']) await writeFile(at(`there/${name}`), picture)
    const { code, results, stderr, inside } = await watched('there', {
      flags: ['--existing', '--settle', '100'],
      lines: 4,
      signal: 'SIGTERM',
      act: async (file) => {
        await sleep(300)
        await writeFile(file('bad.png'), 'no picture')
        await sleep(400)
        await writeFile(file('good.png'), picture)
      },
    })
    expect(code).toBe(143)
    expect(results.map(({ source }) => source).sort()).toEqual(
      ['a.png', 'b.png', 'bad.png', 'good.png'].map(inside),
    )
    expect(results.find(({ source }) => source === inside('bad.png'))?.error?.code).toBe('IMAGE_INVALID')
    expect(stderr).toMatch(/^error \[IMAGE_INVALID\]: .*bad\.png/m)
    expect(stderr).toMatch(/: 4 pictures, 1 failed\n$/)
  })

  it('ends with an error when the directory goes', async () => {
    const ended = await watched('gone', {
      lines: 99,
      act: (file) => rm(file('.'), { recursive: true }),
    })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^error \[FILE_NOT_FOUND\]: the directory .*gone that was watched has gone/m)
    expect(ended.results).toMatchObject([{ error: { code: 'FILE_NOT_FOUND' } }])
  })

  it('prints a table for each picture without --json', async () => {
    await mkdir(at('table'))
    await writeFile(at('table/a.png'), picture)
    const { code, stdout } = await edgeTrt(['watch', at('table'), '--existing'], {
      meanwhile: (child) =>
        child.stdout?.on('data', (text: string) => text.includes('inference') && child.kill('SIGINT')),
    })
    expect(code).toBe(130)
    expect(stdout).toMatch(/a\.png\n {2}# +score +class +label\n/)
  })

  it.each([
    [['nowhere'], 1, 'FILE_NOT_FOUND'],
    [['file'], 1, 'FILE_UNREADABLE'],
    [['.', '--settle', '-1'], 2, 'INVALID_ARGUMENT'],
    [['.', '--top', '1001'], 2, 'INVALID_ARGUMENT'],
    [['.', '--model', '/nonexistent'], 1, 'FILE_NOT_FOUND'],
    [[], 2, 'INVALID_ARGUMENT'],
  ])('%j ends at once', async (args, exitCode, code) => {
    await writeFile(at('file'), '')
    const ended = await edgeTrt(['watch', ...args], { after: `cd ${directory}` })
    expectFailure({ ...ended, stderr: ended.stderr.replace(/^watch(?:ed|ing) .*\n/gm, '') }, exitCode, code)
  })
})

describe('SettledFiles', () => {
  it('gives only the newest of those that wait, where that is asked for', async () => {
    await mkdir(at('newest'))
    const files = new SettledFiles(at('newest'), { settleMs: 20, existing: false, newest: true })
    for (const name of ['1.png', '2.png', '3.png']) {
      await writeFile(at(`newest/${name}`), picture)
      await sleep(60)
    }
    const [first] = await take(files, 1)
    expect(first).toBe(at('newest/3.png'))
    expect(files.passedOver).toBe(2)
    files.close()
  })

  it('tells a file once, though its permissions change, and 3,000 at a time', async () => {
    await mkdir(at('burst'))
    const files = new SettledFiles(at('burst'), { settleMs: 50, existing: true, newest: false })
    await writeFile(at('burst/0.png'), picture)
    await Promise.all(
      Array.from({ length: 2999 }, (_, index) => copyFile(at('burst/0.png'), at(`burst/${index + 1}.png`))),
    )
    const names = await take(files, 3000)
    expect(new Set(names).size).toBe(3000)
    const more = take(files, 1)
    await chmod(at('burst/0.png'), 0o600)
    await sleep(200)
    files.close()
    expect(await more).toEqual([])
  })
})

async function take(files: SettledFiles, count: number): Promise<string[]> {
  const iterator = files[Symbol.asyncIterator]()
  const taken: string[] = []
  while (taken.length < count) {
    const { done, value } = await iterator.next()
    if (done === true) break
    taken.push(value)
  }
  return taken
}
