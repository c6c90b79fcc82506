import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFile, readFileBounded, toFilePath } from '../src/index.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-file-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('openFile', () => {
  it('opens a regular file and says its size', async () => {
    await writeFile(at('seven'), 'content')
    const { handle, bytes } = await openFile(at('seven'), 'picture')
    await handle.close()
    expect(bytes).toBe(7)
  })

  it('does not wait for a pipe that nobody writes to', { timeout: 2000 }, async () => {
    execFileSync('mkfifo', [at('pipe')])
    await expect(openFile(at('pipe'), 'picture')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      found: 'a pipe or a device',
      remedy: 'Write what comes out of it to a file first.',
    })
  })

  it('refuses a device that has no end', { timeout: 2000 }, async () => {
    await expect(openFile('/dev/zero', 'picture')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('tells a missing file, and one in a path through a file', async () => {
    await writeFile(at('file'), '')
    for (const path of [at('missing'), join(at('file'), 'below')]) {
      await expect(openFile(path, 'picture')).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        summary: `there is no picture at ${path}`,
      })
    }
  })
})

describe('where relative paths start', () => {
  const script = `
    import { openFile } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
    const tell = (path) => openFile(path, 'picture').catch(({ code, remedy }) => ({ code, remedy }))
    console.log(JSON.stringify([await tell('/missing'), await tell('missing')]))
  `
  /** What a program tells of missing files, begun where the shell command leads. */
  async function run(shell: string): Promise<unknown> {
    await writeFile(at('script.mjs'), script)
    const args = ['-c', `${shell} && exec "$0" "$1"`, process.execPath, at('script.mjs')]
    return JSON.parse(execFileSync('sh', args, { encoding: 'utf8' }))
  }

  it('is told of a relative path', async () => {
    expect(await run('cd /')).toEqual([
      { code: 'FILE_NOT_FOUND', remedy: 'Check the path.' },
      { code: 'FILE_NOT_FOUND', remedy: 'Check the path; relative paths start at /.' },
    ])
  })

  it('may have been deleted', async () => {
    const gone = JSON.stringify(at('gone'))
    expect(await run(`mkdir ${gone} && cd ${gone} && rmdir ${gone}`)).toEqual([
      { code: 'FILE_NOT_FOUND', remedy: 'Check the path.' },
      {
        code: 'FILE_NOT_FOUND',
        remedy: 'Check the path; relative paths start at the working directory, which has been deleted.',
      },
    ])
  })
})

describe('readFileBounded', () => {
  const bound = { what: 'label file', maxBytes: 4, tooLarge: 'LABELS_INVALID' } as const

  it('reads up to the bound and not beyond', async () => {
    await writeFile(at('four'), '1234')
    expect((await readFileBounded(at('four'), bound)).toString()).toBe('1234')
    await writeFile(at('five'), '12345')
    await expect(readFileBounded(at('five'), bound)).rejects.toMatchObject({
      code: 'LABELS_INVALID',
      found: '5',
    })
  })

  it('reads no more than the bound of a file that says it is empty', async () => {
    const whole = await readFileBounded('/proc/version', { ...bound, maxBytes: 10_000 })
    expect(whole.toString()).toBe(readFileSync('/proc/version', 'utf8'))
    await expect(readFileBounded('/proc/version', bound)).rejects.toMatchObject({
      code: 'LABELS_INVALID',
      found: 'more',
    })
    // More than one buffer's worth.
    const maxBytes = 50_000_000
    const symbols = await readFileBounded('/proc/kallsyms', { ...bound, maxBytes })
    expect(symbols.equals(readFileSync('/proc/kallsyms'))).toBe(true)
    await expect(readFileBounded('/proc/kallsyms', { ...bound, maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'LABELS_INVALID',
    })
  })

  it('reads no more than the bound of a file that grows', { timeout: 10_000 }, async () => {
    const growing = at('growing')
    await writeFile(growing, 'a')
    const read = readFileBounded(growing, {
      ...bound,
      maxBytes: 100_000,
      // Called after the size was looked at.
      header: { bytes: 1, check: () => appendFileSync(growing, 'b'.repeat(300_000)) },
    })
    await expect(read).rejects.toMatchObject({ code: 'LABELS_INVALID', found: 'more' })
  })

  it('shows the beginning first, of a file that is too large, too', async () => {
    await writeFile(at('large'), 'large file')
    for (const [name, seen] of [
      ['large', 'la'],
      ['four', '12'],
    ] as const) {
      const check = (header: Uint8Array) => {
        throw new Error(`begins with ${Buffer.from(header).toString()}`)
      }
      await expect(
        readFileBounded(at(name), { ...bound, header: { bytes: 2, check } }),
      ).rejects.toMatchObject({ found: `begins with ${seen}` })
    }
    const short = await readFileBounded(at('four'), { ...bound, header: { bytes: 16, check: () => {} } })
    expect(short.toString()).toBe('1234')
  })
})

describe('toFilePath', () => {
  it.each([[''], ['a\0b'], [7], [undefined], [new URL('https://example.org/a')], [new URL('file://host/a')]])(
    'refuses %s',
    (value) => {
      expect(() => toFilePath(value, 'model')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    },
  )
})
