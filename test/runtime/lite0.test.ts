/** EfficientNet-Lite0 in all its forms against Python's TFLite. */
import { loadAddon } from '@edge/native'
import { describeRuntimes, Session, type SessionOptions } from '@edge/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { objectMember, objectsMember } from '../../scripts/setup/json-value.js'
import { lite0Model, lite0Variant, numbers, readGolden } from './golden.js'
import {
  fillWithPhotograph,
  formulaValues,
  goldenInt8,
  goldenLogits,
  int8Tolerance,
  PHOTOGRAPHS,
  relativeDifference,
  shareWithin,
} from './lite0.js'

const RELATIVE = 1e-4
/** See test/golden/runtime/README.md. */
const DYNAMIC_RANGE = 0.015
const sessions: Session[] = []

async function open(path: string, options: SessionOptions = {}): Promise<Session> {
  const session = await Session.open(path, { threads: 2, ...options })
  sessions.push(session)
  return session
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
  expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

const kernels = [
  { xnnpack: true, by: 'XNNPACK' },
  { xnnpack: false, by: 'the built-in kernels' },
] as const

/** Largest difference from the golden logits over photographs. */
async function differences(
  session: Session,
  golden: (photograph: string) => readonly number[],
  photographs: readonly string[],
): Promise<readonly number[]> {
  const found: number[] = []
  for (const photograph of photographs) {
    await fillWithPhotograph(session.input(), photograph)
    await session.run()
    found.push(relativeDifference(session.output(0, 'float32').data, golden(photograph)))
  }
  return found
}

describe('EfficientNet-Lite0', () => {
  for (const { xnnpack, by } of kernels) {
    it(`as float32 gives Python's logits, by ${by}`, async () => {
      const session = await open(lite0Model('fp32'), { xnnpack })
      for (const difference of await differences(session, goldenLogits, PHOTOGRAPHS))
        expect(difference).toBeLessThanOrEqual(RELATIVE)
    })

    it(`as int8 gives Python's bytes to within what rounding does, by ${by}`, async () => {
      const session = await open(lite0Model('int8'), { xnnpack })
      const { steps, share } = int8Tolerance(xnnpack && process.arch === 'x64' ? 'x64' : 'other')
      for (const photograph of PHOTOGRAPHS) {
        await fillWithPhotograph(session.input(), photograph)
        await session.run()
        const near = shareWithin(session.output(0, 'uint8').data, goldenInt8(photograph), steps)
        expect(near, photograph).toBeGreaterThanOrEqual(share)
      }
    })
  }

  it('as float16 gives the logits that Python gives for it', async () => {
    const session = await open(lite0Variant('fp16.tflite'))
    const golden = objectMember(readGolden('lite0-variants'), 'fp16', 'golden')
    const logits = (photograph: string) => numbers(golden[photograph], photograph)
    for (const difference of await differences(session, logits, Object.keys(golden)))
      expect(difference).toBeLessThanOrEqual(RELATIVE)
  })

  for (const { xnnpack, by } of kernels) {
    it(`with dynamic-range int8 weights comes as near to Python's logits as another build can, by ${by}`, async () => {
      const session = await open(lite0Variant('dynamic_range.tflite'), { xnnpack })
      const golden = objectMember(readGolden('lite0-variants'), 'dynamicRange', 'golden')
      const logits = (photograph: string) => numbers(golden[photograph], photograph)
      for (const difference of await differences(session, logits, Object.keys(golden)))
        expect(difference).toBeLessThanOrEqual(DYNAMIC_RANGE)
    })
  }

  it('gives the same whatever the number of threads', async () => {
    const answers: Float32Array[] = []
    for (const threads of [1, 2, 4]) {
      const session = await open(lite0Model('fp32'), { threads })
      await fillWithPhotograph(session.input(), 'coffee')
      await session.run()
      answers.push(session.output(0, 'float32').data.slice())
    }
    for (const answer of answers)
      expect(relativeDifference(answer, goldenLogits('coffee'))).toBeLessThanOrEqual(RELATIVE)
  })

  it("in other batches and sizes gives Python's logits at that shape", async () => {
    const session = await open(lite0Model('fp32'))
    for (const record of objectsMember(readGolden('lite0-resized'), 'fp32', 'golden')) {
      const shape = numbers(record.shape, 'shape')
      await session.resize({ 0: shape })
      expect(session.inputs[0]?.shape).toEqual(shape)
      const input = session.input(0, 'float32')
      input.data.set(formulaValues(input.size))
      await session.run()
      const output = session.output(0, 'float32')
      expect(output.shape).toEqual(record.outputShape)
      const everyEighth = output.data.filter((_, index) => index % 8 === 0)
      const golden = numbers(record.everyEighth, 'everyEighth')
      expect(relativeDifference(everyEighth, golden), `[${shape}]`).toBeLessThanOrEqual(RELATIVE)
    }
  })

  const onnxruntime = describeRuntimes().find(({ name }) => name === 'onnxruntime')

  it.skipIf(onnxruntime?.available !== true)('as ONNX gives the same logits as TFLite', async () => {
    const session = await open(lite0Variant('fp32.onnx'), { backend: 'onnxruntime' })
    expect(session.inputs).toMatchObject([{ name: 'image', dtype: 'float32', shape: [1, 224, 224, 3] }])
    expect(session.outputs).toMatchObject([{ name: 'logits', dtype: 'float32', shape: [1, 1000] }])
    for (const difference of await differences(session, goldenLogits, ['chelsea', 'coffee']))
      expect(difference).toBeLessThanOrEqual(RELATIVE)
  })
})
