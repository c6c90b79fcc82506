/**
 * `pnpm test:gpu [--model FILE.onnx]… [--runs N] [--out DIR]`: what only a GPU can show of the tensorrt backend. Exit code 0: all held; 1: something
 * did not; 77: there is no GPU or no TensorRT, and nothing was run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { Session, type SessionOptions } from '@edge/runtime'
import { writeResults } from '../measure/result-file.js'
import { answer, fillInputs, modelName, readSetting } from './setting.js'

const PICTURES = 32
/** Of the largest magnitude of an output. */
const TOLERANCE = 1e-3
/** By which the process may grow while it runs the same over and over. */
const GROWTH_MB = 16

const { models, runs, out, device } = readSetting(10_000)
const engineCache = mkdtempSync(join(tmpdir(), 'gpu-test-'))
const said: string[] = []
let failures = 0

/** Tells a person, and the results. */
function say(line: string): void {
  said.push(line)
  console.log(line)
}

function judge(what: string, held: boolean, found: string): void {
  if (!held) failures += 1
  say(`  ${held ? 'held  ' : 'FAILED'}  ${what}: ${found}`)
}

async function answers(path: string, options: SessionOptions): Promise<Float32Array[]> {
  const session = await Session.open(path, options)
  try {
    const all: Float32Array[] = []
    for (let number = 0; number < PICTURES; number += 1) all.push(await answer(session, number))
    return all
  } finally {
    await session.dispose()
  }
}

const onGpu = (options: SessionOptions = {}): SessionOptions => ({
  backend: 'tensorrt',
  ...options,
  tensorrt: { engineCache, tf32: false, ...options.tensorrt },
})

const argmax = (values: Float32Array): number => values.indexOf(Math.max(...values))

/** The largest difference, as a part of the largest magnitude; of all answers the worst. */
function worst(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const parts = expected.map((values, number) => {
    const others = found[number] ?? new Float32Array()
    if (others.length !== values.length) return Number.POSITIVE_INFINITY
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // A NaN counts as infinitely wrong.
    const difference = values.reduce((most, value, i) => {
      const one = Math.abs(value - (others[i] ?? Number.NaN))
      return Number.isNaN(one) ? Number.POSITIVE_INFINITY : Math.max(most, one)
    }, 0)
    return difference === 0 ? 0 : difference / largest
  })
  return Math.max(...parts)
}

/** How often another number format gives the same first class; it is stated, not judged. */
async function agreement(path: string, precision: 'fp16' | 'int8', expected: readonly Float32Array[]) {
  try {
    const found = await answers(path, onGpu({ precision, ...(precision === 'int8' && calibrated(path)) }))
    const same = found.filter(
      (values, number) => argmax(values) === argmax(expected[number] ?? values),
    ).length
    say(`  stated  ${precision}: the same first class for ${same} of ${PICTURES} inputs`)
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error
    say(`  not run ${precision}: ${error.message.split('\n')[0]}`)
  }
}

/** Ranges from the very inputs: whether int8 works is the question, not how well a calibration generalises. */
function calibrated(path: string): SessionOptions {
  async function* batches() {
    const session = await Session.open(path, { backend: 'onnxruntime' })
    try {
      for (let number = 0; number < PICTURES; number += 1) {
        fillInputs(session, number)
        yield Object.fromEntries(
          session.inputs.map(({ name }, index) => [name, session.input(index, 'float32').data.slice()]),
        )
      }
    } finally {
      await session.dispose()
    }
  }
  return { tensorrt: { calibration: { batches: batches() } } }
}

async function memoryGrowth(path: string): Promise<number> {
  const session = await Session.open(path, onGpu({ precision: 'fp32' }))
  try {
    fillInputs(session, 0)
    const warm = Math.ceil(runs / 10)
    for (let run = 0; run < warm; run += 1) await session.run()
    const before = process.memoryUsage().rss
    for (let run = 0; run < runs; run += 1) await session.run()
    return (process.memoryUsage().rss - before) / 1e6
  } finally {
    await session.dispose()
  }
}

async function testModel(path: string): Promise<void> {
  say(modelName(path))
  const expected = await answers(path, { backend: 'onnxruntime' })
  const found = await answers(path, onGpu({ precision: 'fp32' }))
  const part = worst(found, expected)
  judge(
    'fp32 without TF32 against onnxruntime',
    part <= TOLERANCE,
    `${part.toExponential(2)} of ${TOLERANCE}`,
  )
  const plain = await answers(path, onGpu({ precision: 'fp32', tensorrt: { graph: false } }))
  const apart = worst(plain, found)
  judge('CUDA graphs on and off', apart === 0, apart === 0 ? 'equal' : apart.toExponential(2))
  for (const precision of ['fp16', 'int8'] as const) await agreement(path, precision, expected)
  const growth = await memoryGrowth(path)
  judge(`memory over ${runs} runs`, growth <= GROWTH_MB, `${growth.toFixed(1)} MB more of ${GROWTH_MB}`)
}

try {
  for (const path of models) await testModel(path)
} finally {
  rmSync(engineCache, { recursive: true, force: true })
}
say(failures === 0 ? 'All held.' : `${failures} did not hold.`)
console.log(`Written to ${await writeResults('gpu-test', { device, runs, failures, said }, out)}`)
if (failures > 0) process.exitCode = 1
