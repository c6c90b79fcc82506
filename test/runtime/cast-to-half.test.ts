/** EfficientNet-Lite0 as ONNX, cast to 16 bits by @edge/model, on onnxruntime against TensorFlow's golden logits. */
import { readFileSync } from 'node:fs'
import { castOnnxToHalf, readOnnx, writeOnnx } from '@edge/model/onnx'
import { describeRuntimes, Session } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { lite0Variant } from './golden.js'
import { fillWithPhotograph, goldenLogits, PHOTOGRAPHS, relativeDifference } from './lite0.js'

/** Of the largest logit: seventy layers, each rounded to 11 binary digits. Measured: 0.0066. */
const TOLERANCE = 0.01

const onnxruntime = describeRuntimes().find(({ name }) => name === 'onnxruntime')

describe.skipIf(onnxruntime?.available !== true)('EfficientNet-Lite0 cast to float16', () => {
  it('gives each photograph its class, and about its logits', async () => {
    const { model, clamped, kept } = castOnnxToHalf(readOnnx(readFileSync(lite0Variant('fp32.onnx'))))
    expect({ clamped, kept }).toEqual({ clamped: 0, kept: [] })
    const session = await Session.open(writeOnnx(model), { backend: 'onnxruntime', threads: 1 })
    try {
      expect(session.inputs).toMatchObject([{ name: 'image', dtype: 'float32', shape: [1, 224, 224, 3] }])
      const input = session.input(0, 'float32')
      for (const photograph of PHOTOGRAPHS) {
        await fillWithPhotograph(input, photograph)
        await session.run()
        const golden = goldenLogits(photograph)
        const logits = session.output(0, 'float32').data
        const difference = relativeDifference(logits, golden)
        expect(difference, photograph).toBeLessThanOrEqual(TOLERANCE)
        // What is exact to the last digits was not computed in 16 bits.
        expect(difference, photograph).toBeGreaterThan(1e-5)
        expect(logits.indexOf(Math.max(...logits)), photograph).toBe(golden.indexOf(Math.max(...golden)))
      }
    } finally {
      await session.dispose()
    }
  })
})
