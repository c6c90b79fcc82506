import { afterEach, describe, expect, it } from 'vitest'
import { doubleModel, doublePath } from './double.js'
import { doubling } from './onnx-models.js'
import { closeSessions, open, rejection } from './onnxruntime-sessions.js'

afterEach(closeSessions)

describe('Session.refit', () => {
  it.each([
    [
      'tflite',
      () =>
        open(doubleModel('in=data:float32:1x2 out=scores:float32:1x2'), {
          libraryPath: doublePath,
          validate: false,
        }),
    ],
    ['onnxruntime', () => open(doubling())],
  ])('is not for %s, which says what to do', async (backend, opening) => {
    const session = await opening()
    expect(await rejection(session.refit(doubling()))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: `the ${backend} backend does not replace a model's weights`,
      remedy: expect.stringContaining('a session of its own'),
    })
    session.runSync()
  })
})
