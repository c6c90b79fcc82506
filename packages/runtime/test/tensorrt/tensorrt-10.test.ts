import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'
import { describeRefits } from './refits.js'
import { describeSessions } from './sessions.js'

useDoubles(10)

describe('TensorRT 10', () => {
  describeSessions(/^10\.16\./)
  describeRefits()

  describe('calibration', () => {
    const batches = [1, 2, 3].map((first) => ({ data: new Float32Array([first, 0]) }))

    it('gets exactly the batches given, and its result can be kept and used again', async () => {
      let asked = 0
      let cache: Uint8Array | undefined
      async function* feed() {
        for (const batch of batches) {
          asked += 1
          yield batch
        }
      }
      const session = await Session.open(doubling(), {
        backend: 'tensorrt',
        precision: 'int8',
        tensorrt: {
          engineCache: false,
          calibration: {
            batches: feed(),
            onCache: (written) => {
              cache = written
            },
          },
        },
      })
      await session.dispose()
      expect(asked).toBe(3)
      expect(cache?.byteLength).toBeGreaterThan(0)
      const again = await Session.open(doubling(), {
        backend: 'tensorrt',
        precision: 'int8',
        tensorrt: { engineCache: false, calibration: { cache: cache ?? new Uint8Array() } },
      })
      await again.dispose()
    })

    // TensorRT asks for batches then, and none may be waited for.
    it.each([
      ['of another method', 'TRT-101600-MinMaxCalibration\ndata: 3c010204\n', 'TRT-101600-MinMaxCalibration'],
      ['of another version', 'TRT-100300-EntropyCalibration2\ndata: 3c010204\n', 'TRT-100300-Entropy'],
      ['that is something else', 'data,1\nscores,2\n', 'do not begin'],
    ])(
      'from a cache %s ends, and says what to do',
      async (_name, text, found) => {
        const opening = Session.open(doubling(), {
          backend: 'tensorrt',
          precision: 'int8',
          tensorrt: { engineCache: false, calibration: { cache: Buffer.from(text), batches } },
        })
        await expect(opening).rejects.toMatchObject({
          code: 'ENGINE_BUILD_FAILED',
          expected: expect.stringContaining('method entropy'),
          found: expect.stringContaining(found),
          remedy: expect.stringContaining('calibrate anew'),
        })
      },
      10_000,
    )

    it('does not begin with an empty cache', async () => {
      const opening = Session.open(doubling(), {
        backend: 'tensorrt',
        precision: 'int8',
        tensorrt: { engineCache: false, calibration: { cache: new Uint8Array() } },
      })
      await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', found: 'no bytes' })
    })

    it('passes on what the batches throw, and ends', async () => {
      async function* broken() {
        yield { data: new Float32Array([1, 2]) }
        throw new Error('the disk is gone')
      }
      const opening = Session.open(doubling(), {
        backend: 'tensorrt',
        precision: 'int8',
        tensorrt: { engineCache: false, calibration: { batches: broken() } },
      })
      await expect(opening).rejects.toThrow('the disk is gone')
    })

    it.each([
      ['of another size than the input', { data: new Float32Array(3) }, 'data'],
      ['that lacks an input', { other: new Float32Array(2) }, 'data'],
    ])('refuses a batch %s', async (_name, batch, said) => {
      const opening = Session.open(doubling(), {
        backend: 'tensorrt',
        precision: 'int8',
        tensorrt: { engineCache: false, calibration: { batches: [batch] } },
      })
      await expect(opening).rejects.toThrow(said)
    })

    it('of batches without a name is not kept, and the details say so', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'calibrated-'))
      const open = async (id?: string) => {
        const session = await Session.open(doubling(), {
          backend: 'tensorrt',
          precision: 'int8',
          tensorrt: { engineCache: directory, calibration: { batches, ...(id !== undefined && { id }) } },
        })
        await session.dispose()
        return session.details.engine
      }
      expect(await open()).toContain('tensorrt.calibration.id')
      expect(await open('first 3')).toContain('built')
      expect(await open('first 3')).toBe('from the cache')
      expect(await open('other 3')).toContain('calibration was first 3')
      rmSync(directory, { recursive: true })
    })
  })
})
