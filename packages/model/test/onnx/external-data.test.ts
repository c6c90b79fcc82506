import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  externalFileSizes,
  externalLocations,
  inspectOnnx,
  loadExternalData,
  type ModelProto,
  onnxTensorData,
  readOnnx,
  readOnnxFile,
  validateOnnx,
  writeOnnx,
  writeOnnxFile,
} from '../../src/onnx/index.js'
import { classifier } from './tiny-models.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'edge-onnx-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Writes the small classifier with all of its weights in another file. */
async function written(location = 'weights.bin'): Promise<{ path: string; model: ModelProto }> {
  const path = join(directory, 'model.onnx')
  await writeOnnxFile(path, classifier(), { externalData: { location, minimumBytes: 1 } })
  return { path, model: (await readOnnxFile(path)).model }
}

/** The model with its data at another place, whose name has as many characters. */
function relocated(model: ModelProto, location: string): ModelProto {
  const text = Buffer.from(writeOnnx(model)).toString('latin1')
  const changed = text.replaceAll('weights.bin', location)
  expect(location).toHaveLength('weights.bin'.length)
  return readOnnx(Buffer.from(changed, 'latin1'))
}

describe('external data', () => {
  it('come back equal, each tensor at a page of its own', async () => {
    const { model } = await written()
    expect(externalLocations(model)).toEqual(['weights.bin'])
    const sizes = await externalFileSizes(model, directory)
    expect([...sizes.keys()]).toEqual(['weights.bin'])
    validateOnnx(model, { externalFileBytes: sizes })
    expect(model.graph?.initializer.map(({ externalData }) => externalData[1]?.value)).toEqual([
      '0',
      '4096',
      '8192',
    ])
    expect(await loadExternalData(model, directory)).toEqual(classifier())
  })

  it('leave small tensors in the model', async () => {
    const path = join(directory, 'model.onnx')
    await writeOnnxFile(path, classifier(), { externalData: { minimumBytes: 100 } })
    const { model } = await readOnnxFile(path)
    expect(externalLocations(model)).toEqual(['model.onnx.data'])
    expect((await readFile(join(directory, 'model.onnx.data'))).length).toBe(216)
    expect(await loadExternalData(model, directory)).toEqual(classifier())
  })

  it('are asked for where they are needed', async () => {
    const { model } = await written()
    const [tensor] = model.graph?.initializer ?? []
    if (tensor === undefined) throw new Error('no tensor')
    for (const act of [() => onnxTensorData(tensor), () => inspectOnnx(model)]) {
      expect(act).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          remedy: expect.stringContaining('loadExternalData'),
        }),
      )
    }
  })

  it('are refused where their file is too short, or missing', async () => {
    const { model } = await written()
    await truncate(join(directory, 'weights.bin'), 8200)
    await expect(loadExternalData(model, directory)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      found: '8200',
    })
    await rm(join(directory, 'weights.bin'))
    await expect(loadExternalData(model, directory)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(externalFileSizes(model, directory)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await mkdir(join(directory, 'weights.bin'))
    await expect(loadExternalData(model, directory)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('stay in the model’s directory, also over links', async () => {
    const { model } = await written()
    const outside = await mkdtemp(join(tmpdir(), 'edge-outside-'))
    try {
      await writeFile(join(outside, 'w'), new Uint8Array(9000))
      await rm(join(directory, 'weights.bin'))
      await symlink(join(outside, 'w'), join(directory, 'weights.bin'))
      const refused = { code: 'MODEL_INVALID', found: `a link to ${join(outside, 'w')}` }
      await expect(loadExternalData(model, directory)).rejects.toMatchObject(refused)
      await expect(externalFileSizes(model, directory)).rejects.toMatchObject(refused)
      await symlink(outside, join(directory, 'sub'))
      await expect(loadExternalData(relocated(model, './././sub/w'), directory)).rejects.toMatchObject(
        refused,
      )
      await expect(loadExternalData(relocated(model, './../sub//w'), directory)).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        expected: expect.stringContaining('without ..'),
      })
      // A link that stays inside is none of our business.
      await rm(join(directory, 'weights.bin'))
      await writeFile(join(directory, 'real'), new Uint8Array(9000))
      await symlink('real', join(directory, 'weights.bin'))
      await loadExternalData(model, directory)
    } finally {
      await rm(outside, { recursive: true })
    }
  })

  it('are not overwritten by a model that still needs them', async () => {
    const { path, model } = await written()
    await expect(
      writeOnnxFile(path, model, { externalData: { location: 'weights.bin' } }),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining('would be overwritten'),
    })
    await expect(
      writeOnnxFile(path, classifier(), { externalData: { location: '../weights.bin' } }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await loadExternalData((await readOnnxFile(path)).model, directory)).toEqual(classifier())
  })

  it.each(['model.onnx', './model.onnx', './/./model.onnx', 'here/model.onnx', 'Model.ONNX'])(
    'are not written to %s, the model file itself',
    async (location) => {
      await symlink('.', join(directory, 'here'))
      const path = join(directory, 'model.onnx')
      await writeOnnxFile(path, classifier())
      const before = await readFile(path)
      await expect(
        writeOnnxFile(path, classifier(), { externalData: { location, minimumBytes: 1 } }),
      ).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        summary: expect.stringContaining('is the model file itself'),
        found: JSON.stringify(location),
      })
      expect(Buffer.compare(await readFile(path), before)).toBe(0)
    },
  )

  it('are not overwritten under another name of their file, nor by the model', async () => {
    const { path, model } = await written()
    await symlink('weights.bin', join(directory, 'another.bin'))
    const refused = { code: 'INVALID_ARGUMENT', summary: expect.stringContaining('would be overwritten') }
    await expect(
      writeOnnxFile(path, model, { externalData: { location: './weights.bin' } }),
    ).rejects.toMatchObject(refused)
    await expect(writeOnnxFile(join(directory, 'weights.bin'), model)).rejects.toMatchObject(refused)
    await expect(
      writeOnnxFile(join(directory, 'weights.bin'), relocated(model, 'another.bin')),
    ).rejects.toMatchObject(refused)
    expect(await loadExternalData((await readOnnxFile(path)).model, directory)).toEqual(classifier())
  })
})

describe('options', () => {
  const path = 'never-written.onnx'
  const named = (name: string, value: unknown = 1): object => ({ [name]: value })

  it.each([
    ['writeOnnxFile', () => writeOnnxFile(path, classifier(), named('externaldata'))],
    ['writeOnnxFile externalData', () => writeOnnxFile(path, classifier(), { externalData: named('path') })],
    ['validateOnnx', () => validateOnnx(classifier(), named('externalFileByte'))],
    ['inspectOnnx', () => inspectOnnx(classifier(), named('dimension'))],
  ])('of %s that are misspelt are refused', async (of, act) => {
    await expect(async () => await act()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: expect.stringContaining(`${of} has no option`),
    })
  })

  it.each([
    ['location', 5],
    ['minimumBytes', Number.NaN],
    ['minimumBytes', '8'],
  ])('of the wrong kind are refused: %s', async (name, given) => {
    await expect(
      writeOnnxFile(path, classifier(), { externalData: named(name, given) }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
