/**
 * `pnpm test:gpu [--model FILE.onnx]… [--runs N] [--transfer copied|mapped] [--out DIR | --keep]`: what only a GPU can show of the tensorrt backend.
 * Exit code 0: all held; 1: something did not; 77: there is no GPU or no TensorRT, and nothing was run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { Session, type SessionOptions } from '@edge/runtime'
import { writeResults } from '../measure/result-file.js'
import { answer, fillInputs, TOLERANCE, worst } from './answers.js'
import { Claims } from './claims.js'
import { judgeFrames } from './frames.js'
import { judgeGrowth, memoryGrowth } from './memory.js'
import { modelName, readSetting } from './setting.js'

const PICTURES = 32

const setting = readSetting(10_000)
const { models, runs, out, device, transfer } = setting
const engineCache = mkdtempSync(join(tmpdir(), 'gpu-test-'))
const claims = new Claims()

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
  tensorrt: { engineCache, transfer, tf32: false, ...options.tensorrt },
})

const argmax = (values: Float32Array): number => values.indexOf(Math.max(...values))

/** How often another number format gives the same first class; it is stated, not judged. */
async function agreement(path: string, precision: 'fp16' | 'int8', expected: readonly Float32Array[]) {
  try {
    const found = await answers(path, onGpu({ precision, ...(precision === 'int8' && calibrated(path)) }))
    const same = found.filter(
      (values, number) => argmax(values) === argmax(expected[number] ?? values),
    ).length
    claims.state(precision, `the same first class for ${same} of ${PICTURES} inputs`)
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error
    claims.notRun(precision, error.message, path)
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

async function testModel(path: string): Promise<void> {
  claims.about(modelName(path))
  const expected = await answers(path, { backend: 'onnxruntime' })
  const found = await answers(path, onGpu({ precision: 'fp32' }))
  const part = worst(found, expected)
  claims.judge(
    'fp32 without TF32 against onnxruntime',
    part <= TOLERANCE,
    `${part.toExponential(2)} of ${TOLERANCE}`,
  )
  const plain = await answers(path, onGpu({ precision: 'fp32', tensorrt: { graph: false } }))
  const apart = worst(plain, found)
  claims.judge('CUDA graphs on and off', apart === 0, apart === 0 ? 'equal' : apart.toExponential(2))
  for (const precision of ['fp16', 'int8'] as const) await agreement(path, precision, expected)
  await judgeFrames(claims, path, onGpu({ precision: 'fp32' }))
  const session = await Session.open(path, onGpu({ precision: 'fp32' }))
  try {
    fillInputs(session, 0)
    judgeGrowth(claims, setting, await memoryGrowth(session, setting))
  } finally {
    await session.dispose()
  }
}

try {
  for (const path of models) await testModel(path)
} finally {
  rmSync(engineCache, { recursive: true, force: true })
}
claims.close()
const { failures } = claims
const measured = { device, transfer, runs, failures, claims: claims.all }
console.log(`Written to ${await writeResults('gpu-test', measured, out)}`)
if (failures > 0) process.exitCode = 1
