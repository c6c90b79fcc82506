import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import {
  inspectTflite,
  readMetadata,
  readTflite,
  validateTflite,
  writeMetadata,
  writeTflite,
} from '../../src/tflite/index.js'
import { processorTime } from '../processor-time.js'
import { mediapipe, type RealModel } from './real-models.js'
import { convolution, tinyModel } from './tiny-models.js'

const tiny = writeTflite(tinyModel(convolution))

/** A generator of numbers from 0 to 1 that gives the same ones in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Everything that takes a file apart; anything thrown but an EdgeError fails the test. */
function takeApart(bytes: Uint8Array): 'valid' | 'refused' {
  let outcome: 'valid' | 'refused' = 'valid'
  for (const take of [validateTflite, readMetadata, (file: Uint8Array) => inspectTflite(readTflite(file))]) {
    try {
      take(bytes)
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      expect(error.code).toMatch(/^MODEL_/)
      outcome = 'refused'
    }
  }
  return outcome
}

function corrupted(bytes: Uint8Array, random: () => number): Uint8Array {
  const copy = bytes.slice()
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1) {
    const at = Math.floor(random() * copy.length)
    copy[at] = random() < 0.5 ? (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256)
  }
  return copy
}

/** The structure of a model in a few kilobytes: weights make most random changes harmless. */
function withoutWeights({ bytes }: RealModel): Uint8Array {
  const model = readTflite(bytes)
  return writeTflite({
    ...model,
    buffers: model.buffers?.map((buffer) => ({ ...buffer, data: buffer.data?.slice(0, 64) })),
  })
}

describe('files that are cut off', () => {
  it.each([
    ['the tiny model', tiny] as const,
    ...mediapipe.map((model) => [model.name, model.bytes] as const),
  ])('%s, at every 64th of its length, is refused', (_, bytes) => {
    for (let part = 0; part < 64; part += 1) {
      const cut = bytes.slice(0, Math.floor((bytes.length * part) / 64))
      expect(() => readTflite(cut)).toThrow(EdgeError)
      expect(takeApart(cut)).toBe('refused')
    }
  })

  it('the tiny model is refused at every length but its own', () => {
    for (let length = 0; length < tiny.length; length += 1)
      expect(takeApart(tiny.slice(0, length))).toBe('refused')
    expect(takeApart(tiny)).toBe('valid')
  })
})

describe('files with random changes', () => {
  it('of a tiny model are refused or read, and never bring another error', () => {
    const random = seeded(1)
    const outcomes = Array.from({ length: 5000 }, () => takeApart(corrupted(tiny, random)))
    expect(outcomes.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(1000)
  })

  it('of trained models are refused or read, within two seconds each', () => {
    const random = seeded(2)
    for (const model of mediapipe) {
      const bytes = withoutWeights(model)
      for (let round = 0; round < 100; round += 1) {
        const begin = processorTime()
        takeApart(corrupted(bytes, random))
        expect(processorTime() - begin).toBeLessThan(2000)
      }
    }
  })

  it('of models with metadata and files are refused or read', () => {
    const random = seeded(3)
    const described = writeMetadata(tiny, {
      name: 'a',
      inputs: [{ normalization: { mean: [1], std: [2] } }],
      outputs: [{ labels: ['x', 'y', 'z'] }],
    })
    for (let round = 0; round < 3000; round += 1) takeApart(corrupted(described, random))
  })
})

describe('files that make a reader grow', () => {
  it('cost what they hold where graphs share their parts hundreds of times', () => {
    const model = tinyModel(convolution)
    const graph = model.subgraphs?.[0]
    if (graph === undefined) throw new Error('no graph')
    const operators = Array.from({ length: 300 }, () => graph.operators?.[0] ?? []).flat()
    const shared = writeTflite({
      ...model,
      subgraphs: Array.from({ length: 300 }, () => ({ ...graph, operators })),
    })
    const begin = processorTime()
    const read = readTflite(shared)
    expect(read.subgraphs?.[0]?.operators).toHaveLength(300)
    expect(new Set(read.subgraphs?.map((entry) => entry.operators?.[0])).size).toBe(1)
    expect(processorTime() - begin).toBeLessThan(2000)
  })

  it('are refused where parts overlap so that together they are larger than the file', () => {
    // 1,000 names of 8,192 bytes, each beginning four bytes after the one before: every four bytes are a length of 8,192.
    const count = 1000
    const length = 8192
    const [model, modelTable, codes] = [16, 32, 40]
    const vtable = codes + 4 + 4 * count
    const tables = vtable + 8
    const names = tables + 8 * count
    const bytes = new Uint8Array(names + 4 * count + length + 8)
    const view = new DataView(bytes.buffer)
    bytes.set(Buffer.from('TFL3'), 4)
    view.setUint32(0, modelTable, true)
    // The model's vtable: 8 bytes, for a table of 8 bytes with field 1, its operator codes, at byte 4.
    new Uint16Array(bytes.buffer, model, 4).set([8, 8, 0, 4])
    view.setInt32(modelTable, modelTable - model, true)
    view.setUint32(modelTable + 4, codes - modelTable - 4, true)
    view.setUint32(codes, count, true)
    // The same for operator codes, with field 1, the custom code.
    new Uint16Array(bytes.buffer, vtable, 4).set([8, 8, 0, 4])
    for (let at = 0; at < count; at += 1) {
      const table = tables + 8 * at
      view.setUint32(codes + 4 + 4 * at, table - (codes + 4 + 4 * at), true)
      view.setInt32(table, table - vtable, true)
      view.setUint32(table + 4, names + 4 * at - (table + 4), true)
    }
    for (let at = names; at + 4 <= bytes.length; at += 4) view.setUint32(at, length, true)
    expect(() => readTflite(bytes)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', expected: 'parts that do not overlap' }),
    )
  })

  it('are refused where a vector says to be longer than the file', () => {
    const bytes = tiny.slice()
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const root = view.getUint32(0, true)
    const vtable = root - view.getInt32(root, true)
    // Field 2 of the model: its graphs.
    const field = root + view.getUint16(vtable + 8, true)
    view.setUint32(field + view.getUint32(field, true), 0x3fffffff, true)
    expect(() => readTflite(bytes)).toThrow(/corrupt at subgraphs.*expected a vector of 1073741823 inside/)
  })
})
