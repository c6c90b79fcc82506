import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { EdgeError } from '@edge/errors'
import { describe, expect, it } from 'vitest'
import { exposeOnnxTensors, inspectOnnx, readOnnx, validateOnnx, writeOnnx } from '../../src/onnx/index.js'
import { processorTime } from '../processor-time.js'
import { corpus } from './corpus.js'
import { classifier, model, value } from './tiny-models.js'

// Every case in full; every 10th in the fast tier.
const EVERY = process.env.EDGE_TEST_TIER === 'full' ? 1 : 10
const FLIPS = 64

const models = [
  ...corpus().filter((_, index) => index % EVERY === 0),
  { name: 'a small network', bytes: writeOnnx(classifier()) },
]

/** Marsaglia's xorshift: the same numbers in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Does with damaged bytes all that is done with a model; what is refused has to be refused in our words. */
function use(bytes: Uint8Array, what: string): void {
  const begun = processorTime()
  try {
    const model = readOnnx(bytes)
    validateOnnx(model)
    inspectOnnx(model)
    // What was accepted is written, and read as the same again.
    expect(readOnnx(writeOnnx(model)), what).toEqual(model)
  } catch (error) {
    if (!(error instanceof EdgeError)) throw new Error(`${what}: ${String(error)}`, { cause: error })
    expect(['MODEL_INVALID', 'MODEL_UNSUPPORTED', 'INVALID_ARGUMENT'], what).toContain(error.code)
  }
  expect(processorTime() - begun, what).toBeLessThan(2000)
}

describe('damaged models are read or refused, and nothing else', () => {
  it('cut at every 64th', () => {
    for (const { name, bytes } of models) {
      for (let part = 0; part < 64; part++) {
        use(bytes.subarray(0, Math.floor((bytes.length * part) / 64)), `${name}, ${part}/64`)
      }
    }
  })

  it('with bytes changed', () => {
    for (const [index, { name, bytes }] of models.entries()) {
      const random = randomNumbers(index + 1)
      for (let flip = 0; flip < FLIPS; flip++) {
        const damaged = bytes.slice()
        for (let count = random() % 3; count >= 0; count--)
          damaged[random() % damaged.length] = random() & 255
        use(damaged, `${name}, change ${flip}`)
      }
    }
  })

  it('with bytes put in and taken out', () => {
    for (const [index, { name, bytes }] of models.entries()) {
      const random = randomNumbers(index + 1000)
      for (let edit = 0; edit < FLIPS / 4; edit++) {
        const [at, length] = [random() % bytes.length, random() % 9]
        const filler = Uint8Array.from({ length: random() % 9 }, () => random() & 255)
        const damaged = Buffer.concat([bytes.subarray(0, at), filler, bytes.subarray(at + length)])
        use(damaged, `${name}, edit ${edit}`)
      }
    }
  })
})

describe('what is small in a file is not large in memory', () => {
  it('numbers are kept in typed arrays', () => {
    // A million attributes' numbers, one byte each.
    const block = new Uint8Array(1_000_000).fill(1)
    const length = [0xc0, 0x84, 0x3d]
    const tensor = Buffer.concat([
      Buffer.from([0x3a, ...size(1_000_008), 0x2a, ...size(1_000_004), 0x2a, ...length]),
      block,
    ])
    const before = memoryInUse()
    const model = readOnnx(tensor)
    const grown = memoryInUse() - before
    expect(model.graph?.initializer[0]?.int32Data).toHaveLength(1_000_000)
    expect(grown).toBeLessThan(20_000_000)
  })

  it('empty messages', () => {
    // 200,000 empty nodes, two bytes each.
    const nodes = Buffer.alloc(400_000, Buffer.from([0x0a, 0]))
    const begun = processorTime()
    const model = readOnnx(Buffer.concat([Buffer.from([0x3a, ...size(nodes.length)]), nodes]))
    expect(model.graph?.node).toHaveLength(200_000)
    expect(processorTime() - begun).toBeLessThan(2000)
  })

  it.each([
    [
      'messages',
      [0x0a, 0],
      'graph.node[999998]',
      'at most 1000000 messages, byte strings and unknown fields',
    ],
    ['unknown fields', [0xf8, 6, 1], 'graph', 'at most 1000000 messages, byte strings and unknown fields'],
  ])('more than a million of empty %s are refused', (_, unit, place, expected) => {
    const parts = Buffer.alloc(unit.length * 1_000_001, Buffer.from(unit))
    const read = () => readOnnx(Buffer.concat([Buffer.from([0x3a, ...size(parts.length)]), parts]))
    expect(read).toThrow(
      expect.objectContaining({
        code: 'MODEL_INVALID',
        summary: expect.stringContaining(`corrupt at ${place} (byte`),
        expected,
      }),
    )
  })

  it('more than two million strings are refused', () => {
    const names = Buffer.alloc(4 * 2_000_001, Buffer.from([0x0a, 2, 0x61, 0x62]))
    const node = Buffer.concat([Buffer.from([0x0a, ...size(names.length)]), names])
    expect(() => readOnnx(Buffer.concat([Buffer.from([0x3a, ...size(node.length)]), node]))).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', expected: 'at most 2000000 strings' }),
    )
  })

  it('values of other names than a graph with many inputs has', () => {
    const input = Array.from({ length: 60_000 }, (_, at) => value(`in${at}`, [1]))
    const valueInfo = Array.from({ length: 60_000 }, (_, at) => value(`other${at}`, [1]))
    const begun = processorTime()
    exposeOnnxTensors(model({ input, valueInfo }), ['in0'])
    expect(processorTime() - begun).toBeLessThan(1000)
  })
})

/** Bytes that something still refers to. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  // A context made now has the function that the flag adds.
  runInNewContext('gc()')
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A length as a varint. */
function size(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...size(value >>> 7)]
}
