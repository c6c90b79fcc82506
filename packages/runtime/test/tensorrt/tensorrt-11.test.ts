import { describe, expect, it } from 'vitest'
import { Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'
import { describeSessions } from './sessions.js'

useDoubles(11)

describe('TensorRT 11', () => {
  describeSessions(/^11\.4\./)

  it('has no calibration, and says what to do', async () => {
    const opening = Session.open(doubling(), {
      backend: 'tensorrt',
      precision: 'int8',
      tensorrt: { engineCache: false, calibration: { batches: [{ data: new Float32Array(2) }] } },
    })
    await expect(opening).rejects.toThrow(/QuantizeLinear/)
  })
})
