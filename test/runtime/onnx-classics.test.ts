/** R2's classics as ONNX, where `pnpm run setup --only bench-onnx-models` has made them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Classifier } from '@edge/classify'
import { PRESETS } from '@edge/image'
import { findManifest } from '@edge/model'
import { Session } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { objectsMember, parseObject } from '../../scripts/setup/json-value.js'
import {
  type OnnxClassic,
  onnxClassicManifest,
  onnxClassicPath,
  onnxClassics,
  onnxClassicsGolden,
} from '../../scripts/setup/onnx-classics.js'
import { classicPicture } from './classic-picture.js'

// Processors add up in different orders.
const TOLERANCE = 1e-4

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [])

/** What Python's onnxruntime answered. */
function golden({ name }: OnnxClassic) {
  const path = join(onnxClassicsGolden, `${name}.json`)
  const record = parseObject(readFileSync(path, 'utf8'), path)
  return { indices: numbers(record.indices), pictures: objectsMember(record, 'pictures', path) }
}

it.each(onnxClassics)('the manifest of $title makes its input as the preset $preset does', (classic) => {
  const { resize, normalization, channels = 'rgb' } = PRESETS[classic.preset]
  expect(normalization).not.toBe('none')
  expect(onnxClassicManifest(classic)).toMatchObject({
    input: { resize, channels, ...(normalization !== 'none' && normalization) },
  })
})

// The largest has half a gigabyte.
const wanted = onnxClassics.filter(({ name }) => name !== 'vgg-16' || process.env.EDGE_TEST_TIER === 'full')
const made = wanted.filter((classic) => existsSync(onnxClassicPath(classic)))

if (made.length === 0) {
  it('the ONNX models of published comparisons', ({ skip }) => {
    skip('pnpm run setup --only bench-onnx-models makes them')
  })
}

describe.each(made)('$title', (classic) => {
  it('answers as in Python, and to each picture differently', { timeout: 120_000 }, async () => {
    const { indices, pictures } = golden(classic)
    const session = await Session.open(onnxClassicPath(classic), { backend: 'onnxruntime', threads: 1 })
    try {
      expect(session.input(0).shape).toEqual([1, 3, classic.size, classic.size])
      expect(session.output(0).shape).toEqual([1, 1000])
      const answers: number[] = []
      for (const [number, expected] of pictures.entries()) {
        session.input(0, 'float32').data.set(classicPicture(classic, number))
        await session.run()
        const values = [...session.output(0, 'float32').data]
        const largest = Math.max(...values)
        const answer = values.indexOf(largest)
        expect(answer).toBe(expected.argmax)
        const chosen = numbers(expected.chosen)
        for (const [place, index] of indices.entries())
          expect(Math.abs((values[index] ?? Number.NaN) - (chosen[place] ?? 0))).toBeLessThan(
            TOLERANCE * largest,
          )
        answers.push(answer)
      }
      expect(new Set(answers).size).toBe(pictures.length)
    } finally {
      await session.dispose()
    }
  })

  it('says that its weights are random, and is taken by a classifier', { timeout: 120_000 }, async () => {
    expect((await findManifest(onnxClassicPath(classic)))?.manifest.description).toContain('random weights')
    const classifier = await Classifier.load(onnxClassicPath(classic), { backend: 'onnxruntime', threads: 1 })
    try {
      expect(classifier.labels).toHaveLength(1000)
      expect(classifier.outputKind).toBe(classic.preset === 'torch' ? 'logits' : 'probabilities')
    } finally {
      await classifier.dispose()
    }
  })
})
