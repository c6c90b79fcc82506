import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Classifier } from '../src/index.js'
import { grey, load } from './fake-classifier.js'

let directory: string
let classifier: Classifier
const at = (name: string) => join(directory, name)
const openFiles = () => readdirSync('/proc/self/fd').length

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-faults-'))
  classifier = await (await load()).opening
  const picture = await grey(100)
  for (const name of ['good.png', 'unreadable.png']) await writeFile(at(name), picture)
  await writeFile(at('cut-off.png'), picture.subarray(0, 60))
  await writeFile(at('empty.png'), '')
  await writeFile(at('archive.jpg'), Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500)]))
  await mkdir(at('directory.jpg'))
  await symlink(at('nowhere'), at('dangling.jpg'))
  await symlink(at('loop.jpg'), at('loop.jpg'))
  execFileSync('mkfifo', [at('pipe.jpg')])
  await chmod(at('unreadable.png'), 0)
})
afterAll(async () => {
  await classifier.dispose()
  await rm(directory, { recursive: true })
})

describe('classifyMany', () => {
  it('tells each fault of a file by its name, goes on after it, and leaves no file open', async () => {
    const faults: readonly (readonly [path: string, code: string])[] = [
      [at('missing.png'), 'FILE_NOT_FOUND'],
      [at('dangling.jpg'), 'FILE_NOT_FOUND'],
      [at('good.png/below'), 'FILE_NOT_FOUND'],
      [at('loop.jpg'), 'FILE_UNREADABLE'],
      [at('directory.jpg'), 'FILE_UNREADABLE'],
      [at('pipe.jpg'), 'FILE_UNREADABLE'],
      ['/dev/zero', 'FILE_UNREADABLE'],
      // It says that it is a regular file; reading it is an input/output error.
      ['/proc/self/mem', 'FILE_UNREADABLE'],
      [at('x'.repeat(5000)), 'FILE_UNREADABLE'],
      [at('archive.jpg'), 'IMAGE_INVALID'],
      [at('cut-off.png'), 'IMAGE_INVALID'],
      [at('empty.png'), 'IMAGE_INVALID'],
    ]
    const before = openFiles()
    // A good one between any two.
    const paths = faults.flatMap(([path]) => [path, at('good.png')])
    const codes: (string | undefined)[] = []
    for await (const { source, error, classes } of classifier.classifyMany(paths, { topK: 1 })) {
      expect(source).toBe(paths[codes.length])
      if (error === undefined) expect(classes[0]?.index).toBe(3)
      // Of a name of thousands of letters, a message has the beginning.
      else expect(error.message).toContain(source.slice(0, 100))
      codes.push(error?.code)
    }
    expect(codes).toEqual(faults.flatMap(([, code]) => [code, undefined]))
    expect(openFiles()).toBe(before)
  })

  it('tells a file that vanishes once it was listed', async () => {
    await mkdir(at('vanishing'))
    const picture = await grey(100)
    const names = ['a.png', 'b.png', 'c.png', 'd.png']
    for (const name of names) await writeFile(at(`vanishing/${name}`), picture)
    async function* listed(): AsyncGenerator<string> {
      for (const name of readdirSync(at('vanishing')).sort()) {
        if (name === 'c.png') await unlink(at('vanishing/c.png'))
        yield at(`vanishing/${name}`)
      }
    }
    const codes: (string | undefined)[] = []
    for await (const { error } of classifier.classifyMany(listed())) codes.push(error?.code)
    expect(codes).toEqual([undefined, undefined, 'FILE_NOT_FOUND', undefined])
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells a file that nobody may read (skipped as root, who may)',
    async () => {
      const errors: unknown[] = []
      const paths = [at('unreadable.png'), at('good.png')]
      for await (const { error } of classifier.classifyMany(paths)) errors.push(error)
      expect(errors).toEqual([
        expect.objectContaining({ code: 'FILE_UNREADABLE', found: expect.stringContaining('EACCES') }),
        undefined,
      ])
    },
  )
})

describe('a pipe that somebody writes a picture to', () => {
  /** Waits to be read from, and then writes. */
  const writer = () => spawn('sh', ['-c', 'exec cat "$0" > "$1"', at('good.png'), at('pipe.jpg')])

  it('is refused at once by its path, and its writer let go', { timeout: 5000 }, async () => {
    const waiting = writer()
    do {
      await expect(classifier.classify(at('pipe.jpg'))).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        found: 'a pipe or a device',
      })
      // Until the writer has been there.
      await sleep(10)
    } while (waiting.exitCode === null && waiting.signalCode === null)
  })

  it('is classified as a stream', { timeout: 5000 }, async () => {
    const ended = once(writer(), 'exit')
    const { classes } = await classifier.classify(createReadStream(at('pipe.jpg')))
    expect(classes[0]?.index).toBe(3)
    expect(await ended).toEqual([0, null])
  })
})
