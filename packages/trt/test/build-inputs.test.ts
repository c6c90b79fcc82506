/** What an engine is made of is never replaced by it. */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOnnx, writeOnnxFile } from '@edge/model/onnx'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edgeTrt, expectFailure } from './cli.js'
import { COLOURS_MANIFEST, colours } from './colours-model.js'

let directory: string
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-trt-'))
  const externalData = { location: 'colours.weights', minimumBytes: 1 }
  await writeOnnxFile(at('colours.onnx'), readOnnx(colours(), 'colours'), { externalData })
  await writeFile(at('model.json'), JSON.stringify({ ...COLOURS_MANIFEST, labels: 'labels.txt' }))
  await writeFile(at('labels.txt'), 'red\ngreen\nblue\n')
  await symlink('colours.onnx', at('link.engine'))
})
afterAll(() => rm(directory, { recursive: true }))

it.each([
  ['colours.onnx', 'the model itself'],
  ['link.engine', 'the model itself'],
  ['model.json', 'the model’s manifest'],
  ['labels.txt', 'the model’s labels'],
  ['colours.weights', 'a file with the model’s weights'],
])('--force does not replace %s', async (name, what) => {
  const before = await readFile(at(name))
  const ended = await edgeTrt(['build', at('colours.onnx'), '-o', at(name), '--force'])
  expectFailure(ended, 2, 'INVALID_ARGUMENT')
  expect(ended.stderr).toContain(`${at(name)} is ${what}`)
  expect(await readFile(at(name))).toEqual(before)
})

it('refuses one place for the engine and its ranges', async () => {
  const args = ['build', at('colours.onnx'), '-o', at('both'), '--calibration-cache', `${directory}/./both`]
  const ended = await edgeTrt([...args, '--precision', 'int8', '--calibrate', directory])
  expectFailure(ended, 2, 'INVALID_ARGUMENT')
  expect(ended.stderr).toContain('are the same file')
})
