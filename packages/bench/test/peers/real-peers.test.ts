import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { fp32Onnx } from '../../../../benchmarks/peers/int8-onnx.js'
import { findPeers, type Peer } from '../../../../benchmarks/peers/peers.js'
import { efficientnetDirectory, photographsDirectory } from '../../../../scripts/setup/paths.js'
import type { Classified } from '../../src/subject/protocol.js'
import { SubjectProcess, type SubjectProgram } from '../../src/subject/subject-process.js'

// They are installed from the registry first.
const isFull = process.env.EDGE_TEST_TIER === 'full'
const limits = { timeoutMs: 120_000 }
const images = readdirSync(photographsDirectory)
  .sort()
  .map((name) => join(photographsDirectory, name))
const tflite = (precision: string): string =>
  join(efficientnetDirectory, `efficientnet_lite0_${precision}.tflite`)

/** Ours, as it was built. */
const own: SubjectProgram = {
  name: 'tflite',
  command: process.execPath,
  args: [fileURLToPath(new URL('../../dist/subject.js', import.meta.url)), 'tflite'],
}

interface Tried {
  readonly version: string
  readonly samplesMs: readonly number[]
  readonly peakRssBytes: number
  readonly pictures: Classified['pictures']
}

async function tryOut(
  program: SubjectProgram,
  model: string,
  { threads = 1, endToEnd = false }: { readonly threads?: number; readonly endToEnd?: boolean } = {},
): Promise<Tried> {
  const subject = new SubjectProcess(program)
  try {
    const { version } = await subject.load({ model, threads, batch: 1, images, endToEnd }, limits)
    const runs = { images: [...images.keys()], inFlight: 1 }
    const { samplesMs, peakRssBytes } = await subject.run(runs, limits)
    const { pictures } = await subject.classify(5, limits)
    return { version, samplesMs, peakRssBytes, pictures }
  } finally {
    await subject.end()
  }
}

/** Index and score of each picture's best class. */
function firstClasses({ pictures }: Tried): { index: number; score: number }[] {
  return pictures.map((picture) => {
    const [first] = 'classes' in picture ? picture.classes : []
    if (first === undefined) throw new Error(`a picture without a class: ${JSON.stringify(picture)}`)
    return { index: first.index, score: first.score }
  })
}

const ofOurs = new Map<string, Promise<Tried>>()

/** What ours makes of a model, asked once. */
function ours(model: string): Promise<Tried> {
  const asked = ofOurs.get(model) ?? tryOut(own, model)
  ofOurs.set(model, asked)
  return asked
}

/** The same classes as ours; scores as near as another resize lets them be. */
async function expectAsOurs(found: Tried, model: string): Promise<void> {
  const expected = firstClasses(await ours(model))
  const theirs = firstClasses(found)
  expect(theirs.map(({ index }) => index)).toEqual(expected.map(({ index }) => index))
  for (const [at, { score }] of theirs.entries())
    expect(Math.abs(score - (expected[at]?.score ?? 0))).toBeLessThan(0.12)
  expect(found.samplesMs).toHaveLength(images.length)
  expect(found.samplesMs.every((ms) => ms > 0.5)).toBe(true)
  // A model and a runtime are more, and no peer of these needs so much as a gigabyte.
  expect(found.peakRssBytes).toBeGreaterThan(50e6)
  expect(found.peakRssBytes).toBeLessThan(1e9)
}

describe.skipIf(!isFull)('peers in JavaScript, really', () => {
  let found: ReadonlyMap<string, Peer>
  beforeAll(async () => {
    found = await findPeers(['litert.js', 'transformers.js'])
  }, 600_000)

  function programOf(name: string): SubjectProgram {
    const peer = found.get(name)
    if (peer === undefined || 'skipped' in peer) throw new Error(`${name}: ${peer?.skipped}`)
    return peer
  }

  it.each([
    ['fp32', 1, false],
    ['int8', 1, true],
    ['fp32', 2, false],
    ['int8', 2, false],
  ])('LiteRT.js, %s, threads: %i, end to end: %s', async (precision, threads, endToEnd) => {
    const model = tflite(precision)
    const tried = await tryOut(programOf('litert.js'), model, { threads, endToEnd })
    expect(tried.version).toMatch(/^@litertjs\/core 2\.\d+\.\d+, WebAssembly$/)
    await expectAsOurs(tried, model)
  })

  it.each([
    [1, true],
    [2, false],
  ])('transformers.js, threads: %i, end to end: %s', async (threads, endToEnd) => {
    const tried = await tryOut(programOf('transformers.js'), fp32Onnx, { threads, endToEnd })
    expect(tried.version).toMatch(
      /^transformers\.js 4\.\d+\.\d+ \(onnxruntime-node 1\.\d+\.\d+, sharp 0\.\d+\.\d+\)$/,
    )
    await expectAsOurs(tried, tflite('fp32'))
    const labels = tried.pictures.map((picture) => 'classes' in picture && picture.classes[0]?.label)
    expect(labels).toContain('espresso')
  })

  it('each says which picture it cannot decode, and goes on', async () => {
    for (const [name, model] of [
      ['litert.js', tflite('int8')],
      ['transformers.js', fp32Onnx],
    ] as const) {
      const subject = new SubjectProcess(programOf(name))
      try {
        const pictures = [images[0] ?? '', import.meta.filename]
        const request = { model, threads: 1, batch: 1, images: pictures, endToEnd: true }
        await subject.load(request, limits)
        await expect(subject.run({ images: [0, 1], inFlight: 1 }, limits)).rejects.toMatchObject({ image: 1 })
        const { samplesMs } = await subject.run({ images: [0], inFlight: 1 }, limits)
        expect(samplesMs).toHaveLength(1)
      } finally {
        await subject.end()
      }
    }
  })
})
