import { readFileSync } from 'node:fs'
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'
import { ExampleProcess, endExamples } from './example-process.js'

const photo = (name: string) => readFileSync(join(root, '.cache/photos', name))
const SETTLE_MS = 250

describe('the example folder-watcher.mjs', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-trt-watched-'))
  })
  afterEach(endExamples)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'classifies what is written, however slowly, until %s',
    async (signal) => {
      const at = (name: string) => join(directory, name)
      const example = new ExampleProcess('folder-watcher.mjs', [directory], { SETTLE_MS: String(SETTLE_MS) })
      await example.until(() => (example.stderr.includes('watching') ? true : undefined), 'a word')
      const result = (name: string, label: string) => ({
        source: at(name),
        classes: [{ index: expect.any(Number), label, score: expect.any(Number) }, {}, {}].map((one) =>
          expect.objectContaining(one),
        ),
      })

      await writeFile(at('bad.jpg'), 'no picture')
      expect(await example.next()).toEqual({
        source: at('bad.jpg'),
        error: { code: 'IMAGE_INVALID', message: expect.stringContaining('bad.jpg') },
      })

      const bytes = photo('coffee.png')
      const slow = await open(at('slow.png'), 'w')
      const step = Math.ceil(bytes.length / 8)
      for (let from = 0; from < bytes.length; from += step) {
        await slow.write(bytes.subarray(from, from + step))
        await delay(SETTLE_MS / 4)
      }
      await slow.close()
      await writeFile(at('notes.txt'), 'not looked at')
      expect(await example.next()).toEqual(result('slow.png', 'espresso'))

      // Written elsewhere and moved there, over what is known already.
      await writeFile(at('.part'), photo('china.jpg'))
      await rename(at('.part'), at('slow.png'))
      expect(await example.next()).toEqual(result('slow.png', 'palace'))

      const { lines, stderr, ...end } = await example.end(signal)
      expect({ lines, ...end }).toEqual({ lines: [], code: 0, signal: null })
      expect(stderr).toBe(`watching ${directory}\n`)
    },
  )

  it.each([
    ['removed', (path: string) => rm(path, { recursive: true })],
    ['moved away', (path: string) => rename(path, `${path}-elsewhere`)],
  ])('ends when its directory is %s', async (name, go) => {
    const path = await mkdtemp(join(directory, name))
    const example = new ExampleProcess('folder-watcher.mjs', [path])
    await example.until(() => (example.stderr.includes('watching') ? true : undefined), 'a word')
    await go(path)
    const { code, stderr } = await example.end()
    expect(code).toBe(1)
    expect(stderr).toContain(`${path} is no longer there`)
  })

  it('says that there is no such directory', async () => {
    const { code, stderr } = await new ExampleProcess('folder-watcher.mjs', ['/nowhere']).end()
    expect(code).toBe(1)
    expect(stderr).toContain("ENOENT: no such file or directory, watch '/nowhere'")
  })
})
