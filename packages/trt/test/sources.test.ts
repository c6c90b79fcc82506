import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgeTrt, expectFailure, type RunOptions } from './cli.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  for (const name of ['tree/deep/er', 'tree/.git', 'empty', 'odd [1]', 'many', 'few']) {
    await mkdir(at(name), { recursive: true })
  }
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#c87828' } })
  await picture.clone().jpeg().toFile(at('tree/b.jpg'))
  await picture.clone().png().toFile(at('tree/a.PNG'))
  for (const name of ['tree/deep/c.jpeg', 'tree/deep/er/d.jpg', 'tree/.hidden.jpg', 'tree/.git/e.jpg']) {
    linkSync(at('tree/b.jpg'), at(name))
  }
  linkSync(at('tree/b.jpg'), at('odd [1]/[x].jpg'))
  await writeFile(at('tree/notes.txt'), 'not a picture')
  await symlink(at('tree'), at('tree/deep/loop'))
  await symlink(at('tree/b.jpg'), at('tree/link.jpg'))
  await symlink(at('nowhere'), at('tree/dangling.jpg'))
  execFileSync('mkfifo', [at('tree/pipe.jpg'), at('pipe.jpg')])
})
afterAll(() => rm(directory, { recursive: true }))

/** Names of the pictures that were classified, and how it ended. */
async function classified(args: readonly string[], options?: RunOptions) {
  const ended = await edgeTrt(['classify', ...args, '--top', '1', '--jsonl'], options)
  const lines: { source: string; error?: { code: string } }[] = ended.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const names = lines.filter(({ error }) => error === undefined).map(({ source }) => source)
  return {
    ...ended,
    lines,
    names: names.map((path) => relative(directory, join(directory, relative(directory, path)))),
  }
}

describe('edge-trt classify takes', () => {
  it('a directory: its pictures by their names, and nothing else', async () => {
    const { names, code, stderr } = await classified([at('tree')])
    expect({ names, code, stderr }).toEqual({
      names: ['tree/a.PNG', 'tree/b.jpg', 'tree/link.jpg'],
      code: 0,
      stderr: '',
    })
  })

  it('a directory to its depth, without walking in circles', async () => {
    const { names, code } = await classified([`${at('tree')}/`, '--recursive'])
    expect(code).toBe(0)
    expect(names).toEqual([
      'tree/a.PNG',
      'tree/b.jpg',
      'tree/deep/c.jpeg',
      'tree/deep/er/d.jpg',
      'tree/link.jpg',
    ])
  })

  it('patterns that are in quotes, and files that are called like one', async () => {
    const { names, code } = await classified([at('tree/**/{c,d}.*'), at('odd [1]/[x].jpg')])
    expect(code).toBe(0)
    expect(names).toEqual(['tree/deep/c.jpeg', 'tree/deep/er/d.jpg', 'odd [1]/[x].jpg'])
    const inside = await classified(['deep/?.jpeg', './b.*'], { after: `cd ${at('tree')}` })
    expect(inside.lines.map(({ source }) => source)).toEqual(['deep/c.jpeg', 'b.jpg'])
  })

  it('lists: from standard input, from files, with NUL, of directories, without a last end of line', async () => {
    const stdin = await classified(['-'], { stdin: `${at('tree/b.jpg')}\r\n\n${at('tree/deep')}` })
    expect(stdin).toMatchObject({ code: 0, names: ['tree/b.jpg', 'tree/deep/c.jpeg'] })
    await writeFile(at('list'), `\ufeff${at('tree/a.PNG')}\n`)
    await writeFile(at('nulls'), `${at('tree/b.jpg')}\0${at('odd [1]/[x].jpg')}\0`)
    expect(await classified([`@${at('list')}`, '--list', at('list')])).toMatchObject({
      names: ['tree/a.PNG', 'tree/a.PNG'],
    })
    expect(await classified(['--list', at('nulls'), '--null'])).toMatchObject({
      names: ['tree/b.jpg', 'odd [1]/[x].jpg'],
    })
  })

  it('a pipe for a list, as from <(find …)', async () => {
    const shell = `find ${at('tree/deep')} -name '*.jp*g' | sort | "$0" "$1" classify --list /dev/fd/0 --csv --top 1`
    const cli = new URL('../dist/cli.js', import.meta.url).pathname
    const stdout = execFileSync('sh', ['-c', shell, process.execPath, cli], { encoding: 'utf8' })
    expect(stdout.match(/[cd]\.jpe?g/g)).toEqual(['c.jpeg', 'd.jpg'])
  })
})

describe('what there is not', () => {
  it('is told in its place, and the rest goes on', async () => {
    const zip = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(2000)])
    await writeFile(at('zip.jpg'), zip)
    const ended = await classified([
      at('nothing/here'),
      at('empty'),
      at('tree/*.tiff'),
      `@${at('no-list')}`,
      at('pipe.jpg'),
      at('zip.jpg'),
      at('tree/b.jpg'),
    ])
    const codes = ended.lines.map(({ error }) => error?.code)
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter(Boolean).sort()).toEqual([
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'FILE_UNREADABLE',
      'IMAGE_INVALID',
    ])
    expect(ended.names).toEqual(['tree/b.jpg'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain(`no picture in ${at('empty')}. Check the path. --recursive looks`)
    expect(ended.stderr).toContain(`no file matches ${at('tree/*.tiff')}`)
    expect(ended.stderr).toContain(`no list at ${at('no-list')}`)
  })

  it.each([
    ['-', '', 'FILE_NOT_FOUND', 'standard input names no picture'],
    ['-', 'a\0b', 'FILE_UNREADABLE', 'Say --null'],
    ['-', 'x'.repeat(70_000), 'FILE_UNREADABLE', 'is not a list of paths'],
  ])('%s with %.10j is told', async (argument, stdin, code, text) => {
    const ended = await edgeTrt(['classify', argument], { stdin })
    expectFailure(ended, 1, code)
    expect(ended.stderr).toContain(text)
  })

  it.each([
    [[], 'there is no picture to classify'],
    [['-', '--list', '-'], '- stands twice'],
    [['a.png', '--null'], '--null is about lists'],
    [['a.png', '--csv', '--json'], '--json and --csv exclude each other'],
    [['--list', ''], '--list wants a value'],
  ])('%j is a wrong command line', async (args, text) => {
    const ended = await edgeTrt(['classify', ...args])
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(text)
  })
})

const isFull = process.env.EDGE_TEST_TIER === 'full'
const MANY = isFull ? 50_000 : 5000
/** All names of a directory are known while its pictures are read. */
const MOST_MEGABYTES = isFull ? 96 : 48

describe(`a directory of ${MANY} entries`, () => {
  const MB = 1024
  const peak = async (name: string, ...flags: string[]) => {
    const script = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(at('peak'))}, String(process.resourceUsage().maxRSS)))`
    await writeFile(at('peak.cjs'), script)
    const ended = await edgeTrt(['classify', at(name), '--top', '1', ...flags], {
      env: { NODE_OPTIONS: `--require=${at('peak.cjs')}` },
    })
    return { ...ended, peakKb: Number(readFileSync(at('peak'), 'utf8')) }
  }

  it(`takes ${MOST_MEGABYTES} MB more than one of 50 at most; its bad pictures are told one by one`, async () => {
    await writeFile(at('bad.jpg'), 'PK\u0003\u0004 is no picture')
    const fill = (name: string, count: number) => {
      for (let at_ = 0; at_ < count; at_++) {
        const isGood = at_ % (count / 25) === 0
        linkSync(at(isGood ? 'tree/b.jpg' : 'bad.jpg'), at(`${name}/${String(at_).padStart(5, '0')}.jpg`))
      }
    }
    fill('few', 50)
    fill('many', MANY)
    const few = await peak('few', '--csv')
    const many = await peak('many', '--csv')
    for (const [ended, bad] of [
      [few, 25],
      [many, MANY - 25],
    ] as const) {
      expect(ended.code).toBe(1)
      expect(ended.stdout.split('\r\n')).toHaveLength(1 + 25 + 1)
      expect(ended.stderr.match(/^error \[IMAGE_INVALID\]/gm)).toHaveLength(bad)
    }
    expect(many.peakKb - few.peakKb).toBeLessThan(MOST_MEGABYTES * MB)
  })

  it('ends in order when it is left after the first line', async () => {
    const ended = await edgeTrt(['classify', at('many'), '--jsonl'], {
      meanwhile: ({ stdout }) => stdout?.once('data', () => stdout.destroy()),
    })
    expect(ended.signal).toBeNull()
    expect(ended.stderr).not.toMatch(/EPIPE|INTERNAL|Error:/)
  })
})

describe('Ctrl-C while standard input is waited for', () => {
  it('ends at once, with what was found', async () => {
    const ended = await edgeTrt(['classify', '-', '--csv'], {
      // Left open.
      stdinOpen: `${at('tree/b.jpg')}\n`,
      meanwhile: (child) => {
        let text = ''
        child.stdout?.on('data', (chunk: string) => {
          text += chunk
          if (text.includes('b.jpg')) child.kill('SIGINT')
        })
      },
    })
    expect(ended).toMatchObject({ code: 130, signal: null })
    expect(ended.stderr).toBe('interrupted after 1 pictures\n')
    expect(ended.stdout).toMatch(/^source,rank,index,label,score\r\n.*b\.jpg,1,\d+,/)
  })
})
