/** Mistakes about engines that are told before anything is done. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edgeTrt, edgeTrtJson, expectFailure } from './cli.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  for (const name of ['photos', 'empty', 'cache']) await mkdir(at(name), { mode: 0o700 })
  await writeFile(at('photos/cat.jpg'), 'a cat')
  await writeFile(at(`cache/${'0'.repeat(64)}.timing`), 'times', { mode: 0o600 })
})
afterAll(() => rm(directory, { recursive: true }))

it.each([
  ['--opt-shapes', ['--opt-shapes', 'image:0x1x1x3']],
  ['--max-shapes', ['--opt-shapes', 'image:1x1x1x3', '--max-shapes', 'image:0x1x1x3']],
])('%s of no elements is no shape to build for', async (flag, flags) => {
  const ended = await edgeTrt(['build', at('model.onnx'), ...flags])
  expectFailure(ended, 2, 'INVALID_ARGUMENT')
  expect(ended.stderr).toContain(`${flag} wants sizes of 1 and more of the input image, not 0x1x1x3`)
})

it.each([
  ['photos/cat.jpg', 'a file'],
  ['photos', 'a directory of other files'],
])('%s is no cache to clear', async (name, found) => {
  const ended = await edgeTrtJson(['engines', 'clear', '--cache', at(name)])
  expectFailure(ended, 1, 'FILE_UNREADABLE')
  expect(ended.stderr).toContain(`found ${found}`)
  expect(await readdir(at('photos'))).toEqual(['cat.jpg'])
})

it.each(['empty', 'nowhere', 'cache'])('a cache without engines is cleared: %s', async (name) => {
  const { code, document } = await edgeTrtJson(['engines', 'clear', '--cache', at(name)])
  expect({ code, document }).toMatchObject({ code: 0, document: { engines: 0, errors: [] } })
})

it('--help names the driver’s variable', async () => {
  expect((await edgeTrt(['--help'])).stdout).toMatch(/^ {2}EDGE_CUDA_LIBRARY +path of libcuda/m)
})

it('inspect does not know whether an engine is whole, and says so', async () => {
  await writeFile(at('cut.engine'), 'ftrt')
  expect((await edgeTrt(['inspect', at('cut.engine')])).stdout).toContain('Whether it is whole')
})
