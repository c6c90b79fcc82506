import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseLabels, readLabels } from '../src/labels.js'

const parse = (text: string) => parseLabels(new TextEncoder().encode(text), 'labels.txt')
const invalid = (found: string) => expect.objectContaining({ code: 'LABELS_INVALID', found })

describe('parseLabels', () => {
  it('takes one name a line, however lines end', () => {
    expect(parse('cat\ndog\n')).toEqual(['cat', 'dog'])
    expect(parse('cat\r\ndog')).toEqual(['cat', 'dog'])
    expect(parse('  great white shark \n\n\n')).toEqual(['great white shark'])
    expect(parse('\uFEFFcat\nkäse\n猫')).toEqual(['cat', 'käse', '猫'])
  })

  it('refuses a blank line between names, which would move all names after it', () => {
    expect(() => parse('cat\n\ndog\n')).toThrow(invalid('none at line 2'))
    expect(() => parse('\ncat')).toThrow(invalid('none at line 1'))
  })

  it.each([
    ['', 'none at all'],
    ['\n \n', 'none at all'],
    ['cat\n\u0000\u0001\n', 'a control character at line 2'],
  ])('refuses %j', (text, found) => {
    expect(() => parse(text)).toThrow(invalid(found))
  })

  it('refuses what would steer a terminal', () => {
    expect(() => parse('cat\n\u001b[2Jdog')).toThrow(invalid('a control character at line 2'))
    expect(() => parse('cat\n\u009b2Jdog')).toThrow(invalid('a control character at line 2'))
  })

  it.each([
    [
      'Latin-1',
      Buffer.from('cat\nkäse\nhund\n', 'latin1'),
      'bytes that are not, in line 2',
      'iconv -f LATIN1 ',
    ],
    [
      'UTF-16',
      Buffer.from('\uFEFFcat\nkäse\n', 'utf16le'),
      'bytes that are not, in line 1',
      'iconv -f UTF-16 ',
    ],
    ['no text', Buffer.of(0x1c, 0, 0, 0, 0xff, 0x0a), 'binary data', 'A label file is text'],
  ])('refuses bytes that are not UTF-8 but %s, and says where and what to do', (_, bytes, found, remedy) => {
    expect(() => parseLabels(bytes, 'labels.txt')).toThrow(
      expect.objectContaining({ code: 'LABELS_INVALID', found, remedy: expect.stringContaining(remedy) }),
    )
  })
})

describe('readLabels', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-labels-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('reads a file, or takes a list', async () => {
    await writeFile(join(directory, 'labels.txt'), 'cat\ndog\n')
    expect(await readLabels(join(directory, 'labels.txt'))).toEqual(['cat', 'dog'])
    expect(await readLabels(['cat', ' dog'])).toEqual(['cat', 'dog'])
  })

  it('refuses a file of more than 16 MiB', async () => {
    const path = join(directory, 'large.txt')
    await writeFile(path, Buffer.alloc(16 * 1024 * 1024 + 1, 'a'))
    await expect(readLabels(path)).rejects.toMatchObject({ code: 'LABELS_INVALID' })
  })

  it('refuses what is not a path, and lists of other things', async () => {
    await expect(readLabels(join(directory, 'missing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(readLabels(directory)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await expect(readLabels([])).rejects.toMatchObject({ code: 'LABELS_INVALID' })
    await expect(readLabels(['cat', ''])).rejects.toMatchObject({ found: 'none at entry 1' })
    await expect(readLabels(JSON.parse('["cat", 7]'))).rejects.toMatchObject({ found: 'number at entry 1' })
    await expect(readLabels(JSON.parse('{}'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
