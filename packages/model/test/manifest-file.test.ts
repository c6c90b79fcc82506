import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findManifest, labelFile, readManifest, searchManifest } from '../src/index.js'

let directory: string
const at = (...parts: string[]) => join(directory, ...parts)
const write = (name: string, document: object) => writeFile(at(name), JSON.stringify(document))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-manifest-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('findManifest', () => {
  it('finds none where there is none, even without the directory', async () => {
    expect(await findManifest(at('m.tflite'))).toBeUndefined()
    expect(await findManifest(at('missing', 'm.tflite'))).toBeUndefined()
  })

  it("prefers the model's own manifest to the directory's", async () => {
    await write('model.json', { manifestVersion: 1, name: 'shared' })
    expect((await findManifest(at('m.tflite')))?.manifest.name).toBe('shared')
    await write('m.model.json', { manifestVersion: 1, name: 'own' })
    expect((await findManifest(pathToFileURL(at('m.tflite'))))?.manifest.name).toBe('own')
  })

  it('leaves a shared manifest alone that speaks of other files', async () => {
    await write('model.json', { manifestVersion: 1, name: 'shared', files: ['a.tflite'] })
    expect(await findManifest(at('a.tflite'))).toMatchObject({ path: at('model.json') })
    expect(await findManifest(at('b.tflite'))).toBeUndefined()
  })

  it('says so where a shared manifest speaks of other files, and only there', async () => {
    expect(await searchManifest(at('b.tflite'))).toEqual({})
    await write('model.json', { manifestVersion: 1, name: 'shared', files: ['a.tflite'] })
    const { found, warning } = await searchManifest(at('b.tflite'))
    expect(found).toBeUndefined()
    expect(warning).toContain(
      `${at('model.json')} is not used: its "files" list "a.tflite" and not "b.tflite"`,
    )
    expect(await searchManifest(at('a.tflite'))).toEqual({
      found: expect.objectContaining({ path: at('model.json') }),
    })
    await write('b.model.json', { manifestVersion: 1, name: 'own' })
    expect(await searchManifest(at('b.tflite'))).toEqual({
      found: expect.objectContaining({ path: at('b.model.json') }),
    })
  })

  it('does not pass over a manifest that is broken', async () => {
    await writeFile(at('m.model.json'), '{')
    await write('model.json', { manifestVersion: 1, name: 'shared' })
    await expect(findManifest(at('m.tflite'))).rejects.toMatchObject({ code: 'MANIFEST_INVALID' })
  })

  it('refuses something that is no path', async () => {
    await expect(findManifest('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(findManifest(new URL('https://example.org/m.tflite'))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('readManifest', () => {
  it('refuses a file of more than 1 MiB without parsing it', async () => {
    await writeFile(at('model.json'), `{"manifestVersion":1,"name":"m"}${' '.repeat(1024 * 1024)}`)
    await expect(readManifest(at('model.json'))).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      expected: 'at most 1048576 bytes',
    })
  })

  it('says that a file is missing, or is a directory', async () => {
    await expect(readManifest(at('model.json'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await mkdir(at('model.json'))
    await expect(readManifest(at('model.json'))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      found: 'a directory',
    })
  })

  it('gives the label file beside it', async () => {
    await write('model.json', { manifestVersion: 1, name: 'm', labels: 'names/en.txt' })
    expect(labelFile(await readManifest(at('model.json')))).toBe(at('names', 'en.txt'))
    await write('model.json', { manifestVersion: 1, name: 'm', labels: ['cat'] })
    expect(labelFile(await readManifest(at('model.json')))).toBeUndefined()
  })
})
