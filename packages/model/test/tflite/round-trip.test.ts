import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTflite, type TfliteModel, validateTflite, writeTflite } from '../../src/tflite/index.js'
import { lite0, mediapipe, python, type RealModel, reference } from './real-models.js'
import { convolution, tinyModel } from './tiny-models.js'

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'edge-tflite-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Asks LiteRT's Python whether files mean the same. */
function differences(pairs: readonly (readonly [a: string, b: string])[]): string {
  if (python === undefined) return 'no Python'
  try {
    return execFileSync(python, [reference('tflite_compare.py'), ...pairs.flat()])
      .toString()
      .trim()
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout)
    throw error
  }
}

function rewritten({ name, path, bytes }: RealModel): readonly [string, string] {
  const copy = join(directory, name)
  writeFileSync(copy, writeTflite(readTflite(bytes)))
  return [path, copy]
}

describe('trained models of other people', () => {
  it('are five', () => {
    expect(mediapipe).toHaveLength(5)
  })

  it.each(mediapipe.map((model) => [model.name, model] as const))(
    '%s means the same when read and written',
    (_, model) => {
      const read = readTflite(model.bytes)
      const file = writeTflite(read)
      expect(Buffer.compare(flattened(readTflite(file)), flattened(read))).toBe(0)
      expect(() => validateTflite(file)).not.toThrow()
    },
  )

  it.skipIf(python === undefined)('mean the same to LiteRT, too (skipped before `pnpm run setup`)', () => {
    expect(differences(mediapipe.map(rewritten))).toBe('')
  })
})

describe.skipIf(lite0.length === 0)('EfficientNet-Lite0 (skipped before `pnpm run setup`)', () => {
  it('means the same when read and written', () => {
    for (const { bytes } of lite0) {
      const read = readTflite(bytes)
      expect(Buffer.compare(flattened(readTflite(writeTflite(read))), flattened(read))).toBe(0)
      expect(() => validateTflite(bytes)).not.toThrow()
    }
  })

  it.skipIf(python === undefined)('means the same to LiteRT, too', () => {
    expect(differences(lite0.map(rewritten))).toBe('')
  })
})

/** All of a model as text, weights as their bytes: comparing them element by element takes minutes. */
function flattened(model: TfliteModel): Buffer {
  const parts: Buffer[] = []
  const text = JSON.stringify(model, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    if (!ArrayBuffer.isView(value)) return value
    parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    return `${value.constructor.name} ${value.byteLength}`
  })
  return Buffer.concat([Buffer.from(text), ...parts])
}

describe('what a reader that is not ours says of files that ours wrote', () => {
  it.skipIf(python === undefined)('tells a change', () => {
    const model = tinyModel(convolution)
    const [a, b] = [join(directory, 'a.tflite'), join(directory, 'b.tflite')]
    writeFileSync(a, writeTflite(model))
    writeFileSync(b, writeTflite({ ...model, description: 'other' }))
    expect(differences([[a, b]])).toContain("model.description: b'tiny' and b'other'")
  })

  it.skipIf(python === undefined)('finds data that lie outside the FlatBuffer', () => {
    const model = tinyModel(convolution)
    const [a, b] = [join(directory, 'outside.tflite'), join(directory, 'again.tflite')]
    writeFileSync(
      a,
      writeTflite({
        ...model,
        buffers: model.buffers?.map((buffer) => ({ ...buffer, offset: buffer.data ? 2n : 0n })),
      }),
    )
    writeFileSync(b, writeTflite(readTflite(writeTflite(model))))
    const found = differences([[a, b]])
    expect(found).toContain('.offset')
    expect(found).not.toContain('.data')
  })
})
