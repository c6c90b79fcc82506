import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exposeTensors, readTflite, validateTflite, writeTflite } from '@edge/model/tflite'
import { Session } from '@edge/runtime'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const resolve = createRequire(join(ROOT, 'packages/model/package.json')).resolve

const directories = [
  ...['@mediapipe/face_detection', '@mediapipe/selfie_segmentation'].map((name) =>
    dirname(resolve(`${name}/package.json`)),
  ),
  join(ROOT, '.cache/models/efficientnet-lite0'),
].filter((directory) => existsSync(directory))

const models = directories.flatMap((directory) =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.tflite'))
    .map((name) => [name, new Uint8Array(readFileSync(join(directory, name)))] as const),
)

/** SHA-256 of all outputs by name, after a run on inputs that are always the same; the error's code where the model does not run. */
async function outputsOf(bytes: Uint8Array): Promise<Record<string, string> | string> {
  try {
    const session = await Session.open(bytes, { threads: 1 })
    try {
      for (const { name } of session.inputs) {
        const { data } = session.input(name)
        const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        const isFloat = data instanceof Float32Array
        for (let at = 0; at < data.length; at += 1) {
          if (isFloat) data[at] = ((at * 37) % 255) / 255
          else values[at] = (at * 37) % 255
        }
      }
      await session.run()
      return Object.fromEntries(
        session.outputs.map(({ name }) => {
          const { data } = session.output(name)
          const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
          return [name, createHash('sha256').update(values).digest('hex')]
        }),
      )
    } finally {
      await session.dispose()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}

/** Of the files as they are. */
const given = new Map<Uint8Array, Record<string, string> | string>()
beforeAll(async () => {
  for (const [, bytes] of models) given.set(bytes, await outputsOf(bytes))
})

describe('a .tflite file that @edge/model has rewritten', () => {
  it.each(models)('%s gives the outputs that it gave, bit for bit', async (_, bytes) => {
    expect(await outputsOf(writeTflite(readTflite(bytes)))).toEqual(given.get(bytes))
  })

  it('runs at all, for most of them', () => {
    const ran = [...given.values()].filter((found) => typeof found === 'object')
    expect(ran.length).toBeGreaterThanOrEqual(3)
  })
})

describe('intermediate tensors made outputs', () => {
  it.each(models)('%s gives the outputs that it gave, and the new ones', async (_, bytes) => {
    const before = given.get(bytes)
    if (typeof before !== 'object') return
    const model = readTflite(bytes)
    const graph = model.subgraphs?.[0]
    const results = (graph?.operators ?? []).flatMap(({ outputs }) => Array.from(outputs ?? []))
    const names = results.map((index) => graph?.tensors?.[index]?.name ?? '')
    const name = names[Math.floor(names.length / 2)] ?? ''
    const file = writeTflite(exposeTensors(model, [name]))
    expect(() => validateTflite(file)).not.toThrow()
    const after = await outputsOf(file)
    expect(after).toMatchObject(before)
    expect(after).toHaveProperty([name])
  })
})
