/** Shapes that a model was not made for: refused, and the session as it was. Delegates would read beyond their buffers. */
import { EdgeError } from '@edge/errors'
import { Session, type SessionOptions } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { thirdPartyModels } from '../../scripts/setup/third-party-models.js'
import { lite0Model, tinyModel } from './golden.js'

const LITE0 = [
  [1, 224, 224, 1],
  [1, 224, 224, 2],
  [1, 224, 224, 6],
  [1, 224, 224, 300],
  [4, 224, 224, 1],
  [4, 224, 224],
  [1, 224, 224, 3, 1],
  [224],
  [],
]

async function refusal(session: Session, shape: readonly number[]): Promise<unknown> {
  const before = session.inputs
  const error = await session.resize({ 0: shape }).catch((reason: unknown) => reason)
  expect(session.inputs).toEqual(before)
  await session.run()
  return error
}

describe.each([
  ['by XNNPACK', {}],
  ['by the built-in kernels', { xnnpack: false }],
] satisfies [string, SessionOptions][])('a resize, %s', (_, options) => {
  it.each(['fp32', 'int8'] as const)(
    'to what EfficientNet-Lite0 cannot take is refused: %s',
    async (kind) => {
      const session = await Session.open(lite0Model(kind), { ...options, threads: 1 })
      try {
        for (const shape of LITE0) {
          const error = await refusal(session, shape)
          expect(error, String(shape)).toBeInstanceOf(EdgeError)
          expect(error, String(shape)).toMatchObject({
            code: 'SHAPE_MISMATCH',
            expected: expect.stringContaining('[?, ?, ?, 3]'),
            found: `[${shape.join(', ')}]`,
          })
        }
        await session.resize({ 0: [2, 96, 64, 3] })
        expect(session.outputs[0]?.shape).toEqual([2, 1000])
        // Of a session that has other shapes already, too.
        expect(await refusal(session, [2, 96, 64, 4])).toMatchObject({ code: 'SHAPE_MISMATCH' })
        await session.resize({ 0: [1, 224, 224, 3] })
        await session.run()
      } finally {
        await session.dispose()
      }
    },
  )

  it('changes only what a model leaves open, if it leaves something open', async () => {
    const session = await Session.open(tinyModel('resizable.tflite'), options)
    try {
      expect(session.inputs[0]?.shapeSignature).toEqual([-1, -1, -1, 3])
      for (const shape of [[1], [2, 5, 6], [2, 5, 6, 4]]) {
        expect(await refusal(session, shape)).toMatchObject({ code: 'SHAPE_MISMATCH' })
      }
      await session.resize({ 0: [2, 5, 6, 3] })
      expect(session.outputs[0]?.shape).toEqual([2, 5])
    } finally {
      await session.dispose()
    }
  })

  it('of models that flatten what they see, works or is refused', async () => {
    for (const path of thirdPartyModels()) {
      const session = await Session.open(path, options).catch((error: unknown) => error)
      // Custom operators, which only XNNPACK has.
      if (!(session instanceof Session)) continue
      try {
        const [, height = 0, width = 0, channels = 0] = session.inputs[0]?.shape ?? []
        for (const shape of [
          [1, height / 2, width / 2, channels],
          [1, height + 1, width - 1, channels],
          [3, height, width, channels],
          [1, 1, 1, channels],
        ]) {
          const error = await session.resize({ 0: shape }).catch((reason: unknown) => reason)
          if (error !== undefined) expect(error).toMatchObject({ code: 'SHAPE_MISMATCH' })
          await session.run()
          const { data } = session.output(0)
          expect(data.length).toBe(session.outputs[0]?.shape.reduce((product, size) => product * size, 1))
        }
      } finally {
        await session.dispose()
      }
    }
  })
})
