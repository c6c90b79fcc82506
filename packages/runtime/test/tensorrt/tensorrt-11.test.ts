import { describe, expect, it } from 'vitest'
import { buildEngine, Session } from '../../src/index.js'
import { doubling, floats, model, node, value } from '../onnx-models.js'
import { useDoubles } from './doubles.js'
import { describeRefits } from './refits.js'
import { describeSessions } from './sessions.js'

useDoubles(11)

describe('TensorRT 11', () => {
  describeSessions(/^11\.4\./)
  describeRefits()

  it.each([
    // -3071 and 65162.75 are no numbers of 16 bits: what the sums are rounded to tells that they were computed so.
    { factor: 3, offset: 1, scores: [4, -3072], warning: undefined },
    { factor: 1 / 3, offset: 70_000, scores: [65504, 65152], warning: 'one weight is beyond' },
  ])('computes in fp16 what the model says in fp32: × $factor + $offset', async (sample) => {
    const scaled = model({
      input: [value('data', [1, 2])],
      output: [value('scores', [1, 2])],
      initializer: [floats('factor', [1], [sample.factor]), floats('offset', [1], [sample.offset])],
      node: [node('Mul', ['data', 'factor'], ['product']), node('Add', ['product', 'offset'], ['scores'])],
    })
    const session = await Session.open(scaled, {
      backend: 'tensorrt',
      precision: 'fp16',
      tensorrt: { engineCache: false },
    })
    session.input(0, 'float32').data.set([1, -1024])
    await session.run()
    expect([...session.output(0, 'float32').data]).toEqual(sample.scores)
    const { warning } = sample
    const told = warning === undefined ? undefined : expect.stringContaining(warning)
    expect(session.details.buildWarnings).toEqual(told)
    await session.dispose()
  })

  it('casts the model whose weights replace those of an engine in fp16', async () => {
    const scaled = (factor: number) =>
      model({
        input: [value('data', [1, 2])],
        output: [value('scores', [1, 2])],
        initializer: [floats('factor', [1], [factor])],
        node: [node('Mul', ['data', 'factor'], ['scores'])],
      })
    const tensorrt = { engineCache: false, refittable: true } as const
    const { plan } = await buildEngine(scaled(2), { precision: 'fp16', tensorrt })
    for (const content of [scaled(2), plan]) {
      const session = await Session.open(content, {
        backend: 'tensorrt',
        precision: 'fp16',
        tensorrt: { refittable: true },
      })
      await session.refit(scaled(1 / 3))
      session.input(0, 'float32').data.set([1, -3])
      await session.run()
      // A third, of 11 bits: 0.333251953125.
      expect([...session.output(0, 'float32').data]).toEqual([0.333251953125, -1])
      await session.dispose()
    }
  })

  it('does not cast a quantized model to fp16', async () => {
    const quantized = model({
      input: [value('data', [1, 2])],
      output: [value('scores', [1, 2])],
      initializer: [floats('scale', [], [0.5])],
      node: [
        node('QuantizeLinear', ['data', 'scale'], ['levels']),
        node('DequantizeLinear', ['levels', 'scale'], ['scores']),
      ],
    })
    const opening = Session.open(quantized, {
      backend: 'tensorrt',
      precision: 'fp16',
      tensorrt: { engineCache: false },
    })
    await expect(opening).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      found: expect.stringContaining('QuantizeLinear'),
    })
  })

  it('has no calibration, and says what to do', async () => {
    const opening = Session.open(doubling(), {
      backend: 'tensorrt',
      precision: 'int8',
      tensorrt: { engineCache: false, calibration: { batches: [{ data: new Float32Array(2) }] } },
    })
    await expect(opening).rejects.toThrow(/QuantizeLinear/)
  })
})
