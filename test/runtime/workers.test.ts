/** Sessions in several workers at once. */
import { Worker } from 'node:worker_threads'
import { loadAddon } from '@edge/native'
import { expect, it } from 'vitest'
import { goldenCases, lite0Model, tinyModel } from './golden.js'
import {
  goldenInt8,
  goldenLogits,
  int8Tolerance,
  PHOTOGRAPHS,
  relativeDifference,
  shareWithin,
} from './lite0.js'

const WORKERS = 4
const program = new URL('children/sessions.mjs', import.meta.url)

/** What a worker found: outputs of each of its sessions, in the order of its rounds. */
interface Found {
  readonly fp32: ReadonlyMap<string, readonly Float32Array[]>
  readonly int8: ReadonlyMap<string, readonly Uint8Array[]>
  readonly unique: readonly (readonly number[])[]
  readonly sum: readonly (readonly number[])[]
}

function isFound(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && 'fp32' in value && value.fp32 instanceof Map
}

function answersOf(pictures: Readonly<Record<string, Uint8Array>>): Promise<Found> {
  const models = {
    fp32: lite0Model('fp32'),
    int8: lite0Model('int8'),
    unique: tinyModel('dynamic_unique.tflite'),
    sum: tinyModel('add_float32.tflite'),
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: { models, pictures, rounds: 3 } })
    worker.once('error', reject)
    worker.once('message', (message: unknown) => {
      worker.once('exit', (code) => {
        if (code === 0 && isFound(message)) resolve(message)
        else reject(new Error(`the worker ended with ${code}`))
      })
    })
  })
}

it('16 sessions in 4 workers, all at work at once, give the right answers', async () => {
  const pictures = await rawPictures()
  const all = await Promise.all(Array.from({ length: WORKERS }, () => answersOf(pictures)))
  const { steps, share } = int8Tolerance(process.arch === 'x64' ? 'x64' : 'other')
  const uniques = goldenCases('converted').find(({ model }) => model === 'dynamic_unique.tflite')
  const [unique] = uniques?.runs ?? []
  for (const found of all) {
    for (const photograph of PHOTOGRAPHS) {
      const logits = found.fp32.get(photograph) ?? []
      const bytes = found.int8.get(photograph) ?? []
      expect([logits.length, bytes.length]).toEqual([3, 3])
      for (const answer of logits)
        expect(relativeDifference(answer, goldenLogits(photograph))).toBeLessThanOrEqual(1e-4)
      for (const answer of bytes)
        expect(shareWithin(answer, goldenInt8(photograph), steps)).toBeGreaterThanOrEqual(share)
    }
    expect(found.unique.length).toBeGreaterThan(0)
    for (const answer of found.unique) expect(answer).toEqual(unique?.outputs.get('0')?.values)
    for (const answer of found.sum) expect(answer).toEqual([11, 22, 33, 44])
  }
  expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

async function rawPictures(): Promise<Readonly<Record<string, Uint8Array>>> {
  const { Session } = await import('@edge/runtime')
  const { fillWithPhotograph } = await import('./lite0.js')
  const session = await Session.open(lite0Model('int8'))
  const pictures: Record<string, Uint8Array> = {}
  for (const photograph of PHOTOGRAPHS) {
    const input = session.input(0, 'uint8')
    await fillWithPhotograph(input, photograph)
    pictures[photograph] = input.data.slice()
  }
  await session.dispose()
  return pictures
}
