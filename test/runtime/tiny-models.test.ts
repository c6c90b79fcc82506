/** Tiny models against Python's TFLite: every dtype, odd graphs, signatures, other shapes, shapes that only a run tells. */
import { loadAddon } from '@edge/native'
import { type Request, Session, type TensorInfo } from '@edge/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { type GoldenCase, type GoldenRun, type GoldenTensor, goldenCases } from './golden.js'
import { fill, problem } from './tensors.js'

const sessions: Session[] = []

async function open(path: string, xnnpack: boolean): Promise<Session> {
  const session = await Session.open(path, { backend: 'tflite', threads: 1, xnnpack })
  sessions.push(session)
  return session
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()))
  expect(loadAddon().liveObjects()).toMatchObject({ sessions: 0, requests: 0, threads: 0, tasks: 0 })
})

function expectDescribed(info: TensorInfo, golden: GoldenTensor): void {
  const { name, dtype, quantization, channelQuantization } = golden
  expect({
    name: info.name,
    dtype: info.dtype,
    quantization: info.quantization,
    channelQuantization: info.channelQuantization,
  }).toEqual({ name, dtype, quantization, channelQuantization })
  if (golden.dynamic) expect(info.dynamic, `"${name}" is dynamic`).toBe(true)
  if (info.dynamic === true) {
    // Python shows whatever shape the tensor had last; we say that nobody knows.
    expect(info.bytes).toBe(0)
    expect(info.shape.every((size) => size === -1)).toBe(true)
  } else {
    expect(info.shape).toEqual(golden.shape)
    expect(info.shapeSignature ?? info.shape).toEqual(golden.shapeSignature)
  }
}

function check(request: Request, run: GoldenRun): void {
  const byName = run.signature !== undefined
  expect(request.outputs).toHaveLength(run.outputs.size)
  for (const [key, expected] of run.outputs) {
    expect(problem(request.output(byName ? key : Number(key)), expected)).toBeUndefined()
  }
}

/** Each run by a request of its own, and then by that request once more where the model has no memory. */
async function runAll(session: Session, { runs, model }: GoldenCase): Promise<void> {
  for (const run of runs) {
    if (Object.keys(run.resize).length > 0) await session.resize(run.resize)
    const request = session.createRequest(run.signature === undefined ? {} : { signature: run.signature })
    for (const [name, values] of run.inputs) fill(request.input(name), values)
    await request.run()
    check(request, run)
    if (model !== 'stateful.tflite') {
      request.runSync()
      check(request, run)
    }
    await request.dispose()
  }
}

for (const group of ['dtypes', 'graphs', 'converted']) {
  describe(`tiny models: ${group}`, () => {
    for (const golden of goldenCases(group)) {
      it(`${golden.model} is described as Python describes it`, async () => {
        const session = await open(golden.path, true)
        expect(session.inputs).toHaveLength(golden.inputs.length)
        expect(session.outputs).toHaveLength(golden.outputs.length)
        for (const [place, info] of session.inputs.entries())
          expectDescribed(info, golden.inputs[place] ?? expect.fail())
        for (const [place, info] of session.outputs.entries())
          expectDescribed(info, golden.outputs[place] ?? expect.fail())
        const names = (infos: readonly TensorInfo[]) => infos.map(({ name }) => name).sort()
        expect(
          session.signatures.map(({ key, inputs, outputs }) => ({
            key,
            inputs: names(inputs),
            outputs: names(outputs),
          })),
        ).toEqual(golden.signatures)
      })

      for (const xnnpack of [true, false]) {
        it(`${golden.model} answers as Python does, by ${xnnpack ? 'XNNPACK' : 'the built-in kernels'}`, async () => {
          await runAll(await open(golden.path, xnnpack), golden)
        })
      }
    }
  })
}
