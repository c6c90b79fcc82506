import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { describe, expect, it, vi } from 'vitest'
import { describeRuntimes, Session } from '../src/index.js'
import { withLoaderAdvice } from '../src/loader-advice.js'
import { doubleModel } from './double.js'

const refused = (found: string) =>
  new EdgeError('LIBRARY_NOT_FOUND', { summary: 'no library', found, remedy: 'old' })

describe('what to do about a library that the loader refuses', () => {
  it.each([
    [
      "libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by x.so)",
      /libstdc\+\+, lacks GLIBCXX_3\.4\.30/,
    ],
    ["libstdc++.so.6: version `CXXABI_1.3.13' not found (required by x.so)", /lacks CXXABI_1\.3\.13/],
    ["libc.so.6: version `GLIBC_2.34' not found (required by x.so)", /older than glibc 2\.34/],
    ['libstdc++.so.6: cannot open shared object file: No such file or directory', /install libstdc\+\+6/],
  ])('%s', (found, remedy) => {
    expect(withLoaderAdvice(refused(found))).toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
      summary: 'no library',
      found,
      remedy: expect.stringMatching(remedy),
    })
  })

  it('is left as it is elsewhere', () => {
    for (const error of [refused('x.so: cannot open shared object file'), new Error('GLIBCXX'), undefined]) {
      expect(withLoaderAdvice(error)).toBe(error)
    }
  })

  it('is said by the session and by the backend, of a real one', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'edge-loader-'))
    try {
      const name = `@edge/tflite-linux-${process.arch}`
      const library = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'lib')
      const content = (await readFile(join(library, 'libtensorflowlite_c.so'))).toString('latin1')
      // A version of libstdc++ that no system has yet.
      const newer = join(directory, 'newer.so')
      await writeFile(newer, Buffer.from(content.replaceAll('GLIBCXX_3.4.30', 'GLIBCXX_3.4.99'), 'latin1'))
      vi.stubEnv('EDGE_TFLITE_LIBRARY', newer)
      const remedy = expect.stringContaining('lacks GLIBCXX_3.4.99')
      const model = doubleModel('in=data:float32:1x2 out=scores:float32:1x2')
      await expect(Session.open(model, { validate: false })).rejects.toMatchObject({
        code: 'LIBRARY_NOT_FOUND',
        remedy,
      })
      expect(describeRuntimes()[0]?.problem).toMatchObject({ code: 'LIBRARY_NOT_FOUND', message: remedy })
    } finally {
      vi.unstubAllEnvs()
      await rm(directory, { recursive: true })
    }
  })
})
