import { execFileSync } from 'node:child_process'
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
})

describe('toFilePath', () => {
  it.each([[''], ['a\0b'], [7], [undefined], [new URL('https://example.org/a')], [new URL('file://host/a')]])(
    'refuses %s',
    (value) => {
      expect(() => toFilePath(value, 'model')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    },
  )
})
