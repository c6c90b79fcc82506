import { Tensor, type TensorInfo } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { classOutput, realValues } from '../src/output.js'

type Quantization = NonNullable<TensorInfo['quantization']>

function info(dtype: TensorInfo['dtype'], shape: number[], quantization?: Quantization): TensorInfo {
  return { name: 'scores', dtype, shape, bytes: 0, ...(quantization !== undefined && { quantization }) }
}

describe('classOutput', () => {
  it.each([[[1, 1000]], [[1000]], [[1, 1, 1, 1000]], [[1, 1000, 1, 1]]])(
    'counts the classes of %j',
    (shape) => {
      expect(classOutput([info('float32', shape)]).classCount).toBe(1000)
    },
  )

  it.each([
    ['a segmentation', [info('float32', [1, 64, 64, 21])]],
    ['no classes', [info('float32', [1, 0])]],
    ['two outputs', [info('float32', [1, 4]), info('float32', [1, 4])]],
    ['no output', []],
    ['indices', [info('int32', [1, 4])]],
    ['bytes without a scale', [info('uint8', [1, 4])]],
    ['16-bit integers', [info('int16', [1, 4], { scale: 1, zeroPoint: 0 })]],
  ])('refuses %s', (_, tensors) => {
    expect(() => classOutput(tensors)).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }))
  })
})

describe('realValues', () => {
  function tensor(
    values: Float32Array | Uint8Array | Int8Array,
    dtype: TensorInfo['dtype'],
    quantization?: Quantization,
  ) {
    const buffer = new ArrayBuffer(values.byteLength)
    new Uint8Array(buffer).set(new Uint8Array(values.buffer))
    return new Tensor(info(dtype, [values.length], quantization), buffer, 0)
  }

  it('undoes the quantization', () => {
    const unsigned = tensor(Uint8Array.of(0, 100, 255), 'uint8', { scale: 0.5, zeroPoint: 100 })
    expect([...realValues(unsigned)]).toEqual([-50, 0, 77.5])
    const signed = tensor(Int8Array.of(-128, 0, 127), 'int8', { scale: 0.25, zeroPoint: -1 })
    expect([...realValues(signed)]).toEqual([-31.75, 0.25, 32])
  })

  it('takes floats as they are, whatever quantization they carry', () => {
    const values = tensor(Float32Array.of(-1.5, 2), 'float32', { scale: 3, zeroPoint: 1 })
    expect([...realValues(values)]).toEqual([-1.5, 2])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('finds %f', (value) => {
    expect(() => realValues(tensor(Float32Array.of(0, value), 'float32'))).toThrow(
      expect.objectContaining({
        code: 'INFERENCE_FAILED',
        summary: `the model returned ${value} for class 1`,
      }),
    )
  })
})
