/** A GPU whose TensorRT does not load. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeRuntimes, Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

const nowhere = '/nonexistent/libnvinfer.so.10'
useDoubles(10, { EDGE_TENSORRT_LIBRARY: nowhere })

describe('TensorRT that does not load, on a machine with a GPU', () => {
  it('is passed over for a model that another backend runs', async () => {
    const session = await Session.open(doubling())
    try {
      expect(session.backend).toBe('onnxruntime')
    } finally {
      await session.dispose()
    }
  })

  it('is told of where an option of its own was given', async () => {
    const opening = Session.open(doubling(), { precision: 'fp16' })
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      summary: 'the onnxruntime backend has no option precision',
      message: expect.stringMatching(/Leave out the option precision\. Or mend tensorrt: .*\/nonexistent/s),
    })
  })

  it('is told of together with what the other backend lacks', async () => {
    process.env.EDGE_ONNXRUNTIME = '/nonexistent/onnxruntime-node'
    try {
      expect(describeRuntimes().filter(({ available }) => available)).toHaveLength(1)
      await expect(Session.open(doubling())).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        found: expect.stringMatching(/^tensorrt: .*libnvinfer.*onnxruntime: .*onnxruntime-node/s),
      })
      const libraryPath = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
      const session = await Session.open(doubling(), { libraryPath })
      expect(session.backend).toBe('onnxruntime')
      await session.dispose()
    } finally {
      delete process.env.EDGE_ONNXRUNTIME
    }
  })
})
